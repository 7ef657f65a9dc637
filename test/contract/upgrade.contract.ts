import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CollectionSpec, type Document, UnusableStore } from '../../src/storage/index.ts';
import { dumped, linesOf, openPeople } from './sealing.contract.ts';
import type { MakeStore, TestStore } from './test-stores.ts';

interface PersonV1 extends Document {
  account: string;
  fullName?: string;
  town?: string;
}

interface PersonV3 extends Document {
  account: string;
  name?: string;
  city?: string;
  slug: string;
  steps: number;
}

const v1: CollectionSpec<PersonV1> = {
  name: 'folk',
  schemaVersion: 1,
  indexes: ['town'],
  owner: 'account',
  sealed: ['fullName'],
};

const v3: CollectionSpec<PersonV3> = {
  name: 'folk',
  schemaVersion: 3,
  migrations: {
    1: ({ fullName, town, ...rest }) => ({ ...rest, name: fullName, city: town, steps: 1 }),
    2: (doc) => ({ ...doc, slug: `s-${doc.id}`, steps: Number(doc.steps) + 1 }),
  },
  unique: ['slug'],
  indexes: ['city'],
  owner: 'account',
  sealed: ['name'],
  keyed: { name: { value: (person) => person.name } },
};

/** Migrations, newer stores, and backups, on whatever engine `makeStore` opens. */
export function describeUpgrades(name: string, makeStore: MakeStore, otherEngine: MakeStore): void {
  describe(`upgrades and backups on ${name}`, () => {
    let stores: TestStore[];
    const newStore = (make: MakeStore = makeStore): TestStore => {
      const store = make();
      stores.push(store);
      return store;
    };

    const openFolk = async <T extends Document>(store: TestStore, spec: CollectionSpec<T>, settings = {}) => {
      const storage = await store.open(settings);
      const folk = storage.collection(spec);
      await storage.prepare();
      return { storage, folk };
    };

    beforeEach(() => {
      stores = [];
    });
    afterEach(async () => {
      for (const store of stores) await store.dispose();
    });

    it('migrates the documents of older versions, their indexes and their sealed fields', async () => {
      const store = newStore();
      const old = await openFolk(store, v1);
      for (let n = 0; n < 620; n += 1) {
        await old.folk.insert({
          id: `p${n}`,
          account: `a${n % 7}`,
          fullName: `示例${n}`,
          town: n % 2 ? 'x' : 'y',
        });
      }
      await old.storage.destroyDataKey('a3');
      await old.storage.close();

      const { storage, folk } = await openFolk(store, v3);
      expect(await folk.get('p5')).toMatchObject({ name: '示例5', city: 'x', slug: 's-p5', steps: 2 });
      expect((await folk.find('slug', 's-p617'))[0]?.name).toBe('示例617');
      expect((await folk.findKeyed('name', '示例40')).map(({ id }) => id)).toEqual(['p40']);
      expect(await folk.find('city', 'y', { limit: 500 })).toHaveLength(310);
      const [ofDestroyed] = await folk.find('slug', 's-p3');
      expect(ofDestroyed).toMatchObject({ city: 'x', steps: 2 });
      expect(() => ofDestroyed?.name).toThrow('data key');
      await expect(folk.get('p3')).rejects.toThrow('data key');
      const stored = (await dumped(storage))
        .map((line) => JSON.parse(line))
        .filter((entry) => entry.c === 'folk');
      expect(new Set(stored.map((entry) => entry.schema))).toEqual(new Set([3]));
    });

    it('reads a document that an older server wrote after the migration', async () => {
      const store = newStore();
      const old = await openFolk(store, v1);
      const { folk } = await openFolk(store, v3);
      await old.folk.insert({ id: 'late', account: 'a', fullName: '示例', town: 'x' });
      expect(await folk.get('late')).toMatchObject({ name: '示例', city: 'x', slug: 's-late' });
    });

    it('refuses a store that a newer release has written, and changes nothing in it', async () => {
      const store = newStore();
      const newer = await openFolk(store, v3);
      await newer.folk.insert({ id: 'a', account: 'a', slug: 's', steps: 2 });
      const before = await dumped(newer.storage);
      await newer.storage.close();
      const storage = await store.open();
      storage.collection(v1);
      const error = await storage.prepare().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnusableStore);
      expect(String(error)).toContain('folk in version 3');
      expect(await dumped(storage)).toEqual(before);
    });

    it('says so when a collection is used before it was prepared, or declared wrongly', async () => {
      const storage = await newStore().open();
      const folk = storage.collection(v1);
      await expect(folk.get('a')).rejects.toThrow('before prepare()');
      expect(() => storage.collection(v1)).toThrow('declared twice');
      expect(() => storage.collection({ ...v3, name: 'other', migrations: { 1: (doc) => doc } })).toThrow(
        'version 2',
      );
      expect(() => storage.collection({ ...v1, name: 'Bad-Name' })).toThrow('name');
      expect(() => storage.collection({ ...v1, name: 'other', owner: undefined })).toThrow('owner');
    });

    it('restores a backup into an empty store of either engine', async () => {
      const settings = {
        personalDataMaster: randomBytes(32),
        indexKeys: [{ version: 1, key: randomBytes(32) }],
      };
      const source = await openPeople(newStore(), settings);
      const kept = await source.people.insert({
        id: 'p1',
        account: 'a1',
        name: '林示例',
        document: { number: '1' },
      });
      await source.people.insert({ id: 'p2', account: 'a2', name: '陈示例', city: 'wenzhou' });
      await source.storage.destroyDataKey('a2');
      await source.storage.facts.set('base_url', 'http://localhost:3000');
      const backup = await dumped(source.storage);

      for (const engine of [makeStore, otherEngine]) {
        const target = await openPeople(newStore(engine), settings);
        expect(await target.storage.load(linesOf(backup))).toBe(5);
        expect(await target.people.get('p1')).toEqual(kept);
        expect(await target.people.findKeyed('number', '1')).toEqual([kept]);
        await expect(target.people.get('p2')).rejects.toThrow('data key');
        expect(await target.storage.facts.get('base_url')).toBe('http://localhost:3000');
        await expect(target.people.insert({ ...kept, id: 'p3' })).rejects.toMatchObject({ index: 'number' });
        expect(await dumped(target.storage)).toEqual(backup);
        await expect(target.storage.load(linesOf(backup))).rejects.toThrow('not empty');
      }
    });

    it('migrates a backup of an older release while it restores it', async () => {
      const settings = {
        personalDataMaster: randomBytes(32),
        indexKeys: [{ version: 1, key: randomBytes(32) }],
      };
      const old = await openFolk(newStore(), v1, settings);
      await old.folk.insert({ id: 'a', account: 'a', fullName: '示例', town: 'x' });
      const target = await openFolk(newStore(), v3, settings);
      await target.storage.load(linesOf(await dumped(old.storage)));
      expect((await target.folk.find('slug', 's-a'))[0]).toMatchObject({ name: '示例', steps: 2 });
    });

    it('refuses a backup of a newer release, and one that is no backup', async () => {
      const newer = await openFolk(newStore(), v3);
      const backup = await dumped(newer.storage);
      const target = await openFolk(newStore(), v1);
      await expect(target.storage.load(linesOf(backup))).rejects.toThrow('folk in version 3');
      await expect(target.storage.load(linesOf(['{"some":"json"}']))).rejects.toThrow('not a backup');
      await target.folk.insert({ id: 'a', account: 'a' });
    });

    it('refuses to work with a store after a restore from a backup that was cut off', async () => {
      const source = await openFolk(newStore(), v1);
      await source.folk.insert({ id: 'a', account: 'a', fullName: '示例' });
      const backup = await dumped(source.storage);
      const store = newStore();
      const target = await openFolk(store, v1);
      await expect(target.storage.load(linesOf(backup.slice(0, -1)))).rejects.toThrow('cut off');
      await target.storage.close();
      await expect(store.open()).rejects.toThrow('did not finish');
    });
  });
}
