import { createHash, randomBytes, randomInt } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { AskingApp } from '../oidc/index.ts';
import { beyondItems, itemsOfApp, queryOfItem } from './check-asking.ts';
import type { PresentationDeps } from './dependencies.ts';
import type { Presentation } from './presentation-store.ts';
import { askerWords, encryption, linkQuery, requestParameters, responseUri } from './request-parameters.ts';
import type { Asked } from './schema.ts';

/** After its time a request is told to have run out for so long, and is gone then. */
const toldSeconds = 600;

const opaque = (): string => randomBytes(24).toString('base64url');

export interface AskedPresentation {
  id: string;
  client_id: string;
  request_uri?: string;
  /** For wallets on this device that registered the scheme. */
  openid4vp: string;
  /** For the province's wallet; what a QR of the asking screen says. */
  url: string;
  /** Cross-device: stands on the asking screen, beside the QR. */
  number?: number;
  expires_at: number;
}

/** The first of the two calls. Throws forbidden, and logs it, for what goes beyond the app's items (SHR-1, CTR-2). */
export const askForPresentation = async (
  deps: PresentationDeps,
  { app, wanted, requestId }: { app: AskingApp; wanted: Asked; requestId: string | undefined },
): Promise<AskedPresentation> => {
  const { baseUrl, clock, presentations } = deps;
  const registered = await deps.apps.get(app.clientId);
  if (!registered) throw new ServiceError('unauthenticated');
  const items = itemsOfApp(deps.items, app.scopes, wanted.item);
  const item = wanted.item === undefined ? undefined : items[0];
  const query = wanted.dcql_query ?? queryOfItem(items[0]!, wanted.format, deps);
  const beyond = beyondItems(query, items, deps);
  if (beyond.length > 0) {
    await deps.audit.append({
      action: 'app.presentation_refused',
      actor: `client:${app.clientId}`,
      object: `client:${app.clientId}`,
      result: 'refused',
      details: { item: wanted.item ?? 'all', beyond: beyond.length },
      requestId,
    });
    throw new ServiceError('forbidden', { detail: `beyond the app's items: ${beyond.join(', ')}` });
  }
  if (query.credentials.some((one) => one.require_cryptographic_holder_binding === false))
    throw new ServiceError('invalid_request', { detail: 'a copy without its holder proves nobody' });
  if (wanted.redirect_uri !== undefined && !registered.metadata.redirect_uris.includes(wanted.redirect_uri))
    throw new ServiceError('invalid_request', { detail: 'redirect_uri is not registered for the app' });

  const now = seconds(clock);
  const names = { id: opaque(), request: opaque(), reply: opaque(), oauthState: opaque(), nonce: opaque() };
  const { clientId, signer } = await identify(deps, wanted, names);
  const one: Presentation = {
    ...names,
    client: app.clientId,
    state: 'open',
    ...(wanted.item === undefined ? {} : { item: wanted.item }),
    purpose: wanted.purpose ?? item!.name,
    device: wanted.device,
    ...(wanted.device === 'cross' ? { numbers: drawNumbers() } : {}),
    profile: wanted.profile,
    responseMode: wanted.response_mode,
    clientId,
    ...(signer ? { signer } : {}),
    ...(wanted.redirect_uri === undefined ? {} : { returnTo: wanted.redirect_uri }),
    query,
    until: now + wanted.seconds,
    expiresAt: now + wanted.seconds + toldSeconds,
    ...(wanted.response_mode === 'direct_post.jwt' ? { decryption: await newKey() } : {}),
  };
  await presentations.insert(one);
  const asker = askerWords(one, {
    name: registered.metadata.client_name,
    item,
    unitName: deps.unitName,
  });
  const parameters = await requestParameters(one, { baseUrl, asker });
  const link = linkQuery(one, { baseUrl, parameters });
  return {
    id: one.id,
    client_id: clientId,
    ...(signer ? { request_uri: `${baseUrl}/presentations/requests/${one.request}` } : {}),
    openid4vp: `${one.profile === 'haip' ? 'haip-vp' : 'openid4vp'}://?${link}`,
    url: `${baseUrl}/wallet/present?${link}`,
    ...(one.numbers ? { number: one.numbers.right } : {}),
    expires_at: one.until,
  };
};

/** OpenID4VP 1.0 §5.9.3: who the verifier is, and which key shows it. */
const identify = async (
  { baseUrl, signers }: PresentationDeps,
  { client_id_prefix: prefix }: Asked,
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

/** Three two-digit numbers; one of them stands on the asking screen. */
const drawNumbers = (): { right: number; offered: number[] } => {
  const drawn = new Set<number>();
  while (drawn.size < 3) drawn.add(randomInt(10, 100));
  const offered = [...drawn];
  return { right: offered[randomInt(3)]!, offered };
};
