/** oidc-provider, configured. What the library would do wrong by itself is listed where it is put right. */
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Accounts } from '../accounts/index.ts';
import { type Clock, seconds } from '../clock.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import { type ClaimsSource, libraryAccount } from './account-claims.ts';
import { createAdapter } from './adapter/create-adapter.ts';
import { clockToleranceSeconds } from './adapter/durable-adapter.ts';
import { keyOf, type OidcStore } from './adapter/oidc-store.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import { appSecretMatches } from './apps/app-secret.ts';
import { type OwnMetadata, ownMetadata } from './apps/client-metadata.ts';
import type { AppRegistry } from './apps/create-apps.ts';
import type { Consents } from './consents/consents.ts';
import { createGrantLoader } from './grants.ts';
import { acrValues, answeredAcr } from './levels.ts';
import { type OidcContext, requestedAcr } from './library.ts';
import { lifetimes } from './lifetimes.ts';
import { looksPersonal } from './personal-login-hint.ts';
import { createPolicy } from './policy.ts';
import { claimsByScope } from './scopes.ts';
import { createSubjects } from './subject.ts';

export type Features = NonNullable<Configuration['features']>;

export interface ProviderDeps {
  baseUrl: string;
  storage: Storage;
  store: OidcStore;
  keyring: Keyring;
  accounts: Accounts;
  apps: AppRegistry;
  consents: Consents;
  clock: Clock;
  logger: Logger;
  trustedProxies: readonly string[];
  /** All scopes this server knows. */
  scopes: ReadonlySet<string>;
  /** Those an API of ours checks: a request for one gets a token with our audience. */
  resourceScopes: ReadonlySet<string>;
  extraFeatures: Features;
  pages: Pick<Configuration, 'renderError'> & {
    logoutSource(ctx: KoaContextWithOIDC, form: string): Promise<void>;
    postLogoutSuccessSource(ctx: KoaContextWithOIDC): Promise<void>;
  };
}

const own = (client: unknown): OwnMetadata => client as OwnMetadata;

/** Claims one by one would need a consent of their own; apps ask by scope. What is left is nobody's secret. */
const claimsWithoutConsent = new Set(['sub', 'acr', 'auth_time', 'amr', 'iss']);

const keepOpenClaims = (
  ctx: KoaContextWithOIDC,
  claims: Record<string, Record<string, unknown> | undefined>,
): void => {
  const kept: Record<string, Record<string, unknown>> = {};
  for (const target of ['userinfo', 'id_token']) {
    const asked = Object.entries(claims[target] ?? {});
    for (const [, member] of asked) {
      if (member !== null && (typeof member !== 'object' || Array.isArray(member))) {
        throw new errors.InvalidRequest('claims members must be null or objects');
      }
    }
    kept[target] = Object.fromEntries(asked.filter(([name]) => claimsWithoutConsent.has(name)));
  }
  const acr = kept.id_token?.acr as { values?: unknown } | null | undefined;
  if (acr?.values !== undefined && !Array.isArray(acr.values)) {
    throw new errors.InvalidRequest('claims.id_token.acr.values must be an array');
  }
  (ctx.oidc as unknown as OidcContext).params!.claims = JSON.stringify(kept);
};

const signInOf = (ctx: KoaContextWithOIDC | undefined): ClaimsSource | undefined => {
  const entities = (ctx?.oidc as unknown as OidcContext | undefined)?.entities;
  return (entities?.RefreshToken ?? entities?.AuthorizationCode) as ClaimsSource | undefined;
};

const cookieSettings = (https: boolean, keys: string[]): NonNullable<Configuration['cookies']> => ({
  keys,
  // The library binds the short cookies to a path, which __Host- does not allow.
  names: https
    ? { session: '__Host-session', interaction: '__Secure-interaction', resume: '__Secure-resume' }
    : { session: 'onecert_session', interaction: 'onecert_interaction', resume: 'onecert_resume' },
  long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/', ...(https ? { secure: true } : {}) },
  short: { signed: true, httpOnly: true, sameSite: 'lax', ...(https ? { secure: true } : {}) },
});

