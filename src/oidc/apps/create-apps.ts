/** The registry of apps. */
import type { AdapterPayload } from 'oidc-provider';
import type { Audit } from '../../audit/index.ts';
import type { Clock } from '../../clock.ts';
import { AlreadyExists, type Page, type Storage } from '../../storage/index.ts';
import { type AddAppInput, type AddedApp, type AppActContext, addApp } from './add-app.ts';
import { type App, appSpec } from './app.ts';
import { clientMetadata, type Supported } from './client-metadata.ts';

export interface Apps {
  /** Registers an app; the secret is shown this once. Audited. */
  add(input: AddAppInput, context?: AppActContext): Promise<AddedApp>;
  /** For apps we ship under a fixed id: registered when it is not there, left alone when it is. */
  ensure(input: AddAppInput & { clientId: string }, context?: AppActContext): Promise<AddedApp>;
  get(clientId: string): Promise<App | undefined>;
  list(page?: Page): Promise<App[]>;
}

export interface AppsDeps {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  supported: Supported;
}

/** A change made by another process is seen this soon. */
const cacheMs = 5_000;
const cacheSize = 500;

export interface AppRegistry extends Apps {
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
}

const byUs: AppActContext = { actor: 'system' };

export const createApps = ({ storage, audit, clock, supported }: AppsDeps): AppRegistry => {
  const apps = storage.collection(appSpec);
  const cache = new Map<string, { app: App | undefined; readAt: number }>();
  const supportedScopes = supported.scopes;

  const get = async (id: string): Promise<App | undefined> => {
    const kept = cache.get(id);
    const now = clock.now();
    if (kept && now >= kept.readAt && now - kept.readAt < cacheMs) return kept.app;
    // Only ids of our own form reach the store; a failing store throws and is never "no such app".
    const app = /^[a-z\d][a-z\d-]{2,62}$/.test(id) ? await apps.get(id) : undefined;
    if (cache.size >= cacheSize) cache.delete(cache.keys().next().value!);
    cache.set(id, { app, readAt: now });
    return app;
  };

  const add: Apps['add'] = async (input, context = byUs) => {
    const added = await addApp({ apps, audit, clock, supportedScopes }, input, context);
    cache.delete(added.clientId);
    return added;
  };

  return {
    add,
    async ensure(input, context = byUs) {
      if ((await apps.get(input.clientId)) !== undefined) return { clientId: input.clientId };
      try {
        return await add(input, context);
      } catch (error) {
        if (error instanceof AlreadyExists) return { clientId: input.clientId };
        throw error;
      }
    },
    get,
    list: (page) => apps.list(page),
    async findClient(id) {
      const app = await get(id);
      return app && clientMetadata(app, supported);
    },
  };
};
