/**
 * Whether a text was signed with a digital certificate 数字证书 of one person: a compact JWS with the chain in `x5c`
 * (RFC 7515 §4.1.6), the path of RFC 5280 §6.1 up to a configured authority, and nobody on it revoked.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { AskRegister } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { normaliseDocumentNumber } from '../identifiers/index.ts';
import { isForSigning, isValidAt, pathToAuthority } from '../trust/index.ts';
import { isSameName } from './compare-names.ts';

export type CertificateFault =
  | 'unreadable'
  | 'untrusted'
  | 'outdated'
  | 'not_for_signing'
  | 'signature'
  | 'other_text'
  | 'not_hers'
  | 'revoked';

/** Throws register_unavailable when nobody can say: then nothing is proved. */
export type IsRevoked = (certificate: { issuer: string; serial: string }) => Promise<boolean>;

export interface CertificateCheck {
  /** `fingerprint`: SHA-256 of the certificate, base64url. Throws register_unavailable. */
  check(
    jws: string,
    text: string,
    person: { name: string; documentNumber: string },
  ): Promise<{ fingerprint: string } | { fault: CertificateFault }>;
}

/** Of the chain, without the authority: more is no chain a person's software sends. */
const mostCertificates = 4;
const algorithms = ['ES256', 'RS256', 'PS256'];
const clientAuth = '1.3.6.1.5.5.7.3.2';

const fingerprintOf = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.raw).digest('base64url');

/** `issuer` names the certificate of the authority, since names of authorities have many spellings. */
export const openHttpRevocation = (ask: AskRegister): IsRevoked => {
  const answer = z.object({ issuer: z.string(), serial: z.string(), revoked: z.boolean() });
  return async ({ issuer, serial }) => {
    const said = await ask('revocation', { issuer, serial }, answer);
    if (said.issuer !== issuer || said.serial !== serial)
      throw new ServiceError('register_unavailable', { detail: 'the answer is about another certificate' });
    return said.revoked;
  };
};

const readChain = (jws: string): X509Certificate[] | undefined => {
  try {
    const { x5c } = decodeProtectedHeader(jws);
    if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > mostCertificates) return undefined;
    return x5c.map((one) => new X509Certificate(Buffer.from(String(one), 'base64')));
  } catch {
    return undefined;
  }
};

const isHers = (
  leaf: X509Certificate,
  numberAttribute: string,
  person: { name: string; documentNumber: string },
): boolean => {
  const subject = leaf.toLegacyObject().subject as unknown as Record<string, unknown>;
  const [name, number] = [subject.CN, subject[numberAttribute]];
  // An attribute given twice is a list, and says nothing.
  if (typeof name !== 'string' || typeof number !== 'string') return false;
  const sameNumber = normaliseDocumentNumber(number) === normaliseDocumentNumber(person.documentNumber);
  return sameNumber && isSameName(name, person.name);
};

export const createCertificateCheck = (deps: {
  authorities: readonly X509Certificate[];
  /** Of the subject: the attribute with the document number. */
  numberAttribute: string;
  isRevoked: IsRevoked;
  clock: Clock;
}): CertificateCheck => {
  const signedText = async (jws: string, leaf: X509Certificate): Promise<string | undefined> => {
    try {
      const { payload } = await compactVerify(jws, leaf.publicKey, { algorithms });
      return Buffer.from(payload).toString('utf8').trim();
    } catch {
      return undefined;
    }
  };

  const trustedPath = (chain: X509Certificate[]): X509Certificate[] | undefined => {
    try {
      return pathToAuthority(chain, deps.authorities);
    } catch {
      return undefined;
    }
  };

  return {
    async check(jws, text, person) {
      const chain = readChain(jws);
      if (chain === undefined) return { fault: 'unreadable' };
      const path = trustedPath(chain);
      if (path === undefined) return { fault: 'untrusted' };
      if (!path.every((one) => isValidAt(one, deps.clock.now()))) return { fault: 'outdated' };
      const leaf = path[0]!;
      const uses: string[] | undefined = leaf.keyUsage;
      if (leaf.ca || !isForSigning(leaf) || (uses && !uses.includes(clientAuth)))
        return { fault: 'not_for_signing' };
      const signed = await signedText(jws, leaf);
      if (signed === undefined) return { fault: 'signature' };
      if (signed !== text) return { fault: 'other_text' };
      if (!isHers(leaf, deps.numberAttribute, person)) return { fault: 'not_hers' };
      for (const [at, issuer] of path.slice(1).entries()) {
        const serial = path[at]!.serialNumber;
        if (await deps.isRevoked({ issuer: fingerprintOf(issuer), serial })) return { fault: 'revoked' };
      }
      return { fingerprint: fingerprintOf(leaf) };
    },
  };
};
