/** The authority's part, on a machine without a network: its key and certificate, and what it signs for others. */
import { X509Certificate } from 'node:crypto';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Keyring, SigningKey } from '../../keyring/index.ts';
import { blocksOf, toPem } from './certificate-text.ts';
import { longestSigner, makeAuthority, makeCrl, makeSigner, readRequest } from './make-certificates.ts';

const authorityDays = 3650;

/** The authority's key of a ceremony folder, made when it is not there. */
const authorityKeyOf = async (ceremony: Keyring): Promise<SigningKey> => {
  try {
    return ceremony.active('document-ca', 'province', 'ES256');
  } catch {
    await ceremony.create({
      purpose: 'document-ca',
      owner: 'province',
      alg: 'ES256',
      days: authorityDays,
      actor: 'cli',
    });
    return ceremony.active('document-ca', 'province', 'ES256');
  }
};

/** The authority's certificate: made at the first call. PEM; keep it, the same one belongs to all it signs. */
export const ensureAuthority = async (
  ceremony: Keyring,
  names: { province: string; baseUrl: string },
): Promise<string> =>
  toPem('CERTIFICATE', await makeAuthority({ key: await authorityKeyOf(ceremony), ...names }));

/**
 * Certificates for these requests, and a list of the certificates in `revoked`, as one PEM. `until` is Unix seconds: no
 * certificate may outlive the key it is for. Throws invalid_request for a request not signed with its own key.
 */
export const certifyRequests = async (
  ceremony: Keyring,
  input: { clock: Clock; authority: string; requests: string; revoked?: string; until: number },
): Promise<string> => {
  const authorityKey = await authorityKeyOf(ceremony);
  const authority = new X509Certificate(input.authority);
  const { x, y } = authority.publicKey.export({ format: 'jwk' });
  if (x !== authorityKey.publicJwk.x || y !== authorityKey.publicJwk.y)
    throw new ServiceError('conflict', { detail: 'the certificate is of another authority than this key' });
  const now = seconds(input.clock);
  const made: Buffer[] = [];
  for (const pem of blocksOf(input.requests, 'CERTIFICATE REQUEST')) {
    const subject = await readRequest(pem).catch((cause: Error) => {
      throw new ServiceError('invalid_request', { detail: cause.message, cause });
    });
    const to = Math.min(input.until, now + longestSigner);
    made.push(await makeSigner({ authority: authority.raw, authorityKey, subject, from: now, to }));
  }
  const revoked = blocksOf(input.revoked ?? '', 'CERTIFICATE').map((pem) => new X509Certificate(pem).raw);
  const crl = await makeCrl({ authority: authority.raw, authorityKey, revoked, now });
  return [...made.map((der) => toPem('CERTIFICATE', der)), toPem('X509 CRL', crl)].join('');
};
