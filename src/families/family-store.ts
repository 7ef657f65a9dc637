import { randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import {
  AlreadyExists,
  type Collection,
  Conflict,
  DataKeyDestroyed,
  type Storage,
  type Versioned,
} from '../storage/index.ts';
import type { CounterRecord, Family, HolderPointer } from './family.ts';

export interface FamilyStore {
  families: Collection<Family>;
  pointers: Collection<HolderPointer>;
  records: Collection<CounterRecord>;
}

/** Declares the collections. Call before `storage.prepare()`. */
export const openFamilyStore = (storage: Storage): FamilyStore => ({
  families: storage.collection<Family>({
    name: 'families',
    schemaVersion: 1,
    owner: 'id',
    sealed: ['typed'],
    indexes: ['pending'],
  }),
  pointers: storage.collection<HolderPointer>({
    name: 'family_pointers',
    schemaVersion: 1,
    indexes: ['holder'],
    owner: 'holder',
    sealed: ['birthday'],
    keyed: { birthday: { value: ({ birthday }) => birthday } },
  }),
  records: storage.collection<CounterRecord>({
    name: 'family_records',
    schemaVersion: 1,
    owner: 'holder',
    sealed: ['evidence'],
    indexes: ['state', 'pending'],
  }),
});

export const newId = (prefix: 'fl' | 'fr' | 'event'): string =>
  `${prefix}_${randomBytes(16).toString('base64url')}`;

const maxTries = 200;
const empty = (id: string): Family => ({ id, links: [], typed: {}, untold: [] });

/** The family of a person who acts; undefined when she never did, or her key is gone. */
export const familyOf = async (
  { families }: FamilyStore,
  actor: string,
): Promise<Versioned<Family> | undefined> => {
  try {
    return await families.get(actor);
  } catch (error) {
    if (error instanceof DataKeyDestroyed) return undefined;
    throw error;
  }
};

/** Compare-and-set until it fits, making the document first; `step` answers undefined when there is nothing to do. */
export const changeFamily = async (
  store: FamilyStore,
  actor: string,
  step: (current: Family) => Family | undefined,
): Promise<{ family: Family; changed: boolean }> => {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const current = await familyOf(store, actor);
    const next = step(current ?? empty(actor));
    if (!next) return { family: current ?? empty(actor), changed: false };
    try {
      const family = current
        ? await store.families.replace({ ...next, ver: current.ver })
        : await store.families.insert(next);
      return { family, changed: true };
    } catch (error) {
      if (!(error instanceof Conflict || error instanceof AlreadyExists)) throw error;
    }
  }
  throw new ServiceError('conflict');
};

/** Who has or had a link to this holder. */
export const actorsFor = async ({ pointers }: FamilyStore, holder: string): Promise<string[]> => {
  const actors: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await pointers.find('holder', holder, { limit: 500, ...(after ? { after } : {}) });
    actors.push(...page.map(({ actor }) => actor));
    if (page.length < 500) return actors;
    after = page.at(-1)!.id;
  }
};

/** Who acts for a child that becomes 14 on that day. */
export const guardiansUntil = async ({ pointers }: FamilyStore, birthday: string): Promise<Set<string>> => {
  const actors = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await pointers.findKeyed('birthday', birthday, { limit: 500, ...(after ? { after } : {}) });
    for (const { actor } of page) actors.add(actor);
    if (page.length < 500) return actors;
    after = page.at(-1)!.id;
  }
};

export const pointToHolder = async (
  { pointers }: FamilyStore,
  pointer: Omit<HolderPointer, 'id'>,
): Promise<void> => {
  try {
    await pointers.insert({ ...pointer, id: `${pointer.holder}|${pointer.actor}` });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
};
