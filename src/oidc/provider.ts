/** oidc-provider, configured. What the library would do wrong by itself is listed where it is put right. */
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Accounts, Capacity, SignInMethod } from '../accounts/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { type InstanceKind, ownCookie } from '../http/index.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import { type ClaimExists, type ClaimsSource, libraryAccount, type ReadPersonal } from './account-claims.ts';
import { createAdapter } from './adapter/create-adapter.ts';
import { clockToleranceSeconds } from './adapter/durable-adapter.ts';
import type { OidcStore } from './adapter/oidc-store.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import { type OwnMetadata, ownMetadata } from './apps/client-metadata.ts';
import type { AppRegistry } from './apps/create-apps.ts';
import { completeRegistered, type RegistrationPolicy, registrationFeatures } from './apps/registration.ts';
import { type Acting, capacityClaims, isOfficeRef } from './capacities/acting.ts';
import { createDecideCapacity } from './capacities/decide-capacity.ts';
import type { Consents } from './consents/consents.ts';
import { extendLibrary } from './extend-library.ts';
import { createGrantLoader } from './grants.ts';
import { acrValues } from './levels.ts';
import type { GrantCapacity, OidcContext } from './library.ts';
import { lifetimes } from './lifetimes.ts';
import { looksPersonal } from './personal-login-hint.ts';
import { createPolicy } from './policy.ts';
import { claimsByScope } from './scopes.ts';
import { createSubjects, type Subjects } from './subject.ts';

export type Features = NonNullable<Configuration['features']>;

