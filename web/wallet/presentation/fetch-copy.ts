/** A fresh copy for one presentation, on a key that lives as long as this page: no two verifiers see the same one. */
import { exportJWK, type JWK, SignJWT } from 'jose';
import { request } from '../../shared/request.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import { readMetadata } from '../session.ts';
import { generateKey } from '../wallet-store.ts';

export interface FreshCopy {
  credential: string;
  key: CryptoKey;
}

export const fetchCopy = async (
  token: string,
  { certificateId, configurationId }: { certificateId: string; configurationId: string },
): Promise<FreshCopy> => {
  const metadata = await readMetadata();
  const { privateKey, publicKey } = await generateKey();
  const { c_nonce: nonce } = await request<{ c_nonce: string }>(metadata.nonce_endpoint, { method: 'POST' });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const proof = await new SignJWT({ nonce })
    .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: { kty, crv, x, y } as JWK })
    .setIssuer('onecert-wallet')
    .setAudience(metadata.credential_issuer)
    .setIssuedAt(serverSeconds())
    .sign(privateKey);
  const path = `/wallet/api/certificates/${encodeURIComponent(certificateId)}/copies`;
  const { credentials } = await request<{ credentials: { credential: string }[] }>(path, {
    method: 'POST',
    token,
    json: { credential_configuration_id: configurationId, proofs: { jwt: [proof] } },
    timeoutSeconds: 20,
  });
  return { credential: credentials[0]!.credential, key: privateKey };
};
