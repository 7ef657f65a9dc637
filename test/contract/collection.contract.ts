import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AlreadyExists,
  type Collection,
  type CollectionSpec,
  Conflict,
  NotFound,
  type Storage,
} from '../../src/storage/index.ts';
import type { MakeStore, TestStore } from './test-stores.ts';

interface Note {
  id: string;
  slug?: string | null;
  code?: number;
  shelf?: string | number;
  end?: number;
  content?: unknown;
}

const notes: CollectionSpec<Note> = {
  name: 'notes',
  schemaVersion: 1,
  unique: ['slug', 'code'],
  indexes: ['shelf'],
  expiresAt: 'end',
};

/** What the durable port promises, on whatever engine `makeStore` opens. */
export function describeCollection(name: string, makeStore: MakeStore): void {
  describe(`a collection on ${name}`, () => {
    let store: TestStore;
    let storage: Storage;
    let collection: Collection<Note>;

    const openNotes = async () => {
      storage = await store.open();
      collection = storage.collection(notes);
      await storage.prepare();
    };

    beforeEach(async () => {
      store = makeStore();
      await openNotes();
    });
    afterEach(() => store.dispose());

    it('inserts, reads, replaces and deletes a document', async () => {
      const inserted = await collection.insert({
        id: 'a',
        slug: 'first',
        content: { deep: [1, 'two', null, true] },
      });
      expect(await collection.get('a')).toEqual(inserted);
      const replaced = await collection.replace({ ...inserted, slug: 'second' });
      expect(replaced.ver).toBe(inserted.ver + 1);
      expect(await collection.get('a')).toEqual(replaced);
      expect(await collection.find('slug', 'first')).toEqual([]);
      expect(await collection.find('slug', 'second')).toEqual([replaced]);
      expect(await collection.delete('a')).toBe(true);
      expect(await collection.get('a')).toBeUndefined();
      expect(await collection.count()).toBe(0);
    });

    it('finds nothing under an id that is not there, and says so to a writer', async () => {
      expect(await collection.get('nobody')).toBeUndefined();
      expect(await collection.get('nul\0nul')).toBeUndefined();
      expect(await collection.get('\ud800')).toBeUndefined();
      expect(await collection.get({ $ne: null } as unknown as string)).toBeUndefined();
      expect(await collection.delete('nobody')).toBe(false);
      await expect(collection.replace({ id: 'nobody', ver: 1 })).rejects.toBeInstanceOf(NotFound);
      await expect(collection.delete('nobody', 1)).rejects.toBeInstanceOf(Conflict);
    });

    it('refuses an operator in place of a value', async () => {
      await collection.insert({ id: 'a', slug: 's' });
      await expect(collection.find('slug', { $ne: null } as unknown as string)).rejects.toBeInstanceOf(
        TypeError,
      );
      await expect(collection.find('content' as 'slug', 's')).rejects.toBeInstanceOf(TypeError);
    });

    it('refuses an id or a unique value that is taken, and names the index but not the value', async () => {
      await collection.insert({ id: 'a', slug: 'secret-value', code: 7 });
      await collection.insert({ id: 'b', slug: 'other' });
      const refusals = [
        [{ id: 'a' }, 'id'],
        [{ id: 'c', slug: 'secret-value' }, 'slug'],
        [{ id: 'c', code: 7 }, 'code'],
      ] as const;
      for (const [document, index] of refusals) {
        const error = await collection.insert(document).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(AlreadyExists);
        expect(error).toMatchObject({ collection: 'notes', index });
        expect(JSON.stringify(error) + String(error)).not.toContain('secret-value');
      }
      const b = (await collection.get('b'))!;
      await expect(collection.replace({ ...b, slug: 'secret-value' })).rejects.toMatchObject({
        index: 'slug',
      });
      expect(await collection.get('b')).toEqual(b);
    });

    it('lets any number of documents lack a unique field', async () => {
      await collection.insert({ id: 'a' });
      await collection.insert({ id: 'b', slug: null });
      await collection.insert({ id: 'c' });
      expect(await collection.count()).toBe(3);
    });

    it('keeps a number and its digits apart in an index', async () => {
      await collection.insert({ id: 'a', shelf: 1 });
      await collection.insert({ id: 'b', shelf: '1' });
      expect((await collection.find('shelf', 1)).map(({ id }) => id)).toEqual(['a']);
      expect((await collection.find('shelf', '1')).map(({ id }) => id)).toEqual(['b']);
    });

    it('treats a document past its expiry as absent in every read and write', async () => {
      const end = store.clock.seconds + 60;
      const a = await collection.insert({ id: 'a', slug: 's', shelf: 'x', end });
      store.clock.advance(59);
      expect(await collection.get('a')).toEqual(a);
      store.clock.advance(2);
      expect(await collection.get('a')).toBeUndefined();
      expect(await collection.find('slug', 's')).toEqual([]);
      expect(await collection.find('shelf', 'x')).toEqual([]);
      expect(await collection.list()).toEqual([]);
      expect(await collection.count()).toBe(0);
      await expect(collection.replace(a)).rejects.toBeInstanceOf(NotFound);
      expect(await collection.delete('a')).toBe(false);
    });

    it('lets the id and the unique values of expired documents be used again', async () => {
      const end = store.clock.seconds + 60;
      const first = await collection.insert({ id: 'a', slug: 's', end });
      await collection.insert({ id: 'b', code: 1, end });
      await collection.insert({ id: 'c', slug: 'free' });
      store.clock.advance(61);
      const again = await collection.insert({ id: 'a', slug: 's', code: 1 });
      expect(await collection.list()).toHaveLength(2);
      await expect(collection.replace({ ...first, slug: 'stale' })).rejects.toBeInstanceOf(Conflict);
      await collection.delete('a', again.ver);
      await collection.insert({ id: 'd', slug: 't', end: store.clock.seconds + 1 });
      store.clock.advance(2);
      const c = (await collection.get('c'))!;
      expect((await collection.replace({ ...c, slug: 't' })).slug).toBe('t');
    });

    it('sweeps expired documents away and leaves the others', async () => {
      const end = store.clock.seconds + 10;
      for (let n = 0; n < 20; n += 1) await collection.insert({ id: `e${n}`, end });
      await collection.insert({ id: 'kept', end: end + 100 });
      await collection.insert({ id: 'kept too' });
      expect(await storage.sweep()).toBe(0);
      store.clock.advance(11);
      expect(await storage.sweep()).toBe(20);
      expect((await collection.list()).map(({ id }) => id)).toEqual(['kept', 'kept too']);
    });

    it('never accepts a version read before the document was deleted', async () => {
      const before = await collection.insert({ id: 'a', slug: 'old' });
      await collection.delete('a');
      await collection.insert({ id: 'a', slug: 'new' });
      await expect(collection.replace({ ...before, slug: 'stale' })).rejects.toBeInstanceOf(Conflict);
      await expect(collection.delete('a', before.ver)).rejects.toBeInstanceOf(Conflict);
      expect((await collection.get('a'))?.slug).toBe('new');
    });

    it('returns pages in the order of ids while others insert', async () => {
      const id = (n: number) => `n${String(n).padStart(3, '0')}`;
      for (let n = 49; n >= 0; n -= 1) await collection.insert({ id: id(n * 2), shelf: 'x' });
      const seen: string[] = [];
      for (let after = ''; ; ) {
        const page = await collection.find('shelf', 'x', { after, limit: 10 });
        seen.push(...page.map((note) => note.id));
        if (page.length < 10) break;
        after = page.at(-1)!.id;
        // One behind the page and one ahead of it: neither repeats nor hides what was there.
        const at = seen.length;
        await collection.insert({ id: id(at - 1).concat('-behind'), shelf: 'x' });
        if (at < 45) await collection.insert({ id: id(at * 2 + 5), shelf: 'x' });
      }
      expect(seen).toEqual([...seen].sort());
      expect(new Set(seen).size).toBe(seen.length);
      for (let n = 0; n < 50; n += 1) expect(seen).toContain(id(n * 2));
      expect(await collection.list({ limit: 1_000_000 })).toHaveLength(await collection.count());
    });

    it('carries a document of one megabyte', async () => {
      const content = '证'.repeat(350_000);
      await collection.insert({ id: 'big', content });
      expect((await collection.get('big'))?.content).toBe(content);
    });

    it('carries whatever JSON can say, with $, . and NUL in keys and strings', async () => {
      const content = {
        $where: 'this.a',
        'a.b.c': { $ne: 1 },
        '': 'empty key',
        'nul\0key': 'nul\0value',
        ver: 'not the version',
        lone: '\ud800',
        big: Number.MAX_SAFE_INTEGER + 3,
        huge: 1e300,
        yes: true,
        no: false,
      };
      await collection.insert({ id: 'odd', slug: 'nul\0slug', shelf: '$gt.\ud800', content });
      const [found] = await collection.find('slug', 'nul\0slug');
      expect(found?.content).toEqual(content);
      expect(await collection.find('shelf', '$gt.\ud800')).toHaveLength(1);
      expect(await collection.find('shelf', '$gt.\ud801')).toHaveLength(0);
    });

    it('gives back every document as it was written (property)', async () => {
      const index = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
      );
      let n = 0;
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), index, async (content, shelf) => {
          n += 1;
          const written = await collection.insert({ id: `p${n}`, shelf, content });
          expect(await collection.get(`p${n}`)).toEqual(JSON.parse(JSON.stringify(written)));
          const found = await collection.find('shelf', shelf, { limit: 500 });
          expect(found.map(({ id }) => id)).toContain(`p${n}`);
        }),
        { numRuns: 60 },
      );
    });

    it('lets exactly one of 50 parallel replacements of one version win', async () => {
      const read = await collection.insert({ id: 'a', content: 0 });
      const attempts = await Promise.allSettled(
        Array.from({ length: 50 }, (_, n) => collection.replace({ ...read, content: n + 1 })),
      );
      const lost = attempts.filter((attempt) => attempt.status === 'rejected');
      expect(lost).toHaveLength(49);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(Conflict);
      const won = attempts.find((attempt) => attempt.status === 'fulfilled');
      expect((await collection.get('a'))?.content).toBe(won?.value.content);
    });

    it('lets exactly one of 50 parallel deletions of one version win', async () => {
      const { ver } = await collection.insert({ id: 'a' });
      const attempts = await Promise.allSettled(
        Array.from({ length: 50 }, () => collection.delete('a', ver)),
      );
      expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    });

    it('gives each of many writes at once its own outcome: one that is refused takes none of the others along', async () => {
      const present = await collection.insert({ id: 'present' });
      const leaving = await collection.insert({ id: 'leaving' });
      const outcomes = await Promise.allSettled([
        ...Array.from({ length: 20 }, (_, n) => collection.insert({ id: `n${n}`, slug: `s${n % 19}` })),
        collection.replace({ ...present, ver: present.ver + 7 }),
        collection.insert({ id: 'odd', content: 1 }),
        collection.delete('leaving', leaving.ver),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused.map(({ reason }) => reason.constructor)).toEqual([AlreadyExists, Conflict]);
      expect(await collection.count()).toBe(21);
      expect((await collection.get('odd'))?.content).toBe(1);
    });

    it('lets exactly one of 50 parallel inserts win, also over an expired document', async () => {
      await collection.insert({ id: 'x', slug: 'same', end: store.clock.seconds + 1 });
      store.clock.advance(2);
      const attempts = await Promise.allSettled(
        Array.from({ length: 50 }, (_, n) => collection.insert({ id: `n${n}`, slug: 'same' })),
      );
      expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
      expect(await collection.find('slug', 'same')).toHaveLength(1);
    });

    it('finds everything again after it was closed and opened', async () => {
      const a = await collection.insert({ id: 'a', slug: 's' });
      await storage.facts.set('base_url', 'http://localhost:3000');
      await storage.facts.set('base_url', 'http://localhost:4000');
      await storage.close();
      await openNotes();
      expect(await collection.get('a')).toEqual(a);
      expect(await storage.facts.get('base_url')).toBe('http://localhost:4000');
      expect(await storage.facts.get('nothing')).toBeUndefined();
      await expect(collection.insert({ id: 'b', slug: 's' })).rejects.toBeInstanceOf(AlreadyExists);
      await storage.ping();
    });
  });
}
