/** X.509 certificates of the tests' own, by the library and no code of ours. */
import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { JWK } from 'jose';
import { baseUrl, day, type KeyPair, now } from './test-province.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

const importKey = (jwk: JWK, usages: KeyUsage[]): Promise<CryptoKey> =>
  webcrypto.subtle.importKey('jwk', { ...jwk, key_ops: usages } as JsonWebKey, algorithm, true, usages);

/** DER in base64, self-signed by `signer` (default: the key itself). */
export const certificateOf = async (
  { publicJwk }: Pick<KeyPair, 'publicJwk'> | { publicJwk: JWK },
  { signer, from = now - 300 * day, to = now + 300 * day }: { signer: KeyPair; from?: number; to?: number },
): Promise<string> => {
  const { alg: _alg, kid: _kid, ...jwk } = publicJwk;
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: 'C=CN, CN=test signer',
      issuer: 'C=CN, CN=test authority',
      notBefore: new Date(from * 1000),
      notAfter: new Date(to * 1000),
      publicKey: await importKey(jwk, ['verify']),
      signingKey: await importKey(signer.privateJwk, ['sign']),
      signingAlgorithm: algorithm,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: baseUrl }])],
    },
    webcrypto as unknown as Crypto,
  );
  return Buffer.from(certificate.rawData).toString('base64');
};
