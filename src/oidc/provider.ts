/** oidc-provider, configured. What the library would do wrong by itself is listed where it is put right. */
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Accounts, SignInMethod } from '../accounts/index.ts';
import { type Clock, seconds } from '../clock.ts';
import type { InstanceKind } from '../http/index.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Outgoing } from '../outgoing/index.ts';
import type { Storage } from '../storage/index.ts';
import type { ClaimsSource } from './account-claims.ts';
import { createAdapter } from './adapter/create-adapter.ts';
import { clockToleranceSeconds } from './adapter/durable-adapter.ts';
import type { OidcStore } from './adapter/oidc-store.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import { enabledAlgorithms } from './algorithms.ts';
import { createJwtRules } from './app-signed-jwts.ts';
import { type OwnMetadata, ownMetadata } from './apps/client-metadata.ts';
import type { AppRegistry } from './apps/create-apps.ts';
import { completeRegistered, type RegistrationPolicy, registrationFeatures } from './apps/registration.ts';
import { takeAskedClaims } from './asked-claims.ts';
import { type Acting, isOfficeRef } from './capacities/acting.ts';
import { createDecideCapacity } from './capacities/decide-capacity.ts';
import type { Consents } from './consents/consents.ts';
import { cookieSettings } from './cookies.ts';
import { extendLibrary, type LibraryDeps } from './extend-library.ts';
import type { FindAccount } from './find-account.ts';
import { createGrantLoader } from './grants.ts';
import { acrValues } from './levels.ts';
import type { GrantCapacity, OidcContext } from './library.ts';
import { lifetimes } from './lifetimes.ts';
import { looksPersonal } from './personal-login-hint.ts';
import { createPolicy } from './policy.ts';
import { isHigh, withProfile } from './profile-high.ts';
import { createSuccessors } from './refresh-successor.ts';
import { resourceIndicators } from './resource-indicators.ts';
import { claimsByScope } from './scopes.ts';
import { createSubjects, pairwiseSubject } from './subject.ts';
import { createTokenHolder } from './token-holder.ts';

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
  outgoing: Outgoing;
  trustedProxies: readonly string[];
  /** All scopes this server knows. */
  scopes: ReadonlySet<string>;
  /** Those an API of ours checks: a request for one gets a token with our audience. */
  resourceScopes: ReadonlySet<string>;
  extraFeatures: Features;
  registration: RegistrationPolicy;
  acting: Acting;
  findAccount: FindAccount;
  /** Keyed hash of the network a request comes from. */
  networkOf(address: string): string;
  intendLogout: LibraryDeps['intendLogout'];
  pages: Pick<Configuration, 'renderError'> & {
    logoutSource(ctx: KoaContextWithOIDC, form: string): Promise<void>;
    postLogoutSuccessSource(ctx: KoaContextWithOIDC): Promise<void>;
  };
}

const own = (client: unknown): OwnMetadata => client as OwnMetadata;

const signInOf = (ctx: KoaContextWithOIDC | undefined): ClaimsSource | undefined => {
  const entities = (ctx?.oidc as unknown as OidcContext | undefined)?.entities;
  return (entities?.RefreshToken ?? entities?.AuthorizationCode) as ClaimsSource | undefined;
};

const actsForOffice = (ctx: KoaContextWithOIDC): boolean =>
  isOfficeRef(((ctx.oidc as unknown as OidcContext).entities.Grant as GrantCapacity | undefined)?.capacity);

