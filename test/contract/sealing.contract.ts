import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AlreadyExists,
  type Collection,
  type CollectionSpec,
  DataKeyDestroyed,
  type Storage,
  type StorageSettings,
} from '../../src/storage/index.ts';
import type { MakeStore, TestStore } from './test-stores.ts';

export interface Person {
  id: string;
  account: string;
  name?: string;
  document?: { number: string; photo?: number[] };
  city?: string;
}

export const people: CollectionSpec<Person> = {
  name: 'people',
  schemaVersion: 1,
  indexes: ['city'],
  owner: 'account',
  sealed: ['name', 'document'],
  keyed: {
    number: {
      value: (person) => person.document?.number,
      normalise: (number) => number.trim().toUpperCase(),
      unique: true,
    },
    name: { value: (person) => person.name },
  },
};

const lin: Person = {
  id: 'p1',
  account: 'account-lin',
  name: '林示例',
  document: { number: '33030019900101123X', photo: [1, 2, 3] },
  city: 'wenzhou',
};
const chen: Person = {
  id: 'p2',
  account: 'account-chen',
  name: '陈示例',
  document: { number: '330300198502023456' },
};

export async function openPeople(
  store: TestStore,
  settings?: Partial<StorageSettings>,
): Promise<{ storage: Storage; people: Collection<Person> }> {
  const storage = await store.open(settings);
  const collection = storage.collection(people);
  await storage.prepare();
  return { storage, people: collection };
}

export async function dumped(storage: Storage): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of storage.dump()) lines.push(line);
  return lines;
}

