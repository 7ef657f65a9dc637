import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { systemClock } from '../../../src/clock.ts';
import { ServiceError } from '../../../src/errors.ts';
import {
  type Collection,
  type CollectionSpec,
  openStorage,
  type Storage,
} from '../../../src/storage/index.ts';

interface Person {
  id: string;
  account: string;
  name: string;
  number: string;
  shelf?: string;
  end?: number;
}

const spec: CollectionSpec<Person> = {
  name: 'people',
  schemaVersion: 1,
  unique: ['account'],
  indexes: ['shelf'],
  expiresAt: 'end',
  owner: 'account',
  sealed: ['name', 'number'],
  keyed: {
    number: { value: (person) => person.number, unique: true },
    name: { value: (person) => person.name },
  },
};

describe('the files of the embedded store', () => {
  let dataDir: string;
  let storage: Storage;
  let people: Collection<Person>;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'onecert-files-'));
    storage = await openStorage({
      dataDir,
      clock: systemClock,
      personalDataMaster: randomBytes(32),
      indexKeys: [{ version: 1, key: randomBytes(32) }],
      busyTimeoutMs: 20,
    });
    people = storage.collection(spec);
    await storage.prepare();
  });
  afterEach(async () => {
    await storage.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const bytes = (): Buffer =>
    Buffer.concat(readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name))));

  it('never hold a sealed value in the clear, the write-ahead log included', async () => {
    const inserted = await people.insert({
      id: 'p1',
      account: 'a1',
      name: '林示例',
      number: '33030019900101123X',
    });
    await people.replace({ ...inserted, name: '林改名', shelf: 'in the clear' });
    await people.findKeyed('number', '33030019900101123X');
    expect(readdirSync(dataDir)).toContain('onecert.db-wal');
    for (const secret of ['林示例', '林改名', '33030019900101123X'])
      expect(bytes().includes(secret)).toBe(false);
    expect(bytes().includes('in the clear')).toBe(true);
  });

  it('no longer hold the wrapped data key or the index values once the key is destroyed', async () => {
    for (let n = 0; n < 50; n += 1) {
      await people.insert({ id: `p${n}`, account: `a${n}`, name: `示例${n}`, number: `number-${n}` });
    }
    const database = new Database(join(dataDir, 'onecert.db'));
    const [wrapped] = database.prepare("SELECT body FROM data_keys WHERE id = 'a7'").raw().get() as [string];
    const [blind] = database.prepare("SELECT k_blind_number FROM people WHERE id = 'p7'").raw().get() as [
      string,
    ];
    database.close();
    expect(bytes().includes(wrapped)).toBe(true);
    await storage.destroyDataKey('a7');
    expect(bytes().includes(wrapped)).toBe(false);
    expect(bytes().includes(blind)).toBe(false);
  });

  it('answer every lookup of the port from an index', () => {
    const database = new Database(join(dataDir, 'onecert.db'));
    const plan = (sql: string) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .raw()
        .all()
        .map((row) => (row as unknown[])[3])
        .join('; ');
    const alive = '(expires_at IS NULL OR expires_at > 1)';
    const lookups = [
      `SELECT body FROM people WHERE id = 'a' AND ${alive}`,
      `SELECT body FROM people WHERE id > 'a' AND ${alive} ORDER BY id LIMIT 5`,
      `SELECT body FROM people WHERE k_account = 'a' AND id > '' AND ${alive} ORDER BY id LIMIT 5`,
      `SELECT body FROM people WHERE k_shelf = 'a' AND id > '' AND ${alive} ORDER BY id LIMIT 5`,
      `SELECT body FROM people WHERE k_blind_number = 'a' AND id > '' AND ${alive} ORDER BY id LIMIT 5`,
      `SELECT body FROM people WHERE k_blind_name IN ('a', 'b') AND id > '' AND ${alive} ORDER BY id LIMIT 5`,
      'DELETE FROM people WHERE rowid IN (SELECT rowid FROM people WHERE expires_at <= 1 LIMIT 500)',
      `DELETE FROM people WHERE expires_at <= 1 AND (id = 'a' OR k_account = 'b' OR k_blind_number = 'c')`,
    ];
    for (const sql of lookups) {
      expect(plan(sql)).toContain('USING ');
      expect(plan(sql)).not.toContain('SCAN');
    }
    expect(plan(lookups[3]!)).not.toContain('TEMP B-TREE');
    database.close();
  });

  it('let a writer wait for another process without blocking, and give up with store_unavailable', async () => {
    const other = new Database(join(dataDir, 'onecert.db'));
    other.exec('BEGIN IMMEDIATE');
    setTimeout(() => other.exec('COMMIT'), 200);
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 5);
    await people.insert({ id: 'p1', account: 'a1', name: '林示例', number: '1' });
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(3);

    other.exec('BEGIN IMMEDIATE');
    const error = await people.delete('p1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect((error as ServiceError).code).toBe('store_unavailable');
    expect(await people.get('p1')).toBeDefined();
    other.exec('COMMIT');
    other.close();
    expect(await people.delete('p1')).toBe(true);
  });

  it('refuse work after they were closed', async () => {
    await storage.close();
    await expect(people.get('p1')).rejects.toThrow();
    await expect(storage.facts.get('x')).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(storage.ephemeral.get('x')).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