export const createProvider = (deps: ProviderDeps): Provider => {
  const { baseUrl, logger, scopes, resourceScopes } = deps;
  const subjects = createSubjects(deps.keyring.secrets.pairwiseKey);
  let provider: Provider;
  const decideCapacity = createDecideCapacity(deps.acting, () => provider);

  const holder = createTokenHolder(
    { store: deps.store, findAccount: deps.findAccount, acting: deps.acting, subjects, logger },
    () => provider,
  );
  const jwtRules = createJwtRules(deps.clock);

  const features = {
    devInteractions: { enabled: false },
    claimsParameter: {
      enabled: true,
      assertClaimsParameter: async (ctx, claims, client) =>
        takeAskedClaims(ctx, claims as Record<string, Record<string, unknown>>, client),
    },
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.from(deps.keyring.secrets.nonceSecret),
      requireNonce: jwtRules.needsNonce,
    },
    encryption: { enabled: true },
    fapi: { enabled: true, profile: (_ctx, client) => (isHigh(client) ? '2.0' : undefined) },
    introspection: { enabled: true, allowedPolicy: holder.introspectable },
    revocation: { enabled: true, allowedPolicy: holder.revocable },
    jwtIntrospection: { enabled: true },
    jwtUserinfo: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    requestObjects: { enabled: true, assertJwtClaimsAndHeader: jwtRules.checkRequestObject },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: deps.pages.logoutSource,
      postLogoutSuccessSource: deps.pages.postLogoutSuccessSource,
    },
    // Sent by our outbox (logout/): see extend-library.ts.
    backchannelLogout: { enabled: true },
    userinfo: { enabled: true },
    clientCredentials: { enabled: true },
    ...registrationFeatures(deps.registration),
    resourceIndicators: resourceIndicators({ baseUrl, scopes, resourceScopes }),
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
      findClient: async (id) => {
        const metadata = await deps.apps.findClient(id);
        return metadata && withProfile(metadata);
      },
      counts: deps.apps.counts,
      registered: deps.apps.registered,
    }),
    jwks: deps.keyring.loginJwks() as NonNullable<Configuration['jwks']>,
    features,
    scopes: [...scopes],
    claims: Object.fromEntries(Object.entries(claimsByScope).map(([scope, names]) => [scope, [...names]])),
    acrValues: [...acrValues],
    responseTypes: deps.registration.implicit ? ['code', 'id_token', 'id_token token'] : ['code'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: async (ctx, accountId, client) =>
      pairwiseSubject(
        subjects,
        ctx?.oidc as unknown as OidcContext | undefined,
        own(client).onecert_sector,
        accountId,
      ),
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
      ...((features as { attestClientAuth?: object }).attestClientAuth
        ? ['attest_jwt_client_auth' as never]
        : []),
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: ['code'] },
    assertJwtClientAuthClaimsAndHeader: jwtRules.checkAssertion,
    enabledJWA: enabledAlgorithms,
    extraClientMetadata: {
      // The library has given up request_uri; see request-by-reference.ts.
      properties: [...ownMetadata, 'request_uris'],
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
        client.clientAuthMethod === 'none' || isHigh(client) || own(client).onecert_pkce !== 'optional',
    },
    conformIdTokenClaims: true,
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: clockToleranceSeconds,
    cookies: cookieSettings(baseUrl.startsWith('https:'), [...deps.keyring.secrets.cookieKeys], deps.kind),
    ttl: lifetimes(deps.clock),
    // FAPI 2.0 Security Profile §5.3.2.1; docs/decisions/0014.
    rotateRefreshToken: (ctx) => !isHigh(ctx.oidc.client),
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
    extraTokenClaims: async (ctx, token) => {
      // One made of another token brings what that one said.
      const given = (token as { extra?: Record<string, unknown> }).extra;
      if (given !== undefined) return given;
      const source = signInOf(ctx);
      return source?.acr === undefined
        ? undefined
        : { acr: source.acr, amr: [...(source.amr ?? [])], auth_time: source.authTime };
    },
    findAccount: holder.findAccount,
    renderError: deps.pages.renderError!,
    // Its own guard looks at the address only after it has connected, and knows no hosts an operator named.
    fetch: deps.outgoing.fetch as NonNullable<Configuration['fetch']>,
  };

  provider = new Provider(baseUrl, configuration);
  // Koa knows nothing of Express's `trust proxy`; both follow one setting.
  provider.proxy = deps.trustedProxies.length > 0;
  extendLibrary(provider, { ...deps, successorOf: createSuccessors(deps.keyring.secrets.nonceSecret) });
  return provider;
};
