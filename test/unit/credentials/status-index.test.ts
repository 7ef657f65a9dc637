import { afterEach, describe, expect, it } from '@jest/globals';
import type {
  CredentialStore,
  StatusEntryDocument,
  StatusListDocument,
} from '../../../src/credentials/credential-store.ts';
import { createStatusIndexClaims } from '../../../src/credentials/status/claim-status-index.ts';
import { createStatusTable } from '../../../src/credentials/status/status-table.ts';
import { faultyStorage, openRig, type Rig } from './issuing-rig.ts';

let rig: Rig;
afterEach(() => rig?.close());

const openStore = async () => {
  const { collection, storageOf } = faultyStorage();
  rig = await openRig({ storageOf });
  return {
    statusLists: collection<StatusListDocument>('status_lists'),
    statusEntries: collection<StatusEntryDocument>('status_entries'),
  } as CredentialStore;
};
const claim = (n: number) => ({ certificate: 'c_one', copy: `s_${n}`, state: 0 as const, sequence: 1 });

describe('claims of status indexes', () => {
  it('open the next list when half of one is used, and never go back', async () => {
    const store = await openStore();
    const half = 65_536;
    const list: StatusListDocument = {
      id: '000001',
      number: 1,
      size: 131_072,
      opened: 0,
      reserved: half - 64,
    };
    await store.statusLists.insert(list);
    const claimIndex = createStatusIndexClaims({ store, clock: rig.clock });
    const lists: number[] = [];
    for (let n = 0; n < 70; n += 1) lists.push((await claimIndex(claim(n))).list);
    expect(lists.slice(0, 64).every((number) => number === 1)).toBe(true);
    expect(lists.slice(64).every((number) => number === 2)).toBe(true);
    expect(await store.statusLists.get('000001')).toMatchObject({ reserved: half });
    expect(await store.statusLists.get('000002')).toMatchObject({ number: 2, size: 131_072, reserved: 64 });
    expect(await createStatusTable({ store, clock: rig.clock }).lists()).toEqual([1, 2]);
  });

  it('of several processes at once open one list and share no block', async () => {
    const store = await openStore();
    const processes = Array.from({ length: 4 }, () => createStatusIndexClaims({ store, clock: rig.clock }));
    const entries = await Promise.all(Array.from({ length: 80 }, (_, n) => processes[n % 4]!(claim(n))));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(80);
    expect(await store.statusLists.list()).toMatchObject([{ number: 1, reserved: 256 }]);
  });
});
