import { randomBytes } from 'node:crypto';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { App, AppMetadata, AppProfile, AppSource } from './app.ts';
import { type AppActContext, type AppDeps, auditApp } from './app-act.ts';
import { keptSecret, newAppSecret } from './app-secret.ts';
import { checkApp } from './check-app.ts';
import { canonical, unknownMembers } from './client-metadata.ts';
import { sectorOf } from './redirect-uri.ts';

/** Client metadata under its own names, and what is ours to say of the app. */
export type AddAppInput = AppMetadata & {
  /** Fixed id for apps we ship; others get a random one. */
  clientId?: string;
  pkce?: 'required' | 'optional';
  profile?: AppProfile;
  firstParty?: boolean;
  source?: AppSource;
  exchangeFrom?: string[];
  /** An app whose developer makes the first secret herself. */
  withoutSecret?: boolean;
};

export interface AddedApp {
  clientId: string;
  /** Shown this once; only its hash is kept. Absent for apps that have no use for one. */
  clientSecret?: string;
}

export const clientIdPattern = /^[a-z\d][a-z\d-]{2,62}$/;

export const newClientId = (): string => `app-${randomBytes(12).toString('hex')}`;

const refuse = (detail: string): never => {
  throw new ServiceError('invalid_request', { detail });
};

/** `openid` always; `offline_access` belongs to refresh tokens. */
export const scopeOf = (asked: string, grantTypes: readonly string[]): string => {
  const scopes = new Set(['openid', ...asked.split(' ').filter(Boolean)]);
  if (grantTypes.includes('refresh_token')) scopes.add('offline_access');
  return [...scopes].sort().join(' ');
};

/** What an app says of itself with our defaults, in the form in which it is kept; `scope` where it names none. */
export const completeMetadata = (given: AppMetadata, scope: string): AppMetadata => {
  const grantTypes = [...new Set(['authorization_code', ...(given.grant_types ?? [])])];
  return canonical({
    id_token_signed_response_alg: 'ES256',
    token_endpoint_auth_method: 'client_secret_basic',
    ...given,
    grant_types: grantTypes,
    scope: scopeOf(given.scope ?? scope, grantTypes),
  });
};

/** Whether it may ask for less than before. */
export const isNarrowed = (before: AppMetadata, after: AppMetadata): boolean => {
  const left = new Set((after.scope ?? '').split(' '));
  return (before.scope ?? '').split(' ').some((scope) => !left.has(scope));
};

export const usesSecret = (metadata: AppMetadata): boolean =>
  (metadata.token_endpoint_auth_method ?? 'client_secret_basic').startsWith('client_secret');

/** The app that the input describes, complete and checked; nothing is stored. */
export const newApp = async (
  deps: Omit<AppDeps, 'apps' | 'audit'>,
  input: AddAppInput,
): Promise<{ app: App; secret: string | undefined }> => {
  const { clientId, pkce = 'required', profile = 'standard', firstParty = false, ...rest } = input;
  const {
    source = firstParty ? 'province' : 'operator',
    withoutSecret = false,
    exchangeFrom,
    ...given
  } = rest;
  const [odd] = unknownMembers(given);
  if (odd !== undefined) refuse(`unknown member: ${odd.slice(0, 60)}`);
  if (clientId !== undefined && !clientIdPattern.test(clientId)) refuse('fields: client_id');
  const id = clientId ?? newClientId();
  const metadata = completeMetadata(given, 'profile');
  const unknown = metadata.scope!.split(' ').filter((scope) => !deps.supported.scopes.has(scope));
  if (unknown.length > 0) refuse('fields: scope');
  if (metadata.token_endpoint_auth_method === 'none' && pkce === 'optional')
    refuse('a public app always uses PKCE');
  await checkApp(deps, id, metadata, profile);
  const secret = usesSecret(metadata) && !withoutSecret ? newAppSecret() : undefined;
  const now = seconds(deps.clock);
  const app: App = {
    id,
    state: 'listed',
    profile,
    source,
    firstParty,
    pkce: metadata.token_endpoint_auth_method === 'none' || profile === 'high' ? 'required' : pkce,
    sector: sectorOf(id, metadata.redirect_uris, metadata.sector_identifier_uri),
    metadata,
    ...(exchangeFrom === undefined ? {} : { exchangeFrom }),
    secrets: secret === undefined ? [] : [keptSecret(secret, now)],
    createdAt: now,
  };
  return { app, secret };
};

/** Registers an app; audited as app.added. Throws AlreadyExists for a taken clientId. */
export const addApp = async (
  deps: AppDeps,
  input: AddAppInput,
  context: AppActContext,
): Promise<AddedApp> => {
  const { app, secret } = await newApp(deps, input);
  const { profile, firstParty } = app;
  await deps.apps.insert(app);
  await auditApp(deps, 'app.added', app, context, { profile, firstParty });
  return { clientId: app.id, ...(secret === undefined ? {} : { clientSecret: secret }) };
};
