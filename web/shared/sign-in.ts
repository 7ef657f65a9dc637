/** What the apps share of signing in: one authorization request (code with PKCE), its answer, and the tokens for it. */
import { request } from './request.ts';
import { deviceSeconds, serverSeconds } from './server-time.ts';

export interface Pending {
  state: string;
  nonce: string;
  verifier: string;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

export const newPending = (): Pending => ({ state: random(), nonce: random(), verifier: random() });

/** The members of the request that tie the answer to it. */
export const askingFor = async ({ state, nonce, verifier }: Pending) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return {
    state,
    nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
};

/** RFC 9207: `iss` tells which server answered; RFC 6749 §10.12: `state` tells that we asked. */
export const isAnswerTo = ({ state }: Pending, answer: URLSearchParams): boolean =>
  answer.get('state') === state && answer.get('iss') === location.origin;

export interface SignedIn {
  accessToken: string;
  subject: string;
  /** Unix seconds on this device's clock, half a minute early. */
  expiresAt: number;
  claims: Record<string, unknown>;
}

/** Undefined when the ID token is not for this request. */
export const redeem = async (
  { nonce, verifier }: Pending,
  code: string,
  { clientId, redirectUri }: { clientId: string; redirectUri: string },
): Promise<SignedIn | undefined> => {
  const tokens = await request<{ access_token: string; id_token: string; expires_in: number }>('/token', {
    method: 'POST',
    form: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      resource: location.origin,
    }),
  });
  const { createRemoteJWKSet, jwtVerify } = await import('jose');
  const { payload } = await jwtVerify(
    tokens.id_token,
    createRemoteJWKSet(new URL('/jwks', location.origin)),
    {
      issuer: location.origin,
      audience: clientId,
      currentDate: new Date(serverSeconds() * 1000),
      clockTolerance: 60,
    },
  );
  if (payload.nonce !== nonce || !payload.sub) return undefined;
  return {
    accessToken: tokens.access_token,
    subject: payload.sub,
    expiresAt: deviceSeconds() + tokens.expires_in - 30,
    claims: payload,
  };
};
