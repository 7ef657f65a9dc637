import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openCredentialStore } from '../../../src/credentials/credential-store.ts';
import { openStorage } from '../../../src/storage/index.ts';
import { testClock } from './issuing-rig.ts';

const dir = mkdtempSync(join(tmpdir(), 'onecert-migration-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('certificates of the store before', () => {
  it('have the one holder they were issued to', async () => {
    const settings = {
      dataDir: dir,
      personalDataMaster: new Uint8Array(32).fill(1),
      indexKeys: [{ version: 1, key: new Uint8Array(32).fill(2) }],
      clock: testClock(),
    };
    const before = await openStorage(settings);
    const old = before.collection<{ id: string; holder: string; identifier: string; fields: object }>({
      name: 'certificates',
      schemaVersion: 1,
      unique: ['identifier'],
      indexes: ['holder'],
      owner: 'holder',
      sealed: ['fields'],
    });
    await before.prepare();
    await old.insert({ id: 'c_1', holder: 'p_1', identifier: '1.2', fields: { name: '测试人' } });
    await before.close();
    const after = await openStorage(settings);
    const { certificates } = openCredentialStore(after);
    await after.prepare();
    expect(await certificates.get('c_1')).toMatchObject({ holders: ['p_1'], fields: { name: '测试人' } });
    await after.close();
  });
});
