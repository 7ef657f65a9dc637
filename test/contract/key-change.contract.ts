import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CollectionSpec, StorageSettings } from '../../src/storage/index.ts';
import { dumped, linesOf, openPeople, type Person, people } from './sealing.contract.ts';
import type { MakeStore, TestStore } from './test-stores.ts';

const personOf = (n: number): Person => ({
  id: `p${String(n).padStart(4, '0')}`,
  account: `account-${n}`,
  name: `示例${n}`,
  document: { number: `33030019900101${String(1000 + n)}` },
});

type Line = { c?: string; id?: string; body: { s: Record<string, string>; wrapped?: string; by?: string } };

/** Another master, another index key, and ciphertext in another place, on whatever engine `makeStore` opens. */
export function describeKeyChange(name: string, makeStore: MakeStore): void {
  describe(`a change of keys on ${name}`, () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const [older, newer] = [
      { version: 1, key: randomBytes(32) },
      { version: 2, key: randomBytes(32) },
    ];
    let stores: TestStore[];
    const newStore = (): TestStore => {
      const store = makeStore();
      stores.push(store);
      return store;
    };
    const opened = (store: TestStore, settings: Partial<StorageSettings>) =>
      openPeople(store, { indexKeys: [older], ...settings });

    beforeEach(() => {
      stores = [];
    });
    afterEach(async () => {
      for (const store of stores) await store.dispose();
    });

    it('security (a) 15: wraps every data key again while a server goes on, and then the old master can go', async () => {
      const store = newStore();
      const before = await opened(store, { personalDataMaster: first });
      for (let n = 0; n < 450; n += 1) await before.people.insert(personOf(n));
      await before.storage.destroyDataKey('account-7');
      await before.storage.close();

      // Every server learns the new master behind the old one, then one run puts it in front.
      const server = await opened(store, { personalDataMaster: first, olderMasters: [second] });
      const job = await opened(store, { personalDataMaster: second, olderMasters: [first] });
      await expect(opened(store, { personalDataMaster: second })).rejects.toThrow('onecert keys rewrap');
      const seen: number[] = [];
      const [changed] = await Promise.all([
        job.storage.keys.rewrap(({ done }) => seen.push(done)),
        (async () => {
          for (let n = 450; n < 470; n += 1) {
            await server.people.insert(personOf(n));
            expect((await server.people.get(personOf(n - 440).id))?.name).toBe(`示例${n - 440}`);
          }
        })(),
      ]);
      expect(changed).toBeGreaterThanOrEqual(449);
      expect(seen.length).toBeGreaterThan(1);
      const late = await server.people.insert(personOf(470));
      expect((await job.storage.keys.status()).masters.older).toEqual([]);
      store.clock.advance(60);
      expect(await server.people.get(late.id)).toEqual(late);
      await expect(server.people.get('p0007')).rejects.toThrow('destroyed');

      const after = await opened(store, { personalDataMaster: second });
      for (const n of [0, 449, 460, 470]) {
        expect((await after.people.get(personOf(n).id))?.name).toBe(`示例${n}`);
      }
      await expect(after.people.get('p0007')).rejects.toThrow('destroyed');
      expect(await after.storage.keys.rewrap()).toBe(0);
      await expect(opened(store, { personalDataMaster: first })).rejects.toThrow('written with another');
    });

    it('two runs of the job at once end as one', async () => {
      const store = newStore();
      const before = await opened(store, { personalDataMaster: first });
      for (let n = 0; n < 300; n += 1) await before.people.insert(personOf(n));
      const settings = { personalDataMaster: second, olderMasters: [first] };
      const jobs = [await opened(store, settings), await opened(store, settings)];
      const counts = await Promise.all(jobs.map(({ storage }) => storage.keys.rewrap()));
      expect(counts[0]! + counts[1]!).toBe(300);
      const after = await opened(store, { personalDataMaster: second });
      expect((await after.people.get('p0299'))?.name).toBe('示例299');
    });

    it('takes up the data keys of a release that did not write down their master', async () => {
      const source = await opened(newStore(), { personalDataMaster: first });
      await source.people.insert(personOf(1));
      const lines = (await dumped(source.storage)).map((text) => {
        const line = JSON.parse(text) as Line;
        if (line.c === 'data_keys') delete line.body.by;
        return JSON.stringify(line);
      });
      const store = newStore();
      const target = await opened(store, { personalDataMaster: second, olderMasters: [first] });
      await target.storage.load(linesOf(lines));
      expect((await target.people.get('p0001'))?.name).toBe('示例1');
      expect((await target.storage.keys.status()).masters.older).toHaveLength(1);
      expect(await target.storage.keys.rewrap()).toBe(1);
      const after = await opened(store, { personalDataMaster: second });
      expect((await after.people.get('p0001'))?.name).toBe('示例1');
    });

    it('SHR-7, security (a) 15: a ciphertext moved to another person, field or collection does not open', async () => {
      const others: CollectionSpec<Person> = { ...people, name: 'others' };
      const open = async (store: TestStore) => {
        const storage = await store.open({ personalDataMaster: first, indexKeys: [older] });
        const collections = { people: storage.collection(people), others: storage.collection(others) };
        await storage.prepare();
        return { storage, ...collections };
      };
      const source = await open(newStore());
      await source.people.insert(personOf(1));
      await source.people.insert(personOf(2));
      // The same record, field and person in another collection.
      await source.others.insert(personOf(1));
      const lines = (await dumped(source.storage)).map((text) => JSON.parse(text) as Line);
      const find = (c: string, id: string) => lines.find((line) => line.c === c && line.id === id)!.body;
      const victim = find('people', 'p0001');
      const moves: { place: string; into: object }[] = [
        { place: 'another person', into: { s: { ...victim.s, name: find('people', 'p0002').s.name! } } },
        { place: 'another field', into: { s: { ...victim.s, name: victim.s.document! } } },
        { place: 'another collection', into: { s: { ...victim.s, name: find('others', 'p0001').s.name! } } },
      ];
      for (const { place, into } of moves) {
        const target = await open(newStore());
        const moved = lines.map((line) =>
          line.c === 'people' && line.id === 'p0001' ? { ...line, body: { ...line.body, ...into } } : line,
        );
        await target.storage.load(linesOf(moved.map((line) => JSON.stringify(line))));
        await expect(target.people.get('p0001')).rejects.toThrow('does not open');
        expect({ place, name: (await target.people.get('p0002'))?.name }).toEqual({ place, name: '示例2' });
      }
      // A person's wrapped key put in place of another's, so that her fields could be read as the other's.
      const target = await open(newStore());
      const swapped = lines.map((line) =>
        line.c === 'data_keys' && line.id === 'account-1'
          ? { ...line, body: find('data_keys', 'account-2') }
          : line,
      );
      await target.storage.load(linesOf(swapped.map((line) => JSON.stringify(line))));
      await expect(target.people.get('p0001')).rejects.toThrow('does not open');
    });

    it('indexes again while servers write, and one document number stays with one person throughout', async () => {
      const store = newStore();
      const settings = { personalDataMaster: first };
      const before = await opened(store, settings);
      for (let n = 0; n < 450; n += 1) await before.people.insert(personOf(n));
      await before.storage.destroyDataKey('account-7');
      const server = await opened(store, { ...settings, indexKeys: [newer, older] });
      const lagging = await opened(store, { ...settings, indexKeys: [older, newer] });
      const kept = (await server.people.get('p0001'))!;
      const twins = async (n: number) => {
        const number = personOf(n).document!.number;
        const attempts = [server, lagging].map((one, which) =>
          one.people
            .insert({ ...personOf(n), id: `twin-${n}-${which}`, account: `other-${n}-${which}` })
            .then(
              () => 'in',
              () => 'refused',
            ),
        );
        expect(await Promise.all(attempts)).toEqual(['refused', 'refused']);
        expect((await server.people.findKeyed('number', number)).map(({ id }) => id)).toEqual([
          personOf(n).id,
        ]);
      };
      const [changed] = await Promise.all([
        server.storage.keys.reindex(),
        (async () => {
          for (let n = 0; n < 450; n += 30) await twins(n);
        })(),
      ]);
      expect(changed).toBe(449);
      // Nobody who was changing a record meanwhile is refused.
      await server.people.replace({ ...kept, city: 'wenzhou' });
      expect(await server.people.findKeyed('name', '示例7')).toEqual([]);
      for (const one of [before, server, lagging]) await one.storage.close();

      const after = await opened(store, { ...settings, indexKeys: [newer] });
      for (const n of [0, 1, 449]) {
        expect(
          (await after.people.findKeyed('number', personOf(n).document!.number)).map(({ id }) => id),
        ).toEqual([personOf(n).id]);
      }
      await expect(after.people.insert({ ...personOf(3), id: 'x', account: 'x' })).rejects.toMatchObject({
        index: 'number',
      });
    });

    it('two newcomers with one number, on servers with different newest index keys: never both', async () => {
      const store = newStore();
      const settings = { personalDataMaster: first };
      const a = await opened(store, { ...settings, indexKeys: [older, newer] });
      const b = await opened(store, { ...settings, indexKeys: [newer, older] });
      for (let n = 0; n < 25; n += 1) {
        await Promise.allSettled(
          [a, b].map((one, which) =>
            one.people.insert({ ...personOf(n), id: `n${n}-${which}`, account: `c${n}-${which}` }),
          ),
        );
        const found = await a.people.findKeyed('number', personOf(n).document!.number);
        expect(found.length).toBeLessThanOrEqual(1);
      }
    });
  });
}
