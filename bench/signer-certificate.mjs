// The X.509 certificate that an mdoc carries: of the bench's own authority, which nobody trusts.
import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** DER in base64, for 300 days round `now`. */
export const signerCertificate = async ({ kty, crv, x, y }, { now, url }) => {
  const authority = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      subject: 'C=CN, CN=bench signer',
      issuer: 'C=CN, CN=bench authority',
      notBefore: new Date((now - 300 * 86_400) * 1000),
      notAfter: new Date((now + 300 * 86_400) * 1000),
      publicKey: await webcrypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, true, ['verify']),
      signingKey: authority.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'url', value: url }])],
    },
    webcrypto,
  );
  return Buffer.from(certificate.rawData).toString('base64');
};
