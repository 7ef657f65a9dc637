import { type RequestHandler, Router } from 'express';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Accounts, Capacity, CapacitySource, SignInMethod } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { InstanceKind, Text } from '../http/index.ts';
import type { Keyring } from '../keyring/index.ts';
import { createOutgoing, type Outgoing } from '../outgoing/index.ts';
import type { Storage } from '../storage/index.ts';
import type { CapacityGrant } from './access-token-guard.ts';
import type { ClaimExists } from './account-claims.ts';
import { createOidcStore } from './adapter/oidc-store.ts';
import { installAfterRequest, type Onward } from './after-request.ts';
import { secretsForLibrary } from './apps/app-secret.ts';
import { type Apps, createApps } from './apps/create-apps.ts';
import { createLastSignIns } from './apps/last-sign-ins.ts';
import type { RegistrationPolicy } from './apps/registration.ts';
import { createActing } from './capacities/acting.ts';
import { type Consent, createConsents } from './consents/consents.ts';
import { installTokenExchange, tokenExchangeGrant } from './exchange/exchange-token.ts';
import { type AppClaims, createFindAccount } from './find-account.ts';
import { createFormTokens } from './interactions/form-token.ts';
import { createSignInTrail } from './interactions/sign-in-trail.ts';
import { strengthOf } from './levels.ts';
import type { SessionLike } from './library.ts';
import { createLogouts, type Logouts } from './logout/create-logouts.ts';
import { prepareLogout } from './logout/logout-token.ts';
import { openAppsOf } from './logout/open-apps.ts';
import { logoutSource, postLogoutSuccessSource, renderError } from './pages/library-pages.ts';
import { createProvider, type Features } from './provider.ts';
import { createGuards, createRoutes } from './routes.ts';
import { createScans, type PhoneScans } from './scan/create-scans.ts';
import { noPlaces, type PlaceOf } from './scan/place-of.ts';
import { type DescribeScope, describeScope, ownScopes } from './scopes.ts';
import { accountAppId } from './security/account-app.ts';
import { type AccountSignIn, createAccountSignIn } from './security/account-sign-in.ts';
import { createNetworkOf } from './sessions/network-of.ts';
import { createSessions, type Sessions } from './sessions/sessions.ts';
import { timesOf } from './sign-in-state.ts';
import { createSubjects, type Realm } from './subject.ts';
import { createTakeUpKeys } from './take-up-keys.ts';
import { createTicketDesk, type TicketDesk } from './tickets/ticket-desk.ts';
import { installTicketMode } from './tickets/ticket-mode.ts';

export interface OidcDeps {
  /** The issuer: an origin without a path. */
  baseUrl: string;
  storage: Storage;
  keyring: Keyring;
  accounts: Accounts;
  audit: Audit;
  clock: Clock;
  logger: Logger;
  mode: 'development' | 'production';
  /** Default: province. */
  kind?: InstanceKind;
  trustedProxies: readonly string[];
  /** openid4vci, richAuthorizationRequests: merged into the library's features. */
  extraFeatures?: Features;
  /** Scopes an API of this server checks; a request for one gets an access token with `aud` = baseUrl. */
  extraScopes?: readonly string[];
  /** Those of them that a department may be passed on by token exchange. Absent: all. */
  exchangeScopes?: readonly string[];
  /** Words for those scopes on the sign-in and consent pages. */
  describeScope?: DescribeScope;
  /** Who may act for an enterprise or an office. Absent: everybody acts as herself. */
  capacities?: CapacitySource;
  /** Service items behind an app's scopes: what a delegate's mandate is held against. */
  itemsOf?(scopes: readonly string[]): readonly string[];
  /** Client ids of a person's own apps, where she is herself until she asks to act for somebody else. */
  selfFirstApps?: readonly string[];
  /** Whether a claim may be given for a person proved to this level. Absent: always. */
  claimExists?: ClaimExists;
  /** Claims that one app alone gets of a person. */
  appClaims?: AppClaims;
  /** Dynamic client registration. Absent: off. */
  registration?: RegistrationPolicy;
  /** GET /auth a minute from one address. */
  authorizationsPerMinute?: number;
  /** For addresses that apps name. Absent: public https alone. */
  outgoing?: Outgoing;
  /** Which city an address is in. Absent: unknown. */
  placeOf?: PlaceOf;
  /** Middleware of other features round the library's routes (`provider.use`), installed before it is sealed. */
  install?(provider: Provider): void;
}

