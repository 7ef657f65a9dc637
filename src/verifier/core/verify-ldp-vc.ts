/**
 * W3C VC 2.0 with one eddsa-rdfc-2022 or ecdsa-rdfc-2019 (P-256) proof. Loaded on first use. The shape is closed and flat before any JSON-LD runs,
 * so that what is shown is what is signed: no inline context, no alias, no unknown term, no graph to get lost in.
 */
import { fromJwk } from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as base58 from 'base58-universal';
import { type Bytes, ownBytes, sha256, verifyEs256 } from './crypto.ts';
import { type Examination, examine } from './examination.ts';
import { canonicalForms } from './flat-canonical.ts';
import { judgeKey, noteType } from './judge-key.ts';
import { checkClock, checkStatus, checkValidity } from './judge-status.ts';
import { type LdpVc, parseLdpVc } from './ldp-vc-shape.ts';
import { credentialsV2, staticContexts } from './static-contexts.ts';
import { isObject, type JsonObject, parseStrictJson } from './strict-json.ts';
import type { PublicKeyJwk, TrustListKey } from './trust-list.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import { labelledFields } from './type-fields.ts';
import type { Verdict } from './verdict.ts';

export const verifyLdpVc = (text: string, trusted: Trusted, options: VerifyOptions): Promise<Verdict> =>
  examine('ldp_vc', async (examination: Examination) => {
    const credential = examination.found('readable', parseStrictJson(text), 'malformed');
    const vc = examination.found('data-model', parseLdpVc(credential), 'malformed');
    const key = examination.found('issuer-key-known', keyOf(vc, trusted), 'unknown_issuer');
    const type = trusted.types.find(({ w3c_type }) => w3c_type === vc.type);
    const context = type && contextOf(vc, type.id, trusted);
    examination.check('type-known', type !== undefined && context !== undefined, 'unsupported');
    const terms = new Set(['id', 'identifier', ...Object.keys(type.fields)]);
    examination.check(
      'terms-known',
      Object.keys(vc.subject).every((term) => terms.has(term)),
      'tampered',
    );
    examination.check('values-spelled', spelledAsTyped(vc.subject, trusted.contexts[context]), 'tampered');
    examination.check('issuer-signature', await signatureFits(credential, vc, key, trusted), 'tampered');

    noteType(examination, trusted, type);
    const issuer = judgeKey(examination, trusted, { key, type, signedAt: vc.created });
    examination.check('issuer-is-signer', vc.issuer === issuer.did, 'issuer_not_allowed');
    checkClock(examination, trusted, options);
    checkValidity(examination, { nbf: Math.max(vc.validFrom, vc.created), exp: vc.validUntil }, options.now);
    examination.known.fields = examination.found(
      'fields-readable',
      labelledFields(type, vc.subject),
      'malformed',
    );
    const { index, revocation, suspension } = examination.found('status-named', vc.status, 'status_unknown');
    const references = [{ uri: revocation }, { uri: suspension }];
    checkStatus(examination, trusted, { references, index, type, now: options.now });
  });

/** `<did>#<kid>`, with the DID of the issuer the trust list names for that key: nothing is resolved. */
const keyOf = ({ verificationMethod }: LdpVc, { keys, issuers }: Trusted): TrustListKey | undefined =>
  keys.find(({ kid, issuer }) => {
    const owner = issuers.find(({ id }) => id === issuer);
    return owner !== undefined && verificationMethod === `${owner.did}#${kid}`;
  });

/** The one context beside the data model's own: the type's, of any version, and there in the pack. */
const contextOf = ({ context }: LdpVc, typeId: string, { contexts }: Trusted): string | undefined =>
  Object.hasOwn(contexts, context) && context.replace(/\/v[1-9]\d{0,2}$/, '').endsWith(`/contexts/${typeId}`)
    ? context
    : undefined;

const xsd = 'http://www.w3.org/2001/XMLSchema#';

/**
 * One value, one spelling: under a typed term JSON-LD reads `"true"` as it reads `true` (JSON-LD 1.1 API, Object to RDF Conversion), so
 * that a signature would fit a copy that shows something else.
 */
