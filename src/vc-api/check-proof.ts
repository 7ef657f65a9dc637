/** Data Integrity 1.0 §2.1 and §4.4: the members of a proof, whose it is, and whether it fits. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { parseTime } from '../verifier/core/ldp-vc-shape.ts';
import type { JsonObject } from '../verifier/core/strict-json.ts';
import { controllerOf } from './did-key.ts';
import { loadDocument } from './load-document.ts';
import { type Problem, problemsOf, type Report } from './problems.ts';
import { isUrl, objectsOf, wordsOf } from './values.ts';

export const suites = { 'eddsa-rdfc-2022': eddsaRdfc2022, 'ecdsa-rdfc-2019': ecdsaRdfc2019 } as const;
export type SuiteName = keyof typeof suites;

export interface ProofTerms {
  purpose: string;
  challenge?: string | undefined;
  domain?: string | undefined;
  /** Unix seconds. */
  now: number;
}

/** Each proof canonises the whole document once more. */
const mostProofs = 8;

const isSuite = (name: unknown): name is SuiteName => typeof name === 'string' && Object.hasOwn(suites, name);

const checkMembers = (proof: JsonObject, at: string, terms: ProofTerms, report: Report): void => {
  const wrong = (name: string, message: string) =>
    report(`${at}.${name}`, message, 'PROOF_VERIFICATION_ERROR');
  if (proof.id !== undefined && !isUrl(proof.id)) wrong('id', 'must be a URL');
  if (proof.type !== 'DataIntegrityProof') wrong('type', 'must be DataIntegrityProof');
  if (!isSuite(proof.cryptosuite)) wrong('cryptosuite', 'must be eddsa-rdfc-2022 or ecdsa-rdfc-2019');
  if (!isUrl(proof.verificationMethod)) wrong('verificationMethod', 'must be a URL');
  if (proof.proofPurpose !== terms.purpose) wrong('proofPurpose', `must be ${terms.purpose}`);
  if (typeof proof.proofValue !== 'string' || !/^z[1-9A-HJ-NP-Za-km-z]{64,90}$/.test(proof.proofValue))
    wrong('proofValue', 'must be base58-btc, after z');
  for (const name of ['created', 'expires'])
    if (proof[name] !== undefined && parseTime(proof[name]) === undefined)
      wrong(name, 'must be a dateTimeStamp: date, time and zone');
  if ((parseTime(proof.expires) ?? Number.POSITIVE_INFINITY) < terms.now) wrong('expires', 'is over');
  if (proof.nonce !== undefined && typeof proof.nonce !== 'string') wrong('nonce', 'must be a string');
  if (proof.challenge !== undefined && typeof proof.challenge !== 'string')
    wrong('challenge', 'must be a string');
  const domains = proof.domain === undefined ? [] : wordsOf(proof.domain);
  if (!domains) wrong('domain', 'must be a string, or strings');
  if (proof.previousProof !== undefined) wrong('previousProof', 'proof chains are not judged here');
  if (terms.challenge !== undefined && proof.challenge !== terms.challenge)
    wrong('challenge', 'is not the one that was asked for');
  if (terms.domain !== undefined && !domains?.includes(terms.domain))
    wrong('domain', 'is not the one that was asked for');
};

/** Every proof of a document must stand; whose they are, or what is wrong. */
export const checkProofs = async (
  { proof, ...document }: JsonObject,
  terms: ProofTerms,
): Promise<{ problems: Problem[]; controllers: string[] }> => {
  const proofs = objectsOf(proof);
  const problems = problemsOf((report) => {
    if (!proofs) report('proof', 'must be an object, or a list of objects', 'PROOF_VERIFICATION_ERROR');
    if (proofs && proofs.length > mostProofs)
      report('proof', `are more than ${mostProofs}`, 'PROOF_VERIFICATION_ERROR');
    proofs?.slice(0, mostProofs).forEach((each, i) => {
      checkMembers(each, `proof[${i}]`, terms, report);
    });
  });
  if (!proofs || problems.length > 0) return { problems, controllers: [] };
  const context = document['@context'];
  const judged = await Promise.all(
    proofs.map((each) =>
      new DataIntegrityProof({ cryptosuite: suites[each.cryptosuite as SuiteName] })
        .verifyProof({
          proof: { '@context': context, ...each },
          proofSet: proofs,
          document,
          documentLoader: loadDocument,
        })
        .catch(() => ({ verified: false })),
    ),
  );
  judged.forEach(({ verified }, i) => {
    if (!verified)
      problems.push({ path: `proof[${i}]`, message: 'does not fit', kind: 'PROOF_VERIFICATION_ERROR' });
  });
  return { problems, controllers: proofs.map((each) => controllerOf(each.verificationMethod as string)) };
};
