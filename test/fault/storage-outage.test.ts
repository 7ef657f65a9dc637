import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { Collection, Storage } from '../../src/storage/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import { mongoStore, sqliteStore } from '../contract/test-stores.ts';
import { FlakyProxy } from './flaky-proxy.ts';

interface Note {
  id: string;
  text: string;
}

const untilAnswers = async (storage: Storage): Promise<void> => {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      return await storage.ping();
    } catch {
      await sleep(100);
    }
  }
  throw new Error('the store did not come back');
};

/** How long a call took to fail, which it has to. */
const failsAfter = async (call: Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await expect(call).rejects.toMatchObject({ code: 'store_unavailable' });
  return performance.now() - started;
};

describeWith('REDIS_URL', 'an outage of Redis', (address) => {
  it('makes every command fail in time while the server does not answer, and work again after', async () => {
    const store = sqliteStore();
    const { proxy, url } = await FlakyProxy.before(address);
    try {
      const storage = await store.open({ redisUrl: url, redisPrefix: `onecert-test-${randomUUID()}:` });
      await storage.ephemeral.set('key', 'value', 60);
      proxy.freeze();
      expect(await failsAfter(storage.ephemeral.take('key'))).toBeLessThan(3_000);
      expect(await failsAfter(storage.ping())).toBeLessThan(1_500);
      proxy.thaw();
      await untilAnswers(storage);
      expect(await storage.ephemeral.setIfAbsent('other', 'value', 60)).toBe(true);
      proxy.close();
      await sleep(50);
      expect(await failsAfter(storage.ephemeral.get('key'))).toBeLessThan(1_000);
    } finally {
      proxy.close();
      await store.dispose();
    }
  });

  it('is not what a process sees that stood still itself: the answer that came meanwhile counts', async () => {
    const store = sqliteStore();
    const { proxy, url } = await FlakyProxy.before(address);
    try {
      const storage = await store.open({ redisUrl: url, redisPrefix: `onecert-test-${randomUUID()}:` });
      await storage.ephemeral.set('key', 'value', 60);
      const asked = storage.ephemeral.get('key');
      const until = performance.now() + 3_000;
      while (performance.now() < until);
      expect(await asked).toBe('value');
    } finally {
      proxy.close();
      await store.dispose();
    }
  });
});

describeWith('MONGODB_URL', 'an outage of MongoDB', (address) => {
  const open = async (
    query = '',
  ): Promise<{
    proxy: FlakyProxy;
    storage: Storage;
    notes: Collection<Note>;
    dispose: () => Promise<void>;
  }> => {
    const { proxy, url } = await FlakyProxy.before(address);
    const store = mongoStore(`${url}${query}`)();
    const storage = await store.open();
    const notes = storage.collection<Note>({ name: 'notes', schemaVersion: 1 });
    await storage.prepare();
    return {
      proxy,
      storage,
      notes,
      dispose: async () => {
        await store.dispose();
        proxy.close();
      },
    };
  };

  it('finds out whether a write happened when its answer was lost', async () => {
    const { proxy, notes, dispose } = await open();
    try {
      proxy.loseReplyTo('the insert');
      const inserted = await notes.insert({ id: 'a', text: 'the insert' });
      expect(await notes.get('a')).toEqual(inserted);
      proxy.loseReplyTo('the replacement');
      const replaced = await notes.replace({ ...inserted, text: 'the replacement' });
      expect(await notes.get('a')).toEqual(replaced);
    } finally {
      await dispose();
    }
  });

  it('makes every call fail in time while the server does not answer, and work again after', async () => {
    const { proxy, storage, notes, dispose } = await open();
    try {
      await notes.insert({ id: 'a', text: 'before' });
      proxy.freeze();
      const [read, ping] = await Promise.all([failsAfter(notes.get('a')), failsAfter(storage.ping())]);
      expect(ping).toBeLessThan(1_500);
      expect(read).toBeLessThan(12_000);
      proxy.thaw();
      await untilAnswers(storage);
      expect((await notes.get('a'))?.text).toBe('before');
    } finally {
      await dispose();
    }
  });

  it('is found out as fast as the address says', async () => {
    const { proxy, notes, dispose } = await open('/?sockettimeoutms=200');
    try {
      await notes.insert({ id: 'a', text: 'before' });
      proxy.freeze();
      expect(await failsAfter(notes.get('a'))).toBeLessThan(4_000);
      proxy.thaw();
    } finally {
      await dispose();
    }
  });
});