export interface Oidc {
  provider: Provider;
  /** Sign-in pages; mount it before `callback`. */
  router: Router;
  /**
   * The library's endpoints that apps call most and no other feature has a path in: mounted first, so that they need not
   * walk past everybody's routes.
   */
  appEndpoints: RequestHandler;
  /** The library's endpoints; calls next() for paths it does not know. Mount it after all other routes. */
  callback: RequestHandler;
  apps: Apps;
  /** An initial access token for dynamic registration; works as often as wanted for so many seconds. */
  registrationToken(expiresIn: number): Promise<string>;
  consents: {
    of(accountId: string): Promise<Consent[]>;
    withdraw(accountId: string, clientId: string): Promise<void>;
  };
  /** Takes up login keys that were made, began or ended meanwhile. */
  takeUpKeys(): void;
  /** Ends every session, grant and token of a person: call it when blocking or closing the account. */
  endAllOf(accountId: string): Promise<void>;
  /** Ends the sessions in which she acted as an official; her own stay. */
  endOfficeSessions(accountId: string): Promise<void>;
  /** Ends what apps were given while she acted in this capacity: call it when a mandate is over. */
  endCapacity(accountId: string, ref: string): Promise<void>;
  /** Tells apps of ended sessions. */
  logouts: Logouts;
  /** A person's sign-ins, to see and to end. */
  sessions: Sessions;
  /** Scan to sign in, as the phone sees it. */
  scans: PhoneScans;
  /** Answers the pages that wait, so that the server can stop. */
  stopWaiting(): void;
  /** For the province's own account pages. */
  accountSignIn: AccountSignIn;
  /** When somebody last signed in to an app, about to the hour. */
  lastSignIn(clientId: string): Promise<number | undefined>;
  /** How strong what a session has shown is, all in all: 0 for one that has ended. */
  strengthShown(sessionUid: string): Promise<number>;
  /** For the old way of signing in, by ticket. */
  tickets: TicketDesk;
  /** What a scope means, in words. */
  describeScope(scope: string): Text;
  /** As what a grant's holder acts right now; undefined once that has ended. For accessTokenGuard. */
  capacityOf(grant: CapacityGrant): Promise<Capacity | undefined>;
  /** The pairwise subject an app knows a person by; another one in the realm of offices. */
  subjectFor(clientId: string, accountId: string, realm?: Realm): Promise<string | undefined>;
}

const grantTypesOf = (features: Features | undefined, implicit: boolean): Set<string> => {
  const types = new Set(['authorization_code', 'refresh_token', 'client_credentials', tokenExchangeGrant]);
  if (implicit) types.add('implicit');
  const vci = (
    features as { openid4vci?: { enabled?: boolean; preAuthorizedCodeGrant?: boolean } } | undefined
  )?.openid4vci;
  if (vci?.enabled && vci.preAuthorizedCodeGrant)
    types.add('urn:ietf:params:oauth:grant-type:pre-authorized_code');
  return types;
};

const appEndpointNames = [
  'authorization',
  'token',
  'userinfo',
  'jwks',
  'introspection',
  'revocation',
  'pushed_authorization_request',
] as const;

/** A developer's machine is one address for all its browsers and benchmarks. */
const perMinute = { development: 60_000, production: 600 } as const;
const looksPerMinute = { development: 6_000, production: 30 } as const;

