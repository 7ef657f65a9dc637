/** SD-JWT VC (draft-ietf-oauth-sd-jwt-vc), ES256: the JWT is fixed once, and only its third part is a signature. */
import { createHash, randomBytes } from 'node:crypto';
import { SDJwtInstance } from '@sd-jwt/core';
import { typeUrl } from '../catalogue/write-type-documents.ts';
import {
  type CopyContent,
  type CredentialFormat,
  clockAllowance,
  endAfterDays,
  startOfHour,
} from './format.ts';

const algorithm = 'ES256';

const hasher = (data: string | ArrayBuffer, alg: string): Uint8Array => {
  if (alg !== 'sha-256') throw new TypeError('only sha-256');
  return createHash('sha256')
    .update(typeof data === 'string' ? data : Buffer.from(data))
    .digest();
};

const claimsOf = ({ certificate, type, issuer, deviceKey, status, times, baseUrl }: CopyContent) => ({
  iss: issuer.url,
  iat: times.notBefore,
  nbf: times.notBefore,
  exp: times.expiresAt,
  vct: typeUrl(baseUrl, type.id),
  cnf: { jwk: deviceKey.jwk },
  status: { status_list: { idx: status.index, uri: `${baseUrl}/status/${status.list}` } },
  identifier: certificate.identifier,
  ...certificate.fields,
});

const withSignature = (sdJwt: string, signature: string): string => {
  const [jwt, ...disclosures] = sdJwt.split('~');
  return [[...jwt!.split('.').slice(0, 2), signature].join('.'), ...disclosures].join('~');
};

export const sdJwt: CredentialFormat = {
  alg: algorithm,
  // As our verifier reads a KB-JWT: a copy bound to another kind of key could never be presented to it.
  deviceKeyAlgs: ['ES256'],
  times: (now, copyDays) => ({
    notBefore: startOfHour(now) - clockAllowance,
    expiresAt: endAfterDays(now, copyDays),
  }),
  async build(content) {
    let signingInput = '';
    const issuing = new SDJwtInstance({
      hasher,
      hashAlg: 'sha-256',
      saltGenerator: () => randomBytes(16).toString('base64url'), // RFC 9901 §9.3: 128 bits
      signAlg: algorithm,
      signer: (data) => {
        signingInput = data;
        return 'unsigned';
      },
    });
    const selective = content.type.fields
      .filter((field) => field.selective && field.name in content.certificate.fields)
      .map((field) => field.name);
    const unsigned = await issuing.issue(
      claimsOf(content) as Record<string, unknown>,
      (selective.length > 0 ? { _sd: selective } : undefined) as Parameters<typeof issuing.issue>[1],
      { header: { typ: 'dc+sd-jwt', kid: content.kid, ...(content.x5c ? { x5c: content.x5c } : {}) } },
    );
    return {
      toBeSigned: new TextEncoder().encode(signingInput),
      assemble: async (signature) => withSignature(unsigned, Buffer.from(signature).toString('base64url')),
    };
  },
  async signedBytes(credential) {
    return new TextEncoder().encode(credential.split('~')[0]!.split('.').slice(0, 2).join('.'));
  },
  toWire: (credential) => credential,
};
