/** SD-JWT VC: issuer's signature, disclosures, time, status, and the holder's KB-JWT when there is one. */

import { type Examination, examine } from './examination.ts';
import { clockTolerance, judgeKey, noteType } from './judge-key.ts';
import { checkClock, checkStatus, checkValidity } from './judge-status.ts';
import { decodeBase64url, type Jws, verifyJws } from './jws.ts';
import { disclosedClaims, parseSdJwt, type SdJwt, textDigest } from './sd-jwt.ts';
import { isObject, type JsonObject } from './strict-json.ts';
import type { PublicKeyJwk, TrustListKey } from './trust-list.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import { labelledFields } from './type-fields.ts';
import type { Verdict } from './verdict.ts';
import { decodeBase64, readCertificate, thumbprintOf } from './x509.ts';

/** A KB-JWT is made for one request: five minutes are enough. Seconds. */
const keyBindingMaxAge = 300;

export const verifySdJwt = (text: string, trusted: Trusted, options: VerifyOptions): Promise<Verdict> =>
  examine('dc+sd-jwt', async (examination: Examination) => {
    const sdJwt = examination.found('readable', parseSdJwt(text), 'malformed');
    const { header, payload } = sdJwt.jwt;
    const key = examination.found(
      'issuer-key-known',
      trusted.keys.find(({ kid }) => kid === header.kid),
      'unknown_issuer',
    );
    examination.check('issuer-signature', await verifyJws(sdJwt.jwt, key.jwk), 'tampered');
    await checkCertificate(examination, header.x5c, key);
    const claims = examination.found(
      'disclosures',
      await disclosedClaims(payload, sdJwt.disclosures),
      'tampered',
    );
    const bound = await checkKeyBinding(examination, sdJwt, options);

    const type = examination.found(
      'type-known',
      trusted.types.find(({ vct }) => vct === payload.vct),
      'unsupported',
    );
    noteType(examination, trusted, type);
    const { iat, nbf, exp } = examination.found('times', timesOf(payload), 'malformed');
    const issuer = judgeKey(examination, trusted, { key, type, signedAt: iat });
    examination.check('issuer-is-signer', payload.iss === issuer.url, 'issuer_not_allowed');

    checkClock(examination, trusted, options);
    checkValidity(examination, { nbf: Math.max(iat, nbf), exp }, options.now);
    if (bound) checkRequest(examination, bound.payload, options);
    examination.known.fields = examination.found(
      'fields-readable',
      labelledFields(type, claims),
      'malformed',
    );
    const status = examination.found('status-named', statusOf(payload), 'status_unknown');
    checkStatus(examination, trusted, {
      references: [{ uri: status.uri }],
      index: status.idx,
      type,
      now: options.now,
    });
  });

/**
 * A certificate in the header adds nothing to a key the list names and takes nothing from it; only it must be that
 * key's, so that a verifier who goes by certificates and this one believe the same signer.
 */
const checkCertificate = async (
  examination: Examination,
  x5c: unknown,
  { kid }: TrustListKey,
): Promise<void> => {
  if (x5c === undefined) return;
  const leaf = Array.isArray(x5c) && typeof x5c[0] === 'string' ? decodeBase64(x5c[0]) : undefined;
  const named = examination.found('certificate-readable', leaf && readCertificate(leaf), 'malformed');
  examination.check('certificate-of-this-key', (await thumbprintOf(named.key)) === kid, 'tampered');
};

/** RFC 9901 §7.3: the proof is by the bound key and over exactly this text. Who it is for is judged later. */
const checkKeyBinding = async (
  examination: Examination,
  { jwt, keyBinding, boundText }: SdJwt,
  { keyBinding: expected }: VerifyOptions,
): Promise<Jws | undefined> => {
  if (!keyBinding) {
    examination.check('key-binding-there', expected === undefined, 'wrong_holder');
    return undefined;
  }
  const key = examination.found('holder-key', holderKey(jwt.payload), 'malformed');
  examination.check('holder-signature', await verifyJws(keyBinding, key), 'wrong_holder');
  examination.check('sd-hash', keyBinding.payload.sd_hash === (await textDigest(boundText)), 'tampered');
  return keyBinding;
};

// Without a request of our own to compare with, a KB-JWT may be a copy made for another: it proves nobody here.
const checkRequest = (
  examination: Examination,
  proof: JsonObject,
  { now, keyBinding }: VerifyOptions,
): void => {
  const iat = examination.found('proof-time', isTime(proof.iat) ? proof.iat : undefined, 'malformed');
  examination.check('proof-not-from-the-future', iat <= now + clockTolerance, 'clock_wrong');
  examination.check('proof-fresh', iat >= now - keyBindingMaxAge, 'code_expired');
  if (!keyBinding) return;
  examination.check('proof-audience', proof.aud === keyBinding.audience, 'replayed');
  examination.check('proof-nonce', proof.nonce === keyBinding.nonce, 'replayed');
  examination.known.holderProven = true;
  examination.known.madeAt = iat;
};

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const timesOf = ({
  iat,
  nbf = iat,
  exp,
}: JsonObject): { iat: number; nbf: number; exp: number } | undefined =>
  isTime(iat) && isTime(nbf) && isTime(exp) ? { iat, nbf, exp } : undefined;

const statusOf = ({ status }: JsonObject): { idx: number; uri: string } | undefined => {
  const reference = isObject(status) ? status.status_list : undefined;
  if (!isObject(reference)) return undefined;
  const { idx, uri } = reference;
  return Number.isSafeInteger(idx) && typeof uri === 'string' ? { idx: idx as number, uri } : undefined;
};

const holderKey = ({ cnf }: JsonObject): PublicKeyJwk | undefined => {
  const jwk = isObject(cnf) ? cnf.jwk : undefined;
  if (!isObject(jwk) || jwk.kty !== 'EC' || jwk.crv !== 'P-256') return undefined;
  const point = [jwk.x, jwk.y].map((part) => (typeof part === 'string' ? decodeBase64url(part) : undefined));
  if (!point.every((part) => part?.length === 32)) return undefined;
  return { kty: 'EC', crv: 'P-256', x: jwk.x as string, y: jwk.y as string };
};
