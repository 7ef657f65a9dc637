/** What a wallet sent against what was asked. Every check of a credential is the verifier core's own. */
import { calculateJwkThumbprint } from 'jose';
import type { AskedProof, ShownCopy } from '../credentials/index.ts';
import { type Verdict, verdict } from '../verifier/core/index.ts';
import { elementText, parseMdoc } from '../verifier/core/mdoc.ts';
import { disclosedClaims, parseSdJwt } from '../verifier/core/sd-jwt.ts';
import { fieldOf, typesOf } from './check-asking.ts';
import type { PresentationDeps } from './dependencies.ts';
import type { JudgedCredential, Outcome, Presentation } from './presentation-store.ts';
import {
  type ClaimQuery,
  type CredentialQuery,
  claimAt,
  claimsAsked,
  credentialsAsked,
  hasValue,
} from './protocol/dcql.ts';
import { sessionTranscript } from './protocol/session-transcript.ts';
import { publicKeyOf, responseUri } from './request-parameters.ts';

/** The answer, and each credential of it with its verdict in full. */
export interface Judged {
  outcome: Outcome;
  shown: { verdict: Verdict; credential: JudgedCredential; copy?: ShownCopy | undefined }[];
}

/** OpenID4VP 1.0 §8.6, §14.1: the answer as a whole; `malformed` where it does not answer the query. */
export const judgeAnswer = async (
  deps: PresentationDeps,
  one: Presentation,
  vpToken: unknown,
): Promise<Judged> => {
  const texts = textsOf(one, vpToken);
  if (!texts) return { outcome: { verdict: toldOf(malformed()), credentials: [] }, shown: [] };
  const judged: Judged['shown'] = [];
  for (const { query, text } of texts) {
    const each = await judgeOne(deps, one, query, text);
    const entry = each.verdict.statusEntry;
    judged.push({ ...each, copy: entry && (await deps.credentials.shownBy(entry)) });
  }
  const shown = areOfOnePerson(judged) ? judged : judged.map(asOfAnother);
  const bad = shown.find((each) => each.verdict.code !== 'valid');
  // An answer that is not good as a whole gives nothing of its parts.
  const given = bad
    ? shown.map((each) => ({ ...each, credential: { ...each.credential, fields: [] } }))
    : shown;
  const credentials = given.map(({ credential }) => credential);
  return { outcome: { verdict: toldOf((bad ?? shown[0]!).verdict), credentials }, shown: given };
};

/** Two people who put their certificates together are nobody. Whoever acts for another carries those on her own phone. */
const areOfOnePerson = (shown: Judged['shown']): boolean =>
  new Set(shown.flatMap(({ copy }) => (copy ? [copy.presenter ?? copy.holder] : []))).size <= 1;

const asOfAnother = ({ verdict: known, credential, copy }: Judged['shown'][number]) => {
  if (known.code !== 'valid') return { verdict: known, credential, copy };
  const { code: _code, outcome: _outcome, sentence: _sentence, advice: _advice, ...rest } = known;
  const refused: JudgedCredential = { ...credential, verdict: 'wrong_holder' };
  return { verdict: verdict('wrong_holder', rest), credential: refused, copy };
};

const malformed = (): Verdict => verdict('malformed', { format: 'unknown', checks: [] });

const toldOf = ({ code, outcome, sentence }: Verdict): Outcome['verdict'] => ({ code, outcome, sentence });

/** §8.1: by the query's own ids, lists of texts, one unless it says `multiple`; together they must answer it. */
const textsOf = (
  { query }: Presentation,
  vpToken: unknown,
): { query: CredentialQuery; text: string }[] | undefined => {
  if (typeof vpToken !== 'object' || vpToken === null || Array.isArray(vpToken)) return undefined;
  const answers = new Map(Object.entries(vpToken as Record<string, unknown>));
  const found: { query: CredentialQuery; text: string }[] = [];
  for (const [id, list] of answers) {
    const asked = query.credentials.find((one) => one.id === id);
    if (!asked || !Array.isArray(list) || list.length === 0 || list.length > 10) return undefined;
    if (list.length > 1 && asked.multiple !== true) return undefined;
    if (!list.every((text) => typeof text === 'string')) return undefined;
    found.push(...list.map((text: string) => ({ query: asked, text })));
  }
  const answered = credentialsAsked(query, (id) => answers.has(id)) !== undefined;
  return answered && found.length > 0 ? found : undefined;
};

/** OpenID4VP 1.0 Annex B.3.6 and B.2.6.1: what the holder must have signed, and for whom. */
const proofFor = async (
  { baseUrl }: PresentationDeps,
  one: Presentation,
  format: CredentialQuery['format'],
): Promise<AskedProof> => {
  const { clientId, nonce, decryption } = one;
  if (format === 'dc+sd-jwt') return { keyBinding: { audience: clientId, nonce } };
  const thumbprint = decryption && (await calculateJwkThumbprint(await publicKeyOf(decryption)));
  const transcript = await sessionTranscript({
    clientId,
    nonce,
    jwkThumbprint: thumbprint === undefined ? null : new Uint8Array(Buffer.from(thumbprint, 'base64url')),
    responseUri: responseUri(baseUrl, one),
  });
  return { sessionTranscript: transcript };
};

const judgeOne = async (
  deps: PresentationDeps,
  one: Presentation,
  query: CredentialQuery,
  text: string,
): Promise<Judged['shown'][number]> => {
  const judged = await deps.credentials.judgeOnline(text, await proofFor(deps, one, query.format));
  const credential: JudgedCredential = {
    id: query.id,
    format: query.format,
    ...(judged.type ? { type: judged.type.id } : {}),
    ...(judged.issuer ? { issuer: { id: judged.issuer.id, name: judged.issuer.name } } : {}),
    verdict: judged.code,
    fields: [],
  };
  if (judged.code !== 'valid') return { verdict: judged, credential };
  const type = typesOf(query, deps).find(({ id }) => id === judged.type?.id);
  const isOurs = judged.format === query.format && judged.holderProven;
  const read = isOurs ? await valueReader(query.format, text) : undefined;
  const asked = read && claimsAsked(query, (claim) => hasValue(claim, read(claim)));
  if (!type || !read || !asked) {
    const refused = verdict('malformed', { ...judged, format: judged.format, checks: judged.checks });
    return { verdict: refused, credential: { ...credential, verdict: 'malformed' } };
  }
  const fields = asked.map((claim) => ({
    path: claim.path,
    label: fieldOf(type, query.format, claim.path)!.label,
    value: read(claim),
  }));
  return { verdict: judged, credential: { ...credential, fields } };
};

/** The values as they were signed; called for what the verifier has already accepted. */
const valueReader = async (
  format: CredentialQuery['format'],
  text: string,
): Promise<((claim: ClaimQuery) => unknown) | undefined> => {
  if (format === 'mso_mdoc') {
    const items = parseMdoc(text)?.issuerSigned.items;
    return (
      items &&
      (({ path: [namespace, element] }) => {
        const item = items.find((each) => each.namespace === namespace && each.element === element);
        return typeof item?.value === 'boolean' || typeof item?.value === 'number'
          ? item.value
          : item && elementText(item.value);
      })
    );
  }
  const sdJwt = parseSdJwt(text);
  const claims = sdJwt && (await disclosedClaims(sdJwt.jwt.payload, sdJwt.disclosures));
  return claims && ((claim) => claimAt(claims, claim));
};