export const createProvider = (deps: ProviderDeps): Provider => {
  const { baseUrl, logger, scopes, resourceScopes } = deps;
  const subjects = createSubjects(deps.keyring.secrets.pairwiseKey);
  let provider: Provider;

  const features = {
    devInteractions: { enabled: false },
    claimsParameter: {
      enabled: true,
      assertClaimsParameter: async (ctx, claims) =>
        keepOpenClaims(ctx, claims as Record<string, Record<string, unknown>>),
    },
    dPoP: { enabled: true, nonceSecret: Buffer.from(deps.keyring.secrets.nonceSecret) },
    introspection: {
      enabled: true,
      // An app learns of its own tokens only; another's answers exactly {"active":false}.
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    pushedAuthorizationRequests: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: deps.pages.logoutSource,
      postLogoutSuccessSource: deps.pages.postLogoutSuccessSource,
    },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      async defaultResource(ctx, _client, oneOf) {
        if (oneOf !== undefined) return oneOf.length === 1 ? oneOf[0]! : [...oneOf];
        const oidc = ctx.oidc as unknown as OidcContext;
        const asked = [...oidc.requestParamScopes].some((scope) => resourceScopes.has(scope));
        return asked || oidc.params?.authorization_details !== undefined
          ? baseUrl
          : (undefined as unknown as string);
      },
      useGrantedResource: async () => true,
      async getResourceServerInfo(_ctx, resource) {
        if (resource !== baseUrl) throw new errors.InvalidTarget();
        const covered = [...scopes].filter((scope) => scope !== 'offline_access');
        return { scope: covered.join(' '), audience: baseUrl, accessTokenFormat: 'opaque' as const };
      },
    },
    ...deps.extraFeatures,
  } as Features;
  if (features.devInteractions?.enabled !== false) throw new TypeError('devInteractions must stay off');

  const configuration: Configuration = {
    adapter: createAdapter({
      store: deps.store,
      clock: deps.clock,
      baseUrl,
      ephemeral: deps.storage.ephemeral,
      logger,
      findClient: (id) => deps.apps.findClient(id),
    }),
    jwks: deps.keyring.loginJwks() as NonNullable<Configuration['jwks']>,
    features,
    scopes: [...scopes],
    claims: Object.fromEntries(Object.entries(claimsByScope).map(([scope, names]) => [scope, [...names]])),
    acrValues: [...acrValues],
    responseTypes: ['code'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: async (_ctx, accountId, client) => subjects(own(client).onecert_sector, accountId),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: ['code'] },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    },
    extraClientMetadata: { properties: [...ownMetadata] },
    extraParams: {
      login_hint(ctx, value) {
        const { route, entities } = ctx.oidc as unknown as OidcContext;
        const inUrl = route === 'authorization' && entities.PushedAuthorizationRequest === undefined;
        if (inUrl && value !== undefined && looksPersonal(value)) {
          throw new errors.InvalidRequest(
            'login_hint must not be a phone or document number in a URL; use PAR',
          );
        }
      },
    },
    pkce: {
      required: (_ctx, client) =>
        client.clientAuthMethod === 'none' || own(client).onecert_pkce !== 'optional',
    },
    conformIdTokenClaims: true,
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: clockToleranceSeconds,
    cookies: cookieSettings(baseUrl.startsWith('https:'), [...deps.keyring.secrets.cookieKeys]),
    ttl: lifetimes(deps.clock),
    rotateRefreshToken: () => true,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    expiresWithSession: async (_ctx, code) => !code.scopes.has('offline_access'),
    loadExistingGrant: createGrantLoader({ baseUrl, consents: deps.consents, scopes }, () => provider),
    interactions: { policy: createPolicy(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    discovery: {
      ui_locales_supported: ['zh-CN', 'en'],
      prompt_values_supported: ['none', 'login', 'consent'],
      service_documentation: `${baseUrl}/developers`,
    },
    clientBasedCORS: (ctx, origin, client) =>
      origin !== 'null' &&
      ((ctx.oidc as unknown as OidcContext).route === 'userinfo' || client.clientAuthMethod === 'none') &&
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    // RFC 9470 §6.2: an API can see how and when the person signed in; userinfo reads it back from here.
    extraTokenClaims: async (ctx) => {
      const source = signInOf(ctx);
      return source?.acr === undefined
        ? undefined
        : { acr: source.acr, amr: [...(source.amr ?? [])], auth_time: source.authTime };
    },
    findAccount: (_ctx, id, token) =>
      whileStoreAnswers(logger, async () => {
        const account = await deps.accounts.get(id);
        return account?.state === 'active'
          ? libraryAccount(account, token as unknown as ClaimsSource)
          : undefined;
      }),
    renderError: deps.pages.renderError!,
    // We register no jwks_uri, sector_identifier_uri or logo the library would fetch: nothing goes out.
    fetch: () => Promise.reject(new TypeError('the login makes no outgoing requests')),
  };

  provider = new Provider(baseUrl, configuration);
  // Koa knows nothing of Express's `trust proxy`; both follow one setting.
  provider.proxy = deps.trustedProxies.length > 0;
  correct(provider, deps);
  return provider;
};

/** Overrides on the library's own classes: few, and each tested. */
const correct = (provider: Provider, deps: ProviderDeps): void => {
  const library = provider as unknown as {
    OIDCContext: { prototype: object };
    Client: { prototype: object };
    ReplayDetection: { unique(iss: string, jti: string, exp: number): Promise<boolean> };
  };
  Object.defineProperties(library.OIDCContext.prototype, {
    // Endpoint URLs and assertion audiences come from the issuer, never from the request's Host.
    urlFor: { value: (name: string, options?: Record<string, unknown>) => provider.urlFor(name, options) },
    acr: {
      get(this: OidcContext) {
        return answeredAcr(requestedAcr(this), this.session?.acr);
      },
    },
  });
  Object.defineProperty(library.Client.prototype, 'compareClientSecret', {
    value(this: { clientSecret?: string }, given: unknown) {
      return appSecretMatches(this.clientSecret, given);
    },
  });
  // The library looks first and writes then: two at the same moment both pass. Insert-only decides.
  library.ReplayDetection.unique = (iss, jti, exp) =>
    whileStoreAnswers(deps.logger, () =>
      deps.storage.ephemeral.setIfAbsent(
        `oidc:replay:${keyOf(JSON.stringify([iss, jti]))}`,
        '1',
        Math.max(1, exp - seconds(deps.clock)) + clockToleranceSeconds,
      ),
    );
};
