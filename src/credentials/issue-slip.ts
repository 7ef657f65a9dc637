import { ServiceError } from '../errors.ts';
import type { LocalText } from '../verifier/core/verdict.ts';
import { flagText } from '../verifier/core/view-field.ts';
import type { CertificateType } from './catalogue/certificate-type.ts';
import { valueInView, viewEntry } from './catalogue/view-entries.ts';
import { toCertificate } from './certificate-record.ts';
import type { Dependencies } from './dependencies.ts';
import type { Certificate, Copy } from './index.ts';
import { beginIssuing, certificateFor, type IssueInput, issueCopy } from './issue-copies.ts';

/** The text of the slip's QR, and the copy that it is. */
export interface Slip {
  certificate: Certificate;
  copy: Copy;
  text: string;
  /** What it says, as a person reads it. */
  fields: { label: LocalText; value: string }[];
}

const fieldsOf = (type: CertificateType, { fields }: Certificate, { issuedAt }: Copy): Slip['fields'] => {
  const view = type.views.find(({ id }) => id === type.slip?.view);
  return (view?.fields ?? []).flatMap(({ field }) => {
    const value = valueInView(type, field, fields, issuedAt);
    if (value === undefined) return [];
    const text = typeof value === 'boolean' ? flagText(value) : `${value}`;
    return [{ label: viewEntry(type, field)!.label, value: text }];
  });
};

/**
 * Makes one paper slip: a copy bound to no key (decision 0021). Throws invalid_request for a type without slips, otherwise
 * as issueCopies does.
 */
export const issueSlip = async (
  deps: Dependencies,
  input: Pick<IssueInput, 'account' | 'type' | 'certificate' | 'context'>,
): Promise<Slip> => {
  const type = deps.catalogue.get(input.type);
  const view = type.views.find(({ id }) => id === type.slip?.view);
  if (!view) throw new ServiceError('invalid_request', { detail: 'this type has no paper slips' });
  const certificate = await certificateFor(deps, input);
  const holder = input.account.id;
  const formatId = 'onecert-slip+cwt';
  const issuing = await beginIssuing(deps, { type, view, formatId, certificate, holder });
  const { ver: _ver, ...copy } = await issueCopy(deps, issuing, {});
  await deps.audit.append({
    action: 'certificate.issued',
    actor: input.context.actor,
    subject: holder,
    object: certificate.id,
    result: 'ok',
    details: { format: formatId, view: view.id, copies: 1, kid: issuing.signer.key.kid },
    requestId: input.context.requestId,
  });
  const made = toCertificate(certificate, holder);
  return { certificate: made, copy, text: copy.signed!, fields: fieldsOf(type, made, copy) };
};
