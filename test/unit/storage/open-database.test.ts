import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { systemClock } from '../../../src/clock.ts';
import { openStorage, type Storage, UnusableStore } from '../../../src/storage/index.ts';

describe('opening the embedded store', () => {
  let dataDir: string;
  const secrets = { personalDataMaster: randomBytes(32), indexKeys: [{ version: 1, key: randomBytes(32) }] };
  const open = (folder = dataDir): Promise<Storage> =>
    openStorage({ dataDir: folder, clock: systemClock, ...secrets });

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'onecert-open-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const file = (name = 'onecert.db') => join(dataDir, name);

  const refusal = async (folder?: string): Promise<string> => {
    const error = await open(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnusableStore);
    return String(error);
  };

  /** The refusal names the file and what to do, and the file has not changed. */
  const refusedUntouched = async (name: string): Promise<string> => {
    const before = readFileSync(file(name));
    const message = await refusal();
    expect(message).toContain(file(name));
    expect(message).toContain('left as it is');
    expect(readFileSync(file(name)).equals(before)).toBe(true);
    return message;
  };

  const filled = async (): Promise<void> => {
    const storage = await open();
    const collection = storage.collection<{ id: string; text: string }>({ name: 'pages', schemaVersion: 1 });
    await storage.prepare();
    for (let n = 0; n < 200; n += 1) await collection.insert({ id: `n${n}`, text: 'x'.repeat(500) });
    await storage.close();
  };

  it('makes the folder and both files', async () => {
    const folder = join(dataDir, 'new', 'data');
    const storage = await open(folder);
    expect(storage.engines).toEqual({ documents: 'sqlite', ephemeral: 'sqlite' });
    await storage.close();
    expect(existsSync(join(folder, 'onecert.db'))).toBe(true);
    expect(existsSync(join(folder, 'ephemeral.db'))).toBe(true);
  });

  it('refuses a data folder that cannot be used', async () => {
    writeFileSync(join(dataDir, 'file'), '');
    const message = await refusal(join(dataDir, 'file'));
    expect(message).toContain(join(dataDir, 'file'));
    expect(message).toContain('DATA_DIR');
  });

  it('refuses a file that is no database, as it is', async () => {
    writeFileSync(file(), 'a letter that somebody keeps here\n'.repeat(10));
    expect(await refusedUntouched('onecert.db')).toContain('not a database of OneCert');
  });

  it('refuses a database of somebody else, as it is', async () => {
    const other = new Database(file());
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    expect(await refusedUntouched('onecert.db')).toContain('not a database of OneCert');
  });

  it('refuses the short memory in the place of the documents', async () => {
    await (await open()).close();
    writeFileSync(file(), readFileSync(file('ephemeral.db')));
    expect(await refusedUntouched('onecert.db')).toContain('not a database of OneCert');
  });

  it('refuses a folder in the place of the file', async () => {
    mkdirSync(file());
    expect(await refusal()).toContain('not a database of OneCert');
  });

  it('refuses a database that was cut off, as it is', async () => {
    await filled();
    for (const size of [readFileSync(file()).length - 8192, 5_000, 300]) {
      truncateSync(file(), size);
      expect(await refusedUntouched('onecert.db')).toContain('damaged');
    }
  });

  it('refuses a database whose first page is damaged, as it is', async () => {
    await filled();
    const bytes = readFileSync(file());
    bytes.fill(0x55, 100, 4096);
    writeFileSync(file(), bytes);
    expect(await refusedUntouched('onecert.db')).toContain('damaged');
  });

  it('refuses to start empty beside the log of a database that is gone', async () => {
    writeFileSync(`${file()}-wal`, 'log');
    expect(await refusal()).toContain('write-ahead log');
    expect(existsSync(file())).toBe(false);
  });

  it('says that a damaged short memory can be deleted', async () => {
    await (await open()).close();
    truncateSync(file('ephemeral.db'), 5_000);
    expect(await refusedUntouched('ephemeral.db')).toContain('delete it');
  });

  it('names Redis and MongoDB without their passwords when they do not answer', async () => {
    const settings = { dataDir, clock: systemClock, ...secrets };
    for (const [name, address] of [
      ['redisUrl', 'redis://user:secret@127.0.0.1:1'],
      ['mongodbUrl', 'mongodb://user:secret@127.0.0.1:1/db?authSource=admin'],
    ] as const) {
      const error = await openStorage({ ...settings, [name]: address }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnusableStore);
      expect(String(error)).toContain('127.0.0.1:1');
      expect(String(error)).toContain('does not answer');
      expect(String(error)).not.toContain('secret');
    }
  });
});