const spelledAsTyped = (subject: JsonObject, document: unknown): boolean => {
  const terms = isObject(document) && isObject(document['@context']) ? document['@context'] : {};
  return Object.entries(subject).every(([name, value]) => {
    const term = Object.hasOwn(terms, name) ? terms[name] : undefined;
    const datatype = isObject(term) ? term['@type'] : undefined;
    if (datatype === `${xsd}boolean`) return typeof value === 'boolean';
    if (datatype === `${xsd}integer`) return Number.isSafeInteger(value);
    return typeof value === 'string';
  });
};

const signatureFits = async (
  credential: JsonObject,
  vc: LdpVc,
  key: TrustListKey,
  trusted: Trusted,
): Promise<boolean> => {
  const signature = decodeSignature(vc.proofValue);
  const fits = signature && verifierOf[vc.cryptosuite](key.jwk);
  if (!fits) return false;
  // What cannot be canonised was not signed.
  const data = await signedBytes(credential, vc, trusted).catch(() => undefined);
  return data !== undefined && fits(data, signature);
};

const decodeSignature = (proofValue: string): Bytes | undefined => {
  const bytes = base58.decode(proofValue.slice(1)); // the multibase prefix z
  return bytes?.length === 64 ? ownBytes(bytes) : undefined;
};

/** Data Integrity's hashing step: what a *-rdfc-* proof with SHA-256 signs. */
const signedBytes = async (credential: JsonObject, vc: LdpVc, trusted: Trusted): Promise<Bytes> => {
  const documents: Record<string, unknown> = { ...trusted.contexts, ...(await contextDocuments()) };
  const { options, document } =
    canonicalForms(credential, documents[vc.context], documents[credentialsV2]) ??
    (await canonicalFormsByLibrary(credential, documents));
  const digests = await Promise.all(
    [options, document].map((text) => sha256(new TextEncoder().encode(text))),
  );
  return ownBytes(new Uint8Array([...digests[0]!, ...digests[1]!]));
};

const canonicalFormsByLibrary = async (
  { proof, ...document }: JsonObject,
  documents: Record<string, unknown>,
): Promise<{ options: string; document: string }> => {
  const documentLoader = async (url: string) => {
    if (!Object.hasOwn(documents, url)) throw new Error('document not in the pack');
    return { contextUrl: null, documentUrl: url, document: documents[url] };
  };
  const { proofValue: _value, ...terms } = proof as JsonObject;
  const [options, canonical] = await Promise.all(
    [{ '@context': document['@context'], ...terms }, document].map((each) =>
      cryptosuite.canonize(each, { documentLoader, base: null, safe: true }),
    ),
  );
  return { options: options!, document: canonical! };
};

let builtIn: Promise<Record<string, unknown>> | undefined;
const contextDocuments = (): Promise<Record<string, unknown>> => {
  builtIn ??= staticContexts().then((contexts) => ({ [credentialsV2]: contexts[credentialsV2]?.document }));
  return builtIn;
};

type SignatureCheck = (data: Bytes, signature: Bytes) => Promise<boolean>;

/** Undefined: this key is not one of that suite. */
const verifierOf: Record<LdpVc['cryptosuite'], (jwk: PublicKeyJwk) => SignatureCheck | undefined> = {
  'eddsa-rdfc-2022': ({ kty, crv, x }) => {
    if (kty !== 'OKP' || crv !== 'Ed25519' || !x) return undefined;
    return async (data, signature) => (await ed25519Key(x)).verifier().verify({ data, signature });
  },
  'ecdsa-rdfc-2019': (jwk) => (data, signature) => verifyEs256(jwk, data, signature),
};

const mostKeys = 500;
const ed25519Keys = new Map<string, ReturnType<typeof fromJwk>>();
const ed25519Key = (x: string): ReturnType<typeof fromJwk> => {
  const key = ed25519Keys.get(x) ?? fromJwk({ jwk: { kty: 'OKP', crv: 'Ed25519', x } });
  if (ed25519Keys.size >= mostKeys) ed25519Keys.clear();
  ed25519Keys.set(x, key);
  return key;
};
