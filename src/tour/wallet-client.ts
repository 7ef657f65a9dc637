import { exportJWK, SignJWT } from 'jose';

/** A wallet as a stranger would write it from OpenID4VCI 1.0: offer, token, nonce, proofs, credentials. */
export interface CredentialOffer {
  credential_issuer: string;
  credential_configuration_ids: string[];
  grants: Record<string, { 'pre-authorized_code'?: string }>;
}

export interface IssuerMetadata {
  credential_endpoint: string;
  nonce_endpoint: string;
  credential_configurations_supported: Record<string, { format: string; scope?: string }>;
}

const grantType = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

export const getJson = async <T>(url: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(url, init);
  const body = await response.text();
  if (!response.ok)
    throw new Error(`${new URL(url).pathname} answered ${response.status}: ${body.slice(0, 200)}`);
  return JSON.parse(body) as T;
};

/** Non-extractable P-256, as the phone keeps it. */
export const makeDeviceKey = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

export const redeemOffer = async (offer: CredentialOffer, txCode: string | undefined): Promise<string> => {
  const server = await getJson<{ token_endpoint: string }>(
    `${offer.credential_issuer}/.well-known/oauth-authorization-server`,
  );
  const code = offer.grants[grantType]?.['pre-authorized_code'] ?? '';
  const { access_token } = await getJson<{ access_token: string }>(server.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: grantType,
      'pre-authorized_code': code,
      ...(txCode ? { tx_code: txCode } : {}),
    }),
  });
  return access_token;
};

export const issuerMetadata = (issuer: string): Promise<IssuerMetadata> =>
  getJson(`${issuer}/.well-known/openid-credential-issuer`);

export const makeProof = async (issuer: string, nonce: string, key: CryptoKeyPair): Promise<string> =>
  new SignJWT({ nonce })
    .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: await exportJWK(key.publicKey) })
    .setAudience(issuer)
    .setIssuedAt()
    .sign(key.privateKey);

/** One credential request; as many credentials as keys. */
export const requestCredentials = async (input: {
  issuer: string;
  metadata: IssuerMetadata;
  accessToken: string;
  configurationId: string;
  /** Of the token's `authorization_details` (§6.2): one certificate by name. */
  identifier?: string | undefined;
  keys: CryptoKeyPair[];
}): Promise<unknown[]> => {
  const { c_nonce } = await getJson<{ c_nonce: string }>(input.metadata.nonce_endpoint, { method: 'POST' });
  const proofs = await Promise.all(input.keys.map((key) => makeProof(input.issuer, c_nonce, key)));
  const asked = input.identifier
    ? { credential_identifier: input.identifier }
    : { credential_configuration_id: input.configurationId };
  const { credentials } = await getJson<{ credentials: { credential: unknown }[] }>(
    input.metadata.credential_endpoint,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${input.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...asked, proofs: { jwt: proofs } }),
    },
  );
  return credentials.map(({ credential }) => credential);
};
