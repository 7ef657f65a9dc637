/** The registry of apps. */
import type { AdapterPayload } from 'oidc-provider';
import { seconds } from '../../clock.ts';
import { AlreadyExists, type Page, type Storage } from '../../storage/index.ts';
import { type AddAppInput, type AddedApp, addApp, clientIdPattern, newApp } from './add-app.ts';
import { type App, type AppMetadata, type AppProfile, type AppState, appSpec } from './app.ts';
import type { AppActContext, AppDeps } from './app-act.ts';
import { createAppLogos, type Logo } from './app-logos.ts';
import { appSecretMatches, secretsForLibrary } from './app-secret.ts';
import { addAppSecret, changeApp, endAppSecret, setAppState, setExchangeFrom } from './change-app.ts';
import { clientMetadata } from './client-metadata.ts';
import { type RegisteredClients, registeredClients } from './registration.ts';

export interface Apps {
  /** Registers an app; the secret is shown this once. Audited. */
  add(input: AddAppInput, context?: AppActContext): Promise<AddedApp>;
  /**
   * For apps we ship under a fixed id: registered when it is not there, and else brought up to what is shipped. A
   * certificate type that was added is a scope more of the wallet.
   */
  ensure(input: AddAppInput & { clientId: string }, context?: AppActContext): Promise<AddedApp>;
  /** What `add` would register; throws what it would throw, and stores nothing. */
  check(input: AddAppInput): Promise<App>;
  get(clientId: string): Promise<App | undefined>;
  list(page?: Page): Promise<App[]>;
  /** New metadata in whole, and another profile where it is named. */
  change(
    clientId: string,
    metadata: AppMetadata & { profile?: AppProfile },
    context?: AppActContext,
  ): Promise<App>;
  /** Suspends, lists again, retires. Live tokens are dead at once here, within two seconds in other processes. */
  setState(clientId: string, state: AppState, context?: AppActContext): Promise<App>;
  /** The apps of the same unit whose tokens it may exchange, in whole (docs/token-exchange.md). */
  setExchangeFrom(clientId: string, from: readonly string[], context?: AppActContext): Promise<App>;
  /** A second secret; shown this once. */
  addSecret(clientId: string, context?: AppActContext): Promise<string>;
  endSecret(clientId: string, secretId: string, context?: AppActContext): Promise<void>;
}

export interface AppsDeps extends Omit<AppDeps, 'apps'> {
  storage: Storage;
}

/** A change made by another process is seen this soon. */
const cacheMs = 2_000;
const cacheSize = 500;

export interface AppRegistry extends Apps {
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  /** Also of one that is suspended: who signed in to it before is signed out of it all the same. */
  findToTell(clientId: string): Promise<AdapterPayload | undefined>;
  /** Whether what an app was given at this time (Unix seconds) still counts. */
  counts(clientId: string, issuedAt: number): Promise<boolean>;
  /** Whether it is a live secret of the app. */
  isSecretOf(clientId: string, secret: unknown): Promise<boolean>;
  registered: RegisteredClients;
  logoOf(app: App): Promise<Logo | undefined>;
}

const byUs: AppActContext = { actor: 'system' };

export const createApps = ({ storage, ...given }: AppsDeps): AppRegistry => {
  const apps = storage.collection(appSpec);
  const deps: AppDeps = { ...given, apps };
  const { clock, supported } = given;
  const logos = createAppLogos({ storage, fetch: given.fetch });
  const cache = new Map<string, { app: App | undefined; readAt: number }>();
  /** Of an app as it was read: the library asks at each request, and changes nothing in it. */
  const metadataOf = new WeakMap<App, AdapterPayload>();

  /** Asked at every look at a token: what is kept is answered without waiting. */
  const kept = (id: string): { app: App | undefined } | undefined => {
    const entry = cache.get(id);
    const now = clock.now();
    return entry && now >= entry.readAt && now - entry.readAt < cacheMs ? entry : undefined;
  };
  const read = async (id: string): Promise<{ app: App | undefined }> => {
    const entry = { app: undefined as App | undefined, readAt: clock.now() };
    // Only ids of our own form reach the store; a failing store throws and is never "no such app".
    if (clientIdPattern.test(id)) entry.app = await apps.get(id);
    if (cache.size >= cacheSize) cache.delete(cache.keys().next().value!);
    cache.set(id, entry);
    return entry;
  };
  const get = async (id: string): Promise<App | undefined> => (kept(id) ?? (await read(id))).app;
  const listed = async (id: string): Promise<App | undefined> => {
    const { app } = kept(id) ?? (await read(id));
    return app?.state === 'listed' ? app : undefined;
  };
  const written = (app: App | undefined): AdapterPayload | undefined => {
    if (app === undefined) return undefined;
    const metadata = metadataOf.get(app) ?? clientMetadata(app, supported);
    metadataOf.set(app, metadata);
    return metadata;
  };
  const forgetting =
    <Arguments extends [string, ...unknown[]], Result>(act: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
      try {
        return await act(...args);
      } finally {
        cache.delete(args[0]);
      }
    };

  const add: Apps['add'] = async (input, context = byUs) => {
    const added = await addApp(deps, input, context);
    cache.delete(added.clientId);
    await logos.keep(added.clientId, input.logo_uri);
    return added;
  };

  return {
    add,
    async ensure(input, context = byUs) {
      const { clientId } = input;
      const present = await apps.get(clientId);
      if (present !== undefined) {
        const { metadata } = (await newApp(deps, input)).app;
        if (JSON.stringify(metadata) !== JSON.stringify(present.metadata))
          await changeApp(deps, clientId, metadata, context);
        cache.delete(clientId);
        return { clientId };
      }
      try {
        return await add(input, context);
      } catch (error) {
        if (error instanceof AlreadyExists) return { clientId };
        throw error;
      }
    },
    check: async (input) => (await newApp(deps, input)).app,
    get,
    list: (page) => apps.list(page),
    change: forgetting(async (id, metadata, context = byUs) => {
      const app = await changeApp(deps, id, metadata, context);
      await logos.keep(id, app.metadata.logo_uri);
      return app;
    }),
    setState: forgetting((id, state, context = byUs) => setAppState(deps, id, state, context)),
    setExchangeFrom: forgetting((id, from, context = byUs) => setExchangeFrom(deps, id, from, context)),
    addSecret: forgetting((id, context = byUs) => addAppSecret(deps, id, context)),
    endSecret: forgetting((id, secretId, context = byUs) => endAppSecret(deps, id, secretId, context)),
    findClient: async (id) => written(await listed(id)),
    async findToTell(id) {
      const app = await get(id);
      return app?.state === 'retired' ? undefined : written(app);
    },
    async counts(id, issuedAt) {
      const { app } = kept(id) ?? (await read(id));
      return app?.state === 'listed' && issuedAt >= (app.tokensFrom ?? 0);
    },
    async isSecretOf(id, secret) {
      const app = await listed(id);
      return app !== undefined && appSecretMatches(secretsForLibrary(app.secrets), secret, seconds(clock));
    },
    registered: registeredClients(deps, async ({ id, metadata }) => {
      cache.delete(id);
      await logos.keep(id, metadata.logo_uri);
    }),
    logoOf: ({ id, metadata }) => logos.of(id, metadata.logo_uri),
  };
};
