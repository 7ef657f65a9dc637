/** Makes one request and its links: for an app, or for an office's poster. */
import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { seconds } from '../clock.ts';
import type { PresentationDeps } from './dependencies.ts';
import type { ClientIdPrefix, Presentation } from './presentation-store.ts';
import { encryption, linkQuery, requestUri, responseUri } from './request-parameters.ts';

/** After its time a request is told to have run out for so long, and is gone then. */
const toldSeconds = 600;

const opaque = (): string => randomBytes(24).toString('base64url');

export interface OpenedPresentation {
  id: string;
  client_id: string;
  /** Absent of an unsigned request. */
  request_uri?: string;
  /** For wallets on this device that registered the scheme. */
  openid4vp: string;
  /** For the province's wallet; what a QR of the asking screen says. */
  url: string;
  /** Cross-device: stands on the asking screen, beside the QR. */
  number?: number;
  expires_at: number;
}

type Wanted = Pick<
  Presentation,
  'client' | 'poster' | 'item' | 'asker' | 'profile' | 'responseMode' | 'returnTo' | 'query'
> & { prefix: ClientIdPrefix; seconds: number };

export const openPresentation = async (
  deps: PresentationDeps,
  { prefix, seconds: lifetime, ...wanted }: Wanted,
): Promise<OpenedPresentation> => {
  const { baseUrl, clock, presentations } = deps;
  const now = seconds(clock);
  const names = { id: opaque(), request: opaque(), reply: opaque(), oauthState: opaque(), nonce: opaque() };
  const one: Presentation = {
    ...names,
    ...wanted,
    ...(await identify(deps, prefix, names)),
    state: 'open',
    until: now + lifetime,
    expiresAt: now + lifetime + toldSeconds,
    ...(wanted.responseMode === 'direct_post.jwt' ? { decryption: await newKey() } : {}),
  };
  await presentations.insert(one);
  const link = await linkQuery(one, baseUrl);
  return {
    id: one.id,
    client_id: one.clientId,
    ...(one.signer ? { request_uri: requestUri(baseUrl, one) } : {}),
    openid4vp: `${one.profile === 'haip' ? 'haip-vp' : 'openid4vp'}://?${link}`,
    url: `${baseUrl}/wallet/present?${link}`,
    ...(one.asker.right === undefined ? {} : { number: one.asker.right }),
    expires_at: one.until,
  };
};

/** OpenID4VP 1.0 §5.9.3: who the verifier is, and which key shows it. */
const identify = async (
  { baseUrl, signers }: PresentationDeps,
  prefix: ClientIdPrefix,
  names: Pick<Presentation, 'reply'>,
): Promise<Pick<Presentation, 'clientId' | 'signer'>> => {
  if (prefix === 'redirect_uri') return { clientId: `redirect_uri:${responseUri(baseUrl, names)}` };
  const { key, x5c } = await signers.certified({ purpose: 'login', owner: 'province' });
  const hash = createHash('sha256').update(Buffer.from(x5c[0]!, 'base64')).digest('base64url');
  const name = prefix === 'x509_hash' ? hash : new URL(baseUrl).hostname;
  return { clientId: `${prefix}:${name}`, signer: { kid: key.kid, x5c } };
};

const newKey = async () => {
  const { privateKey } = await generateKeyPair(encryption.alg, { crv: 'P-256', extractable: true });
  return exportJWK(privateKey);
};
