import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Clock } from '../../src/clock.ts';
import { openStorage, type Storage, type StorageSettings } from '../../src/storage/index.ts';

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #now = Date.now();

  now(): number {
    return this.#now;
  }

  /** In whole seconds. */
  get seconds(): number {
    return Math.floor(this.#now / 1000);
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

/** A place for one store: opening it again finds what was written. */
export interface TestStore {
  readonly clock: TestClock;
  readonly dataDir: string;
  open(settings?: Partial<StorageSettings>): Promise<Storage>;
  /** Closes what was opened and removes everything. */
  dispose(): Promise<void>;
}

export type MakeStore = () => TestStore;

export const sqliteStore: MakeStore = () => testStore({});

/** Each store in a database of its own on that server. */
export const mongoStore =
  (server: string): MakeStore =>
  () => {
    const { origin, search } = splitAddress(server);
    const mongodbUrl = `${origin}/onecert_test_${randomUUID().replaceAll('-', '')}${search}`;
    return testStore({ mongodbUrl }, async () => {
      const connection = await mongoose.createConnection(mongodbUrl).asPromise();
      await connection.dropDatabase();
      await connection.close();
    });
  };

function testStore(engine: Partial<StorageSettings>, drop?: () => Promise<void>): TestStore {
  const clock = new TestClock();
  const dataDir = mkdtempSync(join(tmpdir(), 'onecert-store-'));
  const personalDataMaster = randomBytes(32);
  const indexKeys = [{ version: 1, key: randomBytes(32) }];
  const opened: Storage[] = [];
  return {
    clock,
    dataDir,
    async open(settings = {}) {
      const storage = await openStorage({
        dataDir,
        personalDataMaster,
        indexKeys,
        clock,
        ...engine,
        ...settings,
      });
      opened.push(storage);
      return storage;
    },
    async dispose() {
      for (const storage of opened) await storage.close();
      await drop?.();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function splitAddress(url: string): { origin: string; search: string } {
  const match = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url);
  if (!match) throw new Error('MONGODB_URL is not the address of a MongoDB server');
  return { origin: match[1]!, search: match[2] ?? '' };
}