export interface ProviderDeps {
  baseUrl: string;
  kind: InstanceKind;
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
  registration: RegistrationPolicy;
  acting: Acting;
  claimExists: ClaimExists | undefined;
  /** Keyed hash of the network a request comes from. */
  networkOf(address: string): string;
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

type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

/** Scopes of a grant, as the person agreed to them. */
const scopesOfGrant = (grant: Grant): string[] => grant.getOIDCScope().split(' ');

/**
 * A hint or a claims request may name the person by the subject of either realm. Until the grant says which one it is,
 * the one that was named is answered, so that an official coming back is known again.
 */
const pairwiseSubject = (
  subjects: Subjects,
  oidc: OidcContext | undefined,
  sector: string,
  accountId: string,
): string => {
  const grant = oidc?.entities.Grant as GrantCapacity | undefined;
  const office = (): string => subjects(sector, accountId, 'office');
  if (grant?.capacity !== undefined)
    return isOfficeRef(grant.capacity) ? office() : subjects(sector, accountId);
  const hint = oidc?.entities.IdTokenHint as { payload?: { sub?: unknown } } | undefined;
  const named = [hint?.payload?.sub, oidc?.claims?.id_token?.sub?.value];
  return named.includes(office()) ? office() : subjects(sector, accountId);
};

const cookieSettings = (
  https: boolean,
  keys: string[],
  kind: InstanceKind,
): NonNullable<Configuration['cookies']> => ({
  keys,
  // The library binds the short cookies to a path, which __Host- does not allow.
  names: {
    session: ownCookie(https ? '__Host-session' : 'onecert_session', kind),
    interaction: ownCookie(https ? '__Secure-interaction' : 'onecert_interaction', kind),
    resume: ownCookie(https ? '__Secure-resume' : 'onecert_resume', kind),
  },
  long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/', ...(https ? { secure: true } : {}) },
  short: { signed: true, httpOnly: true, sameSite: 'lax', ...(https ? { secure: true } : {}) },
});

const actsForOffice = (ctx: KoaContextWithOIDC): boolean =>
  isOfficeRef(((ctx.oidc as unknown as OidcContext).entities.Grant as GrantCapacity | undefined)?.capacity);

export const createProvider = (deps: ProviderDeps): Provider => {
  const { baseUrl, logger, scopes, resourceScopes } = deps;
  const subjects = createSubjects(deps.keyring.secrets.pairwiseKey);
  let provider: Provider;
  const decideCapacity = createDecideCapacity(deps.acting, () => provider);

  /** The grant a code or token stands on. */
  const grantOf = async (
    ctx: KoaContextWithOIDC,
    grantId: string | undefined,
  ): Promise<Grant | undefined> => {
    const loaded = (ctx.oidc as unknown as OidcContext).entities.Grant as
      | (Grant & { jti: string })
      | undefined;
    if (grantId === undefined || loaded?.jti === grantId) return loaded;
    return (await provider.Grant.find(grantId)) as Grant | undefined;
  };
  const claimsOfCapacity = (capacity: Capacity, client: unknown, full: boolean): Record<string, unknown> =>
    capacityClaims(capacity, {
      full,
      sector: own(client).onecert_sector,
      pairwiseKey: deps.keyring.secrets.pairwiseKey,
    });

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
      allowedPolicy: async (ctx, client, token) => {
        if (token.clientId !== client.clientId) return false;
        const { grantId, accountId } = token as { grantId?: string; accountId?: string };
        if (grantId === undefined || accountId === undefined) return true;
        const grant = await grantOf(ctx, grantId);
        const capacity = grant && (await deps.acting.live(accountId, grant.capacity, scopesOfGrant(grant)));
        // A capacity that has ended takes its tokens with it.
        if (capacity === undefined) return false;
        const more = token as { extra?: Record<string, unknown> };
        if (capacity.kind !== 'self')
          more.extra = { ...more.extra, ...claimsOfCapacity(capacity, client, true) };
        return true;
      },
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
    clientCredentials: { enabled: true },
    ...registrationFeatures(deps.registration),
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

  const policyDeps = {
    decideCapacity,
    now: () => seconds(deps.clock),
    subjectsOf: (client: unknown, accountId: string) => {
      const sector = own(client).onecert_sector;
      return [subjects(sector, accountId), subjects(sector, accountId, 'office')];
    },
    methodsOf: (accountId: string) =>
      whileStoreAnswers(logger, async () => {
        const account = await deps.accounts.get(accountId);
        return account ? deps.accounts.authenticators.methodsOf(account) : new Set<SignInMethod>();
      }),
  };

  const configuration: Configuration = {
    adapter: createAdapter({
      store: deps.store,
      clock: deps.clock,
      baseUrl,
      ephemeral: deps.storage.ephemeral,
      logger,
      findClient: deps.apps.findClient,
      counts: deps.apps.counts,
      registered: deps.apps.registered,
    }),
    jwks: deps.keyring.loginJwks() as NonNullable<Configuration['jwks']>,
    features,
    scopes: [...scopes],
    claims: Object.fromEntries(Object.entries(claimsByScope).map(([scope, names]) => [scope, [...names]])),
    acrValues: [...acrValues],
    responseTypes: ['code'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: async (ctx, accountId, client) =>
      pairwiseSubject(
        subjects,
        ctx?.oidc as unknown as OidcContext | undefined,
        own(client).onecert_sector,
        accountId,
      ),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: ['code'] },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    },
    extraClientMetadata: {
      properties: [...ownMetadata],
      validator: completeRegistered(deps.registration, scopes) as never,
    },
    // Checked once, when an app comes in (apps/check-app.ts), and not at each look.
    sectorIdentifierUriValidate: () => false,
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
    cookies: cookieSettings(baseUrl.startsWith('https:'), [...deps.keyring.secrets.cookieKeys], deps.kind),
    ttl: lifetimes(deps.clock),
    rotateRefreshToken: () => true,
    // What an official may do ends with her session: no refresh token outlives it.
    issueRefreshToken: async (ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access') && !actsForOffice(ctx),
    expiresWithSession: async (ctx, code) => !code.scopes.has('offline_access') || actsForOffice(ctx),
    loadExistingGrant: createGrantLoader(
      { baseUrl, consents: deps.consents, scopes, decideCapacity },
      () => provider,
    ),
    interactions: {
      policy: createPolicy(policyDeps),
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    discovery: {
      ui_locales_supported: ['zh-CN', 'en'],
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      ...(deps.kind === 'sandbox' ? { onecert_environment: 'sandbox' } : {}),
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
    findAccount: (ctx, id, token) =>
      whileStoreAnswers(logger, async () => {
        const account = await deps.accounts.get(id);
        if (account?.state !== 'active') return undefined;
        const source = token as unknown as (ClaimsSource & { grantId?: string }) | undefined;
        const grant = source?.grantId === undefined ? undefined : await grantOf(ctx, source.grantId);
        const { client } = ctx.oidc as unknown as OidcContext;
        // The person agreed to it on the consent page; who read what and when stands on her log.
        const read: ReadPersonal = (fields) =>
          whileStoreAnswers(logger, () =>
            deps.accounts.readPlain(id, {
              fields,
              purpose: 'app_consented',
              actor: `client:${client?.clientId ?? 'unknown'}`,
            }),
          );
        const rules = { read, source, exists: deps.claimExists };
        if (grant?.capacity === undefined) return libraryAccount(account, rules);
        const capacity = await deps.acting.live(id, grant.capacity, scopesOfGrant(grant));
        // The mandate or post has ended: for this token there is nobody any more.
        if (capacity === undefined) return undefined;
        const acting = (full: boolean) => claimsOfCapacity(capacity, client, full);
        return libraryAccount(account, { ...rules, acting });
      }),
    renderError: deps.pages.renderError!,
    // We register no jwks_uri, sector_identifier_uri or logo the library would fetch: nothing goes out.
    fetch: () => Promise.reject(new TypeError('the login makes no outgoing requests')),
  };

  provider = new Provider(baseUrl, configuration);
  // Koa knows nothing of Express's `trust proxy`; both follow one setting.
  provider.proxy = deps.trustedProxies.length > 0;
  extendLibrary(provider, deps);
  return provider;
};
