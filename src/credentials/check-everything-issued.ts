import { createHash } from 'node:crypto';
import { seconds } from '../clock.ts';
import { DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { type StatusAnswer, type Trusted, type VerdictCode, verify } from '../verifier/core/index.ts';
import type { AnnotatedCopy } from './annotated/annotated-copy.ts';
import type { CertificateDocument, CopyDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { fieldsFit } from './fields-fit.ts';
import { judgeCopy, presentTrust } from './formats/check-copy.ts';
import { idOfEntry, statusValueOf } from './status/status-value.ts';

/** Answers of the verifier that are about time and state, not about what was signed. */
const honest: readonly VerdictCode[] = ['valid', 'expired', 'not_yet_valid', 'suspended', 'revoked'];

/** What `checkEverythingIssued` found. Every number is a count of copies. */
export interface IssuedReport {
  ok: boolean;
  certificates: number;
  /** All copies, released or not. */
  checked: number;
  released: number;
  /** Intended and never released; each has its status entry and follows its certificate's state. */
  orphans: string[];
  /** Copy id and what is wrong with it. */
  bad: { copy: string; reason: IssuedProblem }[];
}

export type IssuedProblem =
  | 'certificate_missing'
  | 'status_entry_missing'
  | 'status_entry_differs'
  | 'unreadable'
  | 'digest_differs'
  | 'signature'
  | 'key_compromised'
  | 'schema';

/**
 * Reloads every copy, computes the digest of its signed bytes again and holds it against the intent, verifies it
 * against the present trust, and its status entry against the certificate's state. Reads only.
 */
export const checkEverythingIssued = async (deps: Dependencies): Promise<IssuedReport> => {
  const { store, clock } = deps;
  const report: IssuedReport = { ok: true, certificates: 0, checked: 0, released: 0, orphans: [], bad: [] };
  report.certificates = await store.certificates.count();
  const trusted = await presentTrust(
    { trust: deps.trust, catalogue: deps.catalogue, baseUrl: deps.baseUrl, contexts: deps.contexts },
    // The entries themselves are compared below; here only the signature and what it covers are in question.
    (reference): StatusAnswer => ({ status: 'valid', asOf: seconds(clock), list: listOf(reference) }),
  );
  for (let after: string | undefined; ; ) {
    const page = await store.copies.list({ after, limit: 200 });
    for (const copy of page) {
      report.checked += 1;
      if (copy.state === 'released') report.released += 1;
      else report.orphans.push(copy.id);
      const reason = await problemOf(deps, copy, trusted);
      if (reason) report.bad.push({ copy: copy.id, reason });
    }
    if (page.length < 200) break;
    after = page[page.length - 1]!.id;
  }
  for (let after: string | undefined; ; ) {
    const page = await store.annotatedCopies.list({ after, limit: 200 });
    for (const copy of page) {
      report.checked += 1;
      if (copy.state === 'released') report.released += 1;
      else report.orphans.push(copy.id);
      const reason = await problemOfAnnotated(deps, copy, trusted);
      if (reason) report.bad.push({ copy: copy.id, reason });
    }
    if (page.length < 200) break;
    after = page[page.length - 1]!.id;
  }
  report.ok = report.bad.length === 0;
  return report;
};

const listOf = (reference: { list: number } | { uri: string }): number | undefined =>
  'list' in reference ? reference.list : Number(/\/status\/(\d+)/.exec(reference.uri)?.[1] ?? Number.NaN);

/** 'closed': the holder's account was closed, and what was issued to her cannot be read by anybody any more. */
const readCertificate = async ({ store }: Dependencies, id: string) => {
  try {
    return await store.certificates.get(id);
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return 'closed';
    throw error;
  }
};

/** A copy that names nobody has no entry; every other has its own, which says what the certificate says. */
const entryProblem = async (
  { store, catalogue }: Dependencies,
  copy: CopyDocument,
  certificate: CertificateDocument,
): Promise<IssuedProblem | undefined> => {
  const { statusList, statusIndex } = copy;
  if (statusList === 0) {
    const view = catalogue.find(certificate.type)?.views.find(({ id }) => id === copy.view);
    return view?.anonymous ? undefined : 'status_entry_missing';
  }
  const entry = await store.statusEntries.get(idOfEntry(statusList, statusIndex));
  if (entry?.copy !== copy.id) return 'status_entry_missing';
  const isSettled = !entry.ended && !certificate.pending;
  return isSettled && entry.state !== statusValueOf(certificate.state) ? 'status_entry_differs' : undefined;
};

/** Of one of several holders the account may be closed while the certificate goes on. */
const signedText = (copy: CopyDocument): string | undefined => {
  try {
    return copy.signed;
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return 'closed';
    throw error;
  }
};

const problemOf = async (
  deps: Dependencies,
  copy: Versioned<CopyDocument>,
  trusted: Trusted,
): Promise<IssuedProblem | undefined> => {
  const { catalogue, formats, clock } = deps;
  const certificate = await readCertificate(deps, copy.certificate);
  if (certificate === 'closed') return undefined;
  if (!certificate) return 'certificate_missing';
  const problem = await entryProblem(deps, copy, certificate);
  if (problem) return problem;
  const type = catalogue.find(certificate.type);
  if (!type || ![certificate, ...(certificate.shares ?? [])].every(({ fields }) => fieldsFit(type, fields)))
    return 'schema';
  if (copy.state === 'intended') return undefined;
  const signed = signedText(copy);
  if (signed === 'closed') return undefined;
  if (!signed) return 'unreadable';
  try {
    const bytes = await formats[copy.format].signedBytes(signed);
    if (createHash('sha256').update(bytes).digest('base64url') !== copy.digest) return 'digest_differs';
  } catch {
    return 'unreadable';
  }
  const verdict = await judgeCopy(copy.format, signed, trusted, seconds(clock));
  if (verdict.code === 'key_compromised') return 'key_compromised';
  return honest.includes(verdict.code) ? undefined : 'signature';
};

/** An annotated copy as any other: its entry, the digest of what was signed, the signature. */
const problemOfAnnotated = async (
  { store, clock }: Dependencies,
  copy: Versioned<AnnotatedCopy>,
  trusted: Trusted,
): Promise<IssuedProblem | undefined> => {
  const entry = await store.statusEntries.get(idOfEntry(copy.statusList, copy.statusIndex));
  if (entry?.copy !== copy.id) return 'status_entry_missing';
  if (copy.state === 'intended') return undefined;
  const signed = readSigned(copy);
  if (signed === 'closed') return undefined;
  if (!signed) return 'unreadable';
  const input = signed.slice(0, signed.lastIndexOf('.'));
  if (createHash('sha256').update(input).digest('base64url') !== copy.digest) return 'digest_differs';
  const { code } = await verify(signed, trusted, { now: seconds(clock) });
  if (code === 'key_compromised') return 'key_compromised';
  return code === 'expired_copy' || honest.includes(code) ? undefined : 'signature';
};

const readSigned = (copy: AnnotatedCopy): string | undefined => {
  try {
    return copy.signed;
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return 'closed';
    throw error;
  }
};