export async function* linesOf(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

/** Sealed fields, blind indexes and the end of a data key, on whatever engine `makeStore` opens. */
export function describeSealing(name: string, makeStore: MakeStore): void {
  describe(`sealed fields on ${name}`, () => {
    let stores: TestStore[];
    let storage: Storage;
    let collection: Collection<Person>;

    const newStore = (): TestStore => {
      const store = makeStore();
      stores.push(store);
      return store;
    };

    beforeEach(async () => {
      stores = [];
      ({ storage, people: collection } = await openPeople(newStore()));
    });
    afterEach(async () => {
      for (const store of stores) await store.dispose();
    });

    it('gives sealed fields back and keeps them out of the stored record', async () => {
      const written = await collection.insert(lin);
      expect(await collection.get('p1')).toEqual(written);
      expect(await collection.find('city', 'wenzhou')).toEqual([written]);
      const raw = (await dumped(storage)).join('\n');
      expect(raw).toContain('wenzhou');
      for (const secret of ['林示例', '33030019900101123X', 'photo', '[1,2,3]'])
        expect(raw).not.toContain(secret);
    });

    it('finds by the normalised value of a keyed index and refuses a second holder', async () => {
      const written = await collection.insert(lin);
      expect(await collection.findKeyed('number', ' 33030019900101123x ')).toEqual([written]);
      expect(await collection.findKeyed('number', '330300198502023456')).toEqual([]);
      const twin = { ...chen, document: { number: '33030019900101123x' } };
      const error = await collection.insert(twin).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AlreadyExists);
      expect(error).toMatchObject({ index: 'number' });
      await collection.insert({ ...twin, document: undefined });
      await collection.insert({ id: 'p3', account: 'account-3' });
      expect(await collection.count()).toBe(3);
    });

    it('SHR-7, security (a) 15: does not open a value that was moved to another document or another field', async () => {
      const settings = secrets();
      const source = await openPeople(newStore(), settings);
      await source.people.insert(lin);
      await source.people.insert({ ...chen, account: lin.account });
      const lines = await dumped(source.storage);
      const sealedOf = (id: string) => recordOf(lines, id).body.s;
      const moves = [
        { name: sealedOf('p2').name, document: sealedOf('p1').document },
        { name: sealedOf('p1').document, document: sealedOf('p1').document },
      ];
      for (const sealed of moves) {
        const target = await openPeople(newStore(), settings);
        await target.storage.load(linesOf(withSealed(lines, 'p1', sealed)));
        await expect(target.people.get('p1')).rejects.toThrow('does not open');
        expect((await target.people.get('p2'))?.name).toBe('陈示例');
      }
    });

    it('does not open anything with another master key', async () => {
      const settings = secrets();
      const source = await openPeople(newStore(), settings);
      await source.people.insert(lin);
      const target = await openPeople(newStore(), { ...settings, personalDataMaster: randomBytes(32) });
      await expect(target.storage.load(linesOf(await dumped(source.storage)))).rejects.toThrow(
        'ONECERT_PERSONAL_DATA_MASTER',
      );
      await expect(target.people.get('p1')).rejects.toThrow();
    });

    it('finds and refuses across two index keys while one replaces the other', async () => {
      const store = newStore();
      const older = { version: 1, key: randomBytes(32) };
      const newer = { version: 2, key: randomBytes(32) };
      const before = await openPeople(store, { indexKeys: [older] });
      await before.people.insert(lin);
      await before.storage.close();

      const announced = await openPeople(store, { indexKeys: [older, newer] });
      await announced.people.insert(chen);
      const during = await openPeople(store, { indexKeys: [newer, older] });
      expect((await during.people.findKeyed('number', lin.document!.number)).map(({ id }) => id)).toEqual([
        'p1',
      ]);
      expect((await during.people.findKeyed('name', '陈示例')).map(({ id }) => id)).toEqual(['p2']);
      // A server that still writes with the older key, beside one that writes with the newer.
      const late = { id: 'p3', account: 'account-3', document: { number: '330300200001010000' } };
      await announced.people.insert(late);
      await expect(during.people.insert({ ...late, id: 'p4' })).rejects.toMatchObject({ index: 'number' });
      await expect(announced.people.insert({ ...lin, id: 'p5' })).rejects.toMatchObject({ index: 'number' });
      const p2 = (await during.people.get('p2'))!;
      await expect(during.people.replace({ ...p2, document: late.document })).rejects.toMatchObject({
        index: 'number',
      });
      await during.people.replace({ ...(await during.people.get('p3'))!, city: 'jinhua' });
      await announced.storage.close();
      await expect(openPeople(store, { indexKeys: [newer] })).rejects.toThrow('onecert keys reindex');
      expect((await during.storage.keys.status()).indexKeys).toEqual([2, 1]);
      expect(await during.storage.keys.reindex()).toBe(2);
      await expect(during.people.insert({ ...late, id: 'p4' })).rejects.toMatchObject({ index: 'number' });
      expect((await during.storage.keys.status()).indexKeys).toEqual([2]);
      await during.storage.close();

      const after = await openPeople(store, { indexKeys: [newer] });
      for (const { id, document } of [lin, late]) {
        expect((await after.people.findKeyed('number', document!.number)).map((found) => found.id)).toEqual([
          id,
        ]);
      }
    });

    it('makes what a person sealed unreadable for good when her data key is destroyed', async () => {
      await collection.insert(lin);
      const other = await collection.insert(chen);
      await storage.destroyDataKey(lin.account);
      await expect(collection.get('p1')).rejects.toBeInstanceOf(DataKeyDestroyed);
      await expect(collection.insert({ ...lin, id: 'p9' })).rejects.toBeInstanceOf(DataKeyDestroyed);
      expect(await collection.findKeyed('number', lin.document!.number)).toEqual([]);
      expect(await collection.get('p2')).toEqual(other);

      const [found] = await collection.find('city', 'wenzhou');
      expect(found?.account).toBe(lin.account);
      expect(() => found?.name).toThrow(DataKeyDestroyed);
      expect((await collection.replace({ ...found!, city: 'jinhua' })).city).toBe('jinhua');
      await expect(collection.get('p1')).rejects.toBeInstanceOf(DataKeyDestroyed);
      expect((await collection.list()).map(({ id }) => id)).toEqual(['p1', 'p2']);
      await storage.destroyDataKey(lin.account);
      await storage.destroyDataKey('account-without-data');
      await expect(
        collection.insert({ ...lin, id: 'p9', account: 'account-without-data' }),
      ).rejects.toBeInstanceOf(DataKeyDestroyed);
    });

    it('called again, clears what another process wrote with the key it still remembered', async () => {
      const store = newStore();
      const [here, there] = [await openPeople(store), await openPeople(store)];
      await there.people.insert(lin);
      await here.storage.destroyDataKey(lin.account);
      const late = { ...lin, id: 'p7', document: { number: '330300200001010000' } };
      await there.people.insert(late);
      expect(await here.people.findKeyed('number', late.document.number)).toHaveLength(1);
      store.clock.advance(60);
      await expect(there.people.insert({ ...late, id: 'p6' })).rejects.toBeInstanceOf(DataKeyDestroyed);
      await here.storage.destroyDataKey(lin.account);
      expect(await here.people.findKeyed('number', late.document.number)).toEqual([]);
      const sealed = (await dumped(here.storage))
        .map((line) => JSON.parse(line))
        .filter(({ c }) => c === 'people');
      for (const { body, keys } of sealed) {
        expect(Object.values(body.s)).toEqual(['', '']);
        expect(Object.keys(keys)).not.toContain('blind_number');
      }
    });

    it('gives the value of a closed account free for a new one', async () => {
      await collection.insert(lin);
      await storage.destroyDataKey(lin.account);
      await collection.insert({ ...lin, id: 'p8', account: 'account-new' });
      expect((await collection.findKeyed('number', lin.document!.number)).map(({ id }) => id)).toEqual([
        'p8',
      ]);
    });

    it('gives one person one data key, however many write at once', async () => {
      const writes = Array.from({ length: 20 }, (_, n) =>
        collection.insert({ id: `n${n}`, account: 'account-busy', name: `示例${n}` }),
      );
      await Promise.all(writes);
      const keys = (await dumped(storage)).filter((line) => JSON.parse(line).c === 'data_keys');
      expect(keys).toHaveLength(1);
      expect((await collection.get('n7'))?.name).toBe('示例7');
    });

    it('refuses a sealed field without an owner', async () => {
      await expect(collection.insert({ id: 'p1', name: '林示例' } as Person)).rejects.toBeInstanceOf(
        TypeError,
      );
    });
  });
}

const secrets = () => ({
  personalDataMaster: randomBytes(32),
  indexKeys: [{ version: 1, key: randomBytes(32) }],
});

const recordOf = (lines: readonly string[], id: string): { body: { s: Record<string, string> } } =>
  lines.map((line) => JSON.parse(line)).find((entry) => entry.c === 'people' && entry.id === id);

const withSealed = (lines: readonly string[], id: string, sealed: object): string[] =>
  lines.map((line) => {
    const entry = JSON.parse(line);
    if (entry.c === 'people' && entry.id === id) entry.body.s = sealed;
    return JSON.stringify(entry);
  });
