import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DataKeys, dataKeysTable } from '../../../src/storage/data-keys.ts';
import { FactStore, metaTable } from '../../../src/storage/fact-store.ts';
import { Masters } from '../../../src/storage/masters.ts';
import { openSqliteEngine } from '../../../src/storage/sqlite/sqlite-engine.ts';

describe('a data key', () => {
  it('is under the newest master though its process slept through a whole change of masters (security (a) 15)', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'onecert-data-keys-'));
    const engine = await openSqliteEngine(dir, 1_000);
    try {
      const clock = { now: () => 1_800_000_000_000 };
      const [first, second] = [randomBytes(32), randomBytes(32)];
      const table = engine.table(dataKeysTable);
      const meta = new FactStore(engine.table(metaTable), clock);
      for (const one of [table, engine.table(metaTable)]) await one.createTable();
      const older = new Masters(meta, first, [second]);
      await older.open(async () => undefined);
      const newer = new Masters(meta, second, [first]);

      // Between asking for the current master and the insert another process begins, rewraps and finishes.
      const sleepy = new Proxy(table, {
        get(target, name) {
          if (name === 'insert')
            return async (...given: Parameters<typeof table.insert>) => {
              await new DataKeys(table, newer, clock).rewrap();
              await target.insert(...given);
            };
          const member = Reflect.get(target, name) as unknown;
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
      const key = await new DataKeys(sleepy, older, clock).getOrCreate('account-1');
      expect((await newer.inUse())?.older).toEqual([]);

      const after = new DataKeys(table, new Masters(meta, second, []), clock);
      expect(await after.get('account-1')).toEqual(key);
    } finally {
      await engine.close();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
