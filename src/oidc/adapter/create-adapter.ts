/** The adapter factory oidc-provider asks for a store of each kind of record. */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Ephemeral } from '../../storage/index.ts';
import type { RegisteredClients } from '../apps/registration.ts';
import { createDurableAdapter, type DurableDeps } from './durable-adapter.ts';
import { createEphemeralAdapter } from './ephemeral-adapter.ts';
import { type DurableModel, durableModels } from './oidc-document.ts';
import { whileStoreAnswers } from './store-faults.ts';

/** What we implement; user codes belong to the device flow, which is off. */
export interface ModelAdapter {
  upsert(id: string, payload: AdapterPayload, ttl?: number): Promise<void>;
  find(id: string): Promise<AdapterPayload | undefined>;
  findByUid(uid: string): Promise<AdapterPayload | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export interface AdapterDeps extends DurableDeps {
  ephemeral: Ephemeral;
  logger: Logger;
  /** Metadata of a registered app, in the library's form. */
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  registered: RegisteredClients;
}

const isDurable = (name: string): name is DurableModel => (durableModels as readonly string[]).includes(name);

const unsupported = (name: string) => async (): Promise<never> => {
  throw new TypeError(`oidc-provider asked for ${name}, which is switched off`);
};

const clientAdapter = (deps: AdapterDeps): ModelAdapter => {
  const unused = unsupported('what clients have not');
  return {
    upsert: deps.registered.upsert,
    find: (id) => deps.findClient(id),
    findByUid: unused,
    consume: unused,
    destroy: deps.registered.destroy,
    revokeByGrantId: unused,
  };
};

const adapterFor = (name: string, deps: AdapterDeps): ModelAdapter | undefined => {
  if (isDurable(name)) return createDurableAdapter(name, deps);
  if (name === 'Interaction') return createEphemeralAdapter(name, deps.ephemeral);
  if (name === 'Client') return clientAdapter(deps);
  return undefined;
};

export const createAdapter =
  (deps: AdapterDeps): AdapterFactory =>
  (name: string): Adapter => {
    const inner = adapterFor(name, deps);
    const off = unsupported(name);
    if (inner === undefined) {
      return {
        upsert: off,
        find: off,
        findByUserCode: off,
        findByUid: off,
        consume: off,
        destroy: off,
        revokeByGrantId: off,
      };
    }
    const guarded =
      <Arguments extends unknown[], Result>(work: (...args: Arguments) => Promise<Result>) =>
      (...args: Arguments): Promise<Result> =>
        whileStoreAnswers(deps.logger, () => work(...args));
    return {
      upsert: guarded(inner.upsert),
      find: guarded(inner.find),
      findByUserCode: off,
      findByUid: guarded(inner.findByUid),
      consume: guarded(inner.consume),
      destroy: guarded(inner.destroy),
      revokeByGrantId: guarded(inner.revokeByGrantId),
    };
  };
