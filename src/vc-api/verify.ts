/** What /credentials/verify and /presentations/verify answer: everything that is wrong, or nothing. */
import { parseTime } from '../verifier/core/ldp-vc-shape.ts';
import { isObject, type JsonObject } from '../verifier/core/strict-json.ts';
import { checkCredential } from './check-credential.ts';
import { checkProofs, type ProofTerms } from './check-proof.ts';
import { expandList } from './check-status.ts';
import { type Problem, problemsOf } from './problems.ts';
import { checkContexts, checkId, checkTypes, idOf, objectsOf, wordsOf } from './values.ts';

export interface VerifyTerms {
  now: number;
  expectedProofPurpose?: string | undefined;
  challenge?: string | undefined;
  domain?: string | undefined;
  /** A list credential of our own by its URL: no other is fetched. */
  statusList(url: string): Promise<JsonObject | undefined>;
}

/** Each is canonised by itself, proof by proof. */
const mostCredentials = 20;

const termsOf = (terms: VerifyTerms, purpose: string): ProofTerms => ({
  ...terms,
  purpose: terms.expectedProofPurpose ?? purpose,
});

const checkTime = (credential: JsonObject, now: number): Problem[] =>
  problemsOf((report) => {
    if ((parseTime(credential.validFrom) ?? 0) > now + 300)
      report('validFrom', 'is still to come', 'VERIFICATION_ERROR');
    if ((parseTime(credential.validUntil) ?? Number.POSITIVE_INFINITY) < now)
      report('validUntil', 'is over', 'VERIFICATION_ERROR');
  });

/** Bitstring Status List 1.0 §3.2 */
const checkStatus = async (credential: JsonObject, { statusList }: VerifyTerms): Promise<Problem[]> => {
  const problems: Problem[] = [];
  const entries = objectsOf(credential.credentialStatus ?? []) ?? [];
  for (const [i, entry] of entries.entries()) {
    if (!wordsOf(entry.type)?.includes('BitstringStatusListEntry')) continue;
    const wrong = (message: string, kind: string) =>
      problems.push({ path: `credentialStatus[${i}]`, message, kind });
    const list = await statusList(String(entry.statusListCredential));
    const subject = list && (list.credentialSubject as JsonObject);
    const bits = expandList(subject?.encodedList);
    const at = Number(entry.statusListIndex);
    if (!subject || !bits) wrong('names a list that is not known here', 'STATUS_RETRIEVAL_ERROR');
    else if (!wordsOf(subject.statusPurpose)?.includes(String(entry.statusPurpose)))
      wrong('is of another purpose than its list', 'STATUS_VERIFICATION_ERROR');
    else if (at >= bits.length * 8) wrong('is outside its list', 'RANGE_ERROR');
    else if (bits[at >> 3]! & (0x80 >> (at & 7))) wrong('has been set', 'STATUS_VERIFICATION_ERROR');
  }
  return problems;
};

const isEnveloped = (document: JsonObject): boolean =>
  wordsOf(document.type)?.some((type) => type.startsWith('EnvelopedVerifiable')) === true;

const enveloped: Problem[] = [
  { path: 'type', message: 'an enveloped document has another securing mechanism than those judged here' },
];

export const verifyCredential = async (credential: unknown, terms: VerifyTerms): Promise<Problem[]> => {
  if (isObject(credential) && isEnveloped(credential)) return enveloped;
  const malformed = checkCredential(credential);
  if (malformed.length > 0) return malformed;
  const vc = credential as JsonObject;
  const { problems, controllers } = await checkProofs(vc, termsOf(terms, 'assertionMethod'));
  if (problems.length > 0) return problems;
  const issuer = idOf(vc.issuer);
  if (!controllers.every((controller) => controller === issuer))
    return [{ path: 'issuer', message: 'is not who signed', kind: 'VERIFICATION_ERROR' }];
  return [...checkTime(vc, terms.now), ...(await checkStatus(vc, terms))];
};

const checkPresentation = (presentation: JsonObject): Problem[] =>
  problemsOf((report) => {
    checkContexts(presentation['@context'], report);
    checkTypes(presentation.type, 'VerifiablePresentation', report);
    checkId(presentation, '', report);
    if ('holder' in presentation && !idOf(presentation.holder))
      report('holder', 'must be a URL, or an object whose id is one');
    if ('verifiableCredential' in presentation && !objectsOf(presentation.verifiableCredential))
      report('verifiableCredential', 'must be an object, or a list of objects');
    if (
      'termsOfUse' in presentation &&
      !objectsOf(presentation.termsOfUse)?.every(({ type }) => wordsOf(type))
    )
      report('termsOfUse', 'must be objects with a type');
  });

export const verifyPresentation = async (input: unknown, terms: VerifyTerms): Promise<Problem[]> => {
  if (!isObject(input)) return [{ path: '', message: 'a presentation is a JSON object' }];
  if (isEnveloped(input)) return enveloped;
  const malformed = checkPresentation(input);
  if (malformed.length > 0) return malformed;
  const { problems, controllers } = await checkProofs(input, termsOf(terms, 'authentication'));
  if (problems.length > 0) return problems;
  const { now, statusList } = terms;
  const inner = objectsOf(input.verifiableCredential ?? []) ?? [];
  if (inner.length > mostCredentials)
    return [{ path: 'verifiableCredential', message: `are more than ${mostCredentials}` }];
  const found = await Promise.all(
    inner.map(async (credential, i) => {
      const own = credential.proof === undefined && !isEnveloped(credential);
      const wrong = own
        ? [...checkCredential(credential), ...checkSelfAsserted(credential, input, controllers)]
        : await verifyCredential(credential, { now, statusList });
      return wrong.map((each) => ({ ...each, path: `verifiableCredential[${i}].${each.path}` }));
    }),
  );
  return found.flat();
};

/** §4.13.3: secured by the presentation alone, it is the holder's own word; she is named, and it is she who signed. */
const checkSelfAsserted = (
  credential: JsonObject,
  presentation: JsonObject,
  controllers: string[],
): Problem[] => {
  const holder = idOf(presentation.holder);
  const stands = holder !== undefined && holder === idOf(credential.issuer) && controllers.includes(holder);
  return stands ? [] : [{ path: 'issuer', message: 'must be the holder who signed the presentation' }];
};
