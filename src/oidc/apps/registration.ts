/**
 * Dynamic client registration (RFC 7591, OpenID Connect Registration 1.0) and management (RFC 7592). The library speaks
 * the protocol; here stands what a client that registers itself may be, and how it is kept.
 */
import { type AdapterPayload, type Configuration, errors } from 'oidc-provider';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { AlreadyExists } from '../../storage/index.ts';
import type { OidcContext } from '../library.ts';
import { isNarrowed, newClientId, scopeOf, usesSecret } from './add-app.ts';
import type { App, AppMetadata, AppProfile } from './app.ts';
import { type AppDeps, auditApp, updateApp } from './app-act.ts';
import { isKeptForm, keptSecret, newAppSecret } from './app-secret.ts';
import { checkApp } from './check-app.ts';
import { canonical, ownMetadata } from './client-metadata.ts';
import { sectorOf } from './redirect-uri.ts';

export interface RegistrationPolicy {
  /** Who may register: nobody, who has an initial access token, anybody. */
  mode: 'off' | 'token' | 'open';
  /** Scopes a client that registers itself may have. */
  scopes: readonly string[];
  /** Also `id_token` and `id_token token`, for who says so: the Foundation's dynamic profile asks for them. */
  implicit?: boolean;
}

export const registrationFeatures = ({ mode }: RegistrationPolicy): NonNullable<Configuration['features']> =>
  mode === 'off'
    ? {}
    : {
        registration: {
          enabled: true,
          initialAccessToken: mode === 'token',
          idFactory: newClientId,
          secretFactory: newAppSecret,
        },
        registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
      };

type Members = Record<string, unknown>;

const routes = new Set(['registration', 'client_update']);

const allowedScope = (metadata: Members, policy: RegistrationPolicy, known: ReadonlySet<string>): string => {
  const grantTypes = Array.isArray(metadata.grant_types) ? metadata.grant_types.map(String) : [];
  const { scope } = metadata;
  if (typeof scope !== 'string') return scopeOf(policy.scopes.join(' '), []);
  // RFC 7591 §3.2.1: what we do not know is left out; what we know and do not give is refused by name.
  const asked = scope.split(' ').filter((name) => known.has(name));
  const beyond = asked.find((name) => !policy.scopes.includes(name));
  if (beyond !== undefined)
    throw new errors.InvalidClientMetadata(
      `scope ${beyond} is not given to clients that register themselves`,
    );
  return scopeOf(asked.join(' '), policy.scopes.includes('offline_access') ? grantTypes : []);
};

const completeOwn = (metadata: Members): void => {
  const uris = Array.isArray(metadata.redirect_uris) ? metadata.redirect_uris.map(String) : [];
  // The library parses them before it has looked whether they are addresses.
  if (!uris.every((uri) => URL.canParse(uri)))
    throw new errors.CustomOIDCProviderError('invalid_redirect_uri', 'redirect_uris must be absolute URIs');
  const profile = metadata.onecert_profile ?? 'standard';
  if (profile !== 'standard' && profile !== 'high')
    throw new errors.InvalidClientMetadata('onecert_profile is standard or high');
  const open = metadata.onecert_pkce !== 'required' && profile === 'standard';
  Object.assign(metadata, {
    client_name: metadata.client_name ?? 'Unnamed client',
    onecert_profile: profile,
    onecert_pkce: open && metadata.token_endpoint_auth_method !== 'none' ? 'optional' : 'required',
    onecert_first_party: false,
    onecert_sector: sectorOf(String(metadata.client_id), uris, metadata.sector_identifier_uri),
    onecert_home_uri: metadata.client_uri,
    subject_type: 'pairwise',
  });
};

/** `extraClientMetadata.validator`: completes what a client says of itself, and lets it say nothing that is ours to say. */
export const completeRegistered =
  (policy: RegistrationPolicy, known: ReadonlySet<string>) =>
  (ctx: { oidc: unknown } | undefined, key: string, _value: unknown, metadata: Members): void => {
    if (key !== ownMetadata[0]) return;
    const oidc = ctx?.oidc as (OidcContext & { body?: Members }) | undefined;
    if (oidc === undefined || !routes.has(oidc.route)) return;
    completeOwn(metadata);
    metadata.scope = allowedScope(metadata, policy, known);
    // OpenID Connect Registration §2: the default is RS256, which a client that says nothing expects.
    if (oidc.body?.id_token_signed_response_alg === undefined)
      metadata.id_token_signed_response_alg = metadata.onecert_profile === 'high' ? 'ES256' : 'RS256';
  };

const byItself = { actor: 'registration' };

const asOAuth = (error: unknown): never => {
  if (!(error instanceof ServiceError)) throw error;
  const detail = error.detail ?? 'invalid client metadata';
  // The library's own class would say its own sentence instead.
  if (/^redirect URI/.test(detail)) throw new errors.CustomOIDCProviderError('invalid_redirect_uri', detail);
  throw new errors.InvalidClientMetadata(detail);
};

export interface RegisteredClients {
  upsert(id: string, payload: AdapterPayload): Promise<void>;
  /** RFC 7592 §2.3. The id stays taken: it stands in logs, and is never given again. */
  destroy(id: string): Promise<void>;
}

/** The library's Client adapter, as far as it writes. */
export const registeredClients = (deps: AppDeps, changed: (app: App) => Promise<void>): RegisteredClients => {
  const appOf = (id: string, payload: AdapterPayload): App => {
    const given = payload as AdapterPayload & Members;
    const now = seconds(deps.clock);
    const metadata = canonical(given) as AppMetadata;
    const { client_secret: secret } = given;
    return {
      id,
      state: 'listed',
      profile: given.onecert_profile as AppProfile,
      source: 'registration',
      firstParty: false,
      pkce: given.onecert_pkce as App['pkce'],
      sector: String(given.onecert_sector),
      metadata,
      secrets: typeof secret === 'string' && !isKeptForm(secret) ? [keptSecret(secret, now)] : [],
      createdAt: now,
    };
  };
  return {
    async upsert(id, payload) {
      const app = appOf(id, payload);
      await checkApp(deps, id, app.metadata, app.profile).catch(asOAuth);
      try {
        await deps.apps.insert(app);
        await auditApp(deps, 'app.added', app, byItself, { profile: app.profile, firstParty: false });
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
        await updateApp(deps, id, (present) => ({
          ...present,
          ...(present.sector === app.sector && !isNarrowed(present.metadata, app.metadata)
            ? {}
            : { tokensFrom: seconds(deps.clock) + 1 }),
          profile: app.profile,
          pkce: app.pkce,
          sector: app.sector,
          metadata: app.metadata,
          secrets: usesSecret(app.metadata) ? [...present.secrets, ...app.secrets].slice(-2) : [],
        }));
        await auditApp(deps, 'app.changed', app, byItself);
      }
      await changed(app);
    },
    async destroy(id) {
      const app = await updateApp(deps, id, (present) => ({
        ...present,
        state: 'retired',
        tokensFrom: seconds(deps.clock) + 1,
      }));
      await changed(app);
      await auditApp(deps, 'app.retired', app, byItself);
    },
  };
};

/** The library answers with the client as it holds it; ours holds hashes and members that are nobody's business. */
export const tidyRegistrationAnswer = (body: unknown): void => {
  const answer = body as Members;
  if (isKeptForm(answer.client_secret)) {
    delete answer.client_secret;
    delete answer.client_secret_expires_at;
  }
  for (const name of ownMetadata)
    if (name !== 'onecert_profile' && name !== 'onecert_pkce') delete answer[name];
  delete answer.authorization_details_types;
};
