import { exportJWK, generateKeyPair } from 'jose';
import type { LocalText } from '../verifier/core/verdict.ts';
import { flagText } from '../verifier/core/view-field.ts';
import type { CertificateType } from './catalogue/certificate-type.ts';
import { valueInView, viewEntry } from './catalogue/view-entries.ts';
import type { Dependencies } from './dependencies.ts';
import type { ActContext, Certificate, Copy } from './index.ts';
import { type IssueInput, issueCopies } from './issue-copies.ts';

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
 * Makes one paper slip. Every copy has a key of its own that ends with it; a slip's is made here and its private half is
 * dropped at once, so that nothing can ever be proved with it (decision 0021).
 */
export const issueSlip = async (
  deps: Dependencies,
  input: Pick<IssueInput, 'account' | 'type' | 'certificate'> & { context: ActContext },
): Promise<Slip> => {
  const type = deps.catalogue.get(input.type);
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  const { certificate, copies } = await issueCopies(deps, {
    ...input,
    format: 'onecert-slip+cwt',
    view: type.slip?.view ?? '',
    deviceKeys: [await exportJWK(publicKey)],
  });
  const [made] = copies;
  const { copy, credential } = made!;
  return { certificate, copy, text: credential as string, fields: fieldsOf(type, certificate, copy) };
};
