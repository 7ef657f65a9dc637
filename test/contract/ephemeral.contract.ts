import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ephemeral } from '../../src/storage/index.ts';

export interface TestEphemeral {
  ephemeral: Ephemeral;
  /** Lets time pass: by the clock where the engine goes by it, else by waiting. */
  pass(seconds: number): Promise<void>;
  /** Another process's view of the same memory. */
  again(): Promise<Ephemeral>;
  dispose(): Promise<void>;
}

/** What the short-memory port promises, on whatever engine `open` opens. */
export function describeEphemeral(name: string, open: () => Promise<TestEphemeral>): void {
  describe(`the short memory on ${name}`, () => {
    let test: TestEphemeral;
    let memory: Ephemeral;
    let key: string;

    beforeEach(async () => {
      test = await open();
      memory = test.ephemeral;
      key = `test:${randomUUID()}`;
    });
    afterEach(() => test.dispose());

    it('sets, reads, overwrites and deletes', async () => {
      expect(await memory.get(key)).toBeUndefined();
      await memory.set(key, 'one', 60);
      await memory.set(key, 'two', 60);
      expect(await memory.get(key)).toBe('two');
      await memory.delete(key);
      await memory.delete(key);
      expect(await memory.get(key)).toBeUndefined();
      expect(await memory.take(key)).toBeUndefined();
    });

    it('carries any text, also empty, long, and with NUL', async () => {
      for (const value of ['', 'nul\0nul', '7', '{"a":"证照"}', 'x'.repeat(200_000)]) {
        await memory.set(key, value, 60);
        expect(await memory.get(key)).toBe(value);
        expect(await memory.take(key)).toBe(value);
      }
    });

    it('forgets at the end of the ttl, and not before', async () => {
      await memory.set(key, 'value', 2);
      await memory.set(`${key}:long`, 'value', 60);
      await test.pass(0.9);
      expect(await memory.get(key)).toBe('value');
      expect(await memory.setIfAbsent(key, 'other', 60)).toBe(false);
      await test.pass(1.2);
      expect(await memory.get(key)).toBeUndefined();
      expect(await memory.take(key)).toBeUndefined();
      expect(await memory.setIfAbsent(key, 'other', 60)).toBe(true);
      expect(await memory.get(key)).toBe('other');
      expect(await memory.get(`${key}:long`)).toBe('value');
    });

    it('takes a ttl of zero or less as one second', async () => {
      await memory.set(key, 'value', 0);
      expect(await memory.get(key)).toBe('value');
      expect(await memory.increment(`${key}:n`, -5)).toBe(1);
      await test.pass(1.1);
      expect(await memory.get(key)).toBeUndefined();
      expect(await memory.increment(`${key}:n`, 60)).toBe(1);
    });

    it('gives a value to exactly one of 100 parallel takers', async () => {
      const other = await test.again();
      await memory.set(key, 'value', 60);
      const taken = await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 ? memory : other).take(key)),
      );
      expect(taken.filter((value) => value !== undefined)).toEqual(['value']);
    });

    it('lets exactly one of 100 parallel setIfAbsent win, also over an expired value', async () => {
      const other = await test.again();
      await memory.set(key, 'old', 1);
      await test.pass(1.1);
      const won = await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 ? memory : other).setIfAbsent(key, `by ${n}`, 60)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await memory.get(key)).toBe(`by ${won.indexOf(true)}`);
    });

    it('counts 100 parallel increments to 100, each number once', async () => {
      const other = await test.again();
      const counts = await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 ? memory : other).increment(key, 60)),
      );
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
      expect(await memory.get(key)).toBe('100');
    });

    it('starts the ttl of a counter at the first call and does not extend it', async () => {
      expect(await memory.increment(key, 2)).toBe(1);
      await test.pass(1.2);
      expect(await memory.increment(key, 2)).toBe(2);
      await test.pass(1);
      expect(await memory.increment(key, 2)).toBe(1);
    });

    it('says since when it remembers, the same to all', async () => {
      const since = await memory.since();
      expect(Number.isInteger(since)).toBe(true);
      await test.pass(1.1);
      expect(await memory.since()).toBe(since);
      expect(await (await test.again()).since()).toBe(since);
    });
  });
}