/** The province's login. Declares its collections: create it before `storage.prepare()`. */
export const createOidc = (deps: OidcDeps): Oidc => {
  const { baseUrl, storage, keyring, accounts, audit, clock, logger } = deps;
  if (new URL(baseUrl).origin !== baseUrl) throw new TypeError('the issuer must be an origin without a path');
  if (deps.mode === 'production' && !baseUrl.startsWith('https:'))
    throw new TypeError('the issuer must use https');
  const resourceScopes = new Set(deps.extraScopes ?? []);
  const scopes = new Set<string>([...ownScopes, ...resourceScopes]);
  const inWords = describeScope(deps.describeScope);
  const consents = createConsents({ storage, clock, describeScope: inWords });
  const supported = {
    scopes,
    grantTypes: grantTypesOf(deps.extraFeatures, deps.registration?.implicit === true),
  };
  const outgoing = deps.outgoing ?? createOutgoing();
  const { fetch } = outgoing;
  const apps = createApps({
    storage,
    audit,
    clock,
    supported,
    fetch,
    checkClient: (metadata) => {
      const Client = provider.Client as unknown as new (metadata: object) => unknown;
      // The schema asks for a secret; ours comes after the check.
      new Client({ ...metadata, client_secret: secretsForLibrary([]) });
    },
  });
  const { pairwiseKey } = keyring.secrets;
  const subjects = createSubjects(pairwiseKey);
  const logouts = createLogouts({
    storage,
    clock,
    logger,
    outgoing,
    subjects,
    findClient: apps.findToTell,
    prepare: prepareLogout(() => provider, apps.findToTell),
  });
  const store = createOidcStore({ storage, clock, intendLogout: logouts.intend });

  const acting = createActing({
    source: deps.capacities,
    itemsOf: deps.itemsOf ?? (() => []),
    selfOnly: new Set([accountAppId]),
    selfFirst: new Set(deps.selfFirstApps),
  });
  const networkOf = createNetworkOf(pairwiseKey);
  const { claimExists, appClaims } = deps;
  const findAccount = createFindAccount({ accounts, acting, pairwiseKey, claimExists, appClaims, logger });

  const provider: Provider = createProvider({
    baseUrl,
    outgoing,
    kind: deps.kind ?? 'province',
    storage,
    store,
    keyring,
    accounts,
    apps,
    consents,
    clock,
    logger,
    trustedProxies: deps.trustedProxies,
    scopes,
    resourceScopes,
    extraFeatures: deps.extraFeatures ?? {},
    registration: deps.registration ?? { mode: 'off', scopes: [] },
    acting,
    findAccount,
    networkOf,
    intendLogout: logouts.intend,
    pages: {
      renderError,
      logoutSource: logoutSource(
        () => provider.urlFor('end_session_confirm'),
        openAppsOf(() => provider, baseUrl),
      ),
      postLogoutSuccessSource,
    },
  });
  provider.on('server_error', (_ctx, error) => logger.error({ err: error }, 'login failed'));
  // Koa's own event, for what fails outside the library's routes.
  (provider as unknown as { on(event: 'error', listener: (error: unknown) => void): void }).on(
    'error',
    (error) => logger.error({ err: error }, 'login failed'),
  );

  const onward: Onward = new WeakMap();
  const inSandbox = deps.kind === 'sandbox';
  const lastSignIns = createLastSignIns({ storage, clock, everySeconds: inSandbox ? 0 : 3_600 });
  installAfterRequest(provider, { audit, logger, onward, lastSignIns, tellsSignIns: inSandbox });

  const tokens = createFormTokens(keyring.secrets.cookieKeys);
  const sessions = createSessions({ store, audit, clock, networkOf });
  const scans = createScans({
    ephemeral: storage.ephemeral,
    store,
    accounts,
    audit,
    clock,
    placeOf: deps.placeOf ?? noPlaces,
    looksPerMinute: looksPerMinute[deps.mode],
  });
  const settings = {
    apps,
    ephemeral: storage.ephemeral,
    fetch,
    authorizationsPerMinute: deps.authorizationsPerMinute ?? perMinute[deps.mode],
  };
  const guards = createGuards(settings);
  const pages = createRoutes(
    {
      provider,
      baseUrl,
      accounts,
      apps,
      audit,
      clock,
      consents,
      acting,
      store,
      tokens,
      trail: createSignInTrail(storage.ephemeral),
      scans,
      scopes,
      describeScope: inWords,
    },
    settings,
  );

  const passable = new Set(deps.exchangeScopes ?? resourceScopes);
  installTokenExchange(provider, { baseUrl, audit, clock, logger, passable });
  installTicketMode(provider, baseUrl);
  deps.install?.(provider);
  const handle = provider.callback();
  const callback: RequestHandler = (req, res, next) => {
    onward.set(req, next);
    handle(req, res);
  };
  const appPaths = new Set(appEndpointNames.map((name) => new URL(provider.urlFor(name)).pathname));
  const appEndpoints: RequestHandler = (req, res, next) => {
    if (!appPaths.has(req.path)) return next();
    guards(req, res, (error) => (error === undefined ? callback(req, res, next) : next(error)));
  };
  return {
    provider,
    router: Router().use(guards, pages),
    appEndpoints,
    callback,
    apps,
    async registrationToken(expiresIn) {
      const { InitialAccessToken } = provider as unknown as {
        InitialAccessToken?: new (of: object) => { save(): Promise<string> };
      };
      if (deps.registration?.mode !== 'token' || InitialAccessToken === undefined)
        throw new ServiceError('conflict', { detail: 'clientRegistration.mode is not token' });
      return new InitialAccessToken({ expiresIn }).save();
    },
    consents: {
      of: consents.of,
      async withdraw(accountId, clientId) {
        await consents.withdraw(accountId, clientId);
        await store.endAppAccess(accountId, clientId);
        await audit.append({
          action: 'consent.withdrawn',
          actor: `account:${accountId}`,
          subject: accountId,
          object: `client:${clientId}`,
          result: 'ok',
        });
      },
    },
    takeUpKeys: createTakeUpKeys(provider, keyring),
    endAllOf: store.endAllOf,
    endOfficeSessions: store.endOfficeSessions,
    endCapacity: store.endCapacity,
    logouts,
    sessions,
    scans,
    stopWaiting: scans.pages.stop,
    accountSignIn: createAccountSignIn({ provider, baseUrl, accounts, clock, tokens }),
    tickets: createTicketDesk({
      provider,
      baseUrl,
      store,
      clock,
      logger,
      secret: keyring.secrets.nonceSecret,
      subjects,
      findAccount,
    }),
    describeScope: inWords,
    lastSignIn: lastSignIns.of,
    async strengthShown(sessionUid) {
      const session = (await provider.Session.findByUid(sessionUid)) as unknown as SessionLike | undefined;
      return strengthOf(Object.keys(timesOf(session)) as SignInMethod[]);
    },
    async capacityOf(grant) {
      const { accountId = '' } = grant;
      if ((await accounts.get(accountId))?.state !== 'active') return undefined;
      return acting.live(accountId, grant.capacity, grant.getOIDCScope().split(' '));
    },
    async subjectFor(clientId, accountId, realm) {
      const app = await apps.get(clientId);
      return app && subjects(app.sector, accountId, realm);
    },
  };
};
