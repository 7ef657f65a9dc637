import { setImmediate as nextTurn } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { CopyDocument, StatusEntryDocument } from '../../src/credentials/credential-store.ts';
import { createStatusIndexClaims } from '../../src/credentials/status/claim-status-index.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  faultyStorage,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
} from '../unit/credentials/issuing-rig.ts';

const holders = Array.from({ length: 8 }, (_, i) => ({
  account: person(`h${i}`, citizenNumber(2 * i + 1)),
  key: `DL${i}`,
}));
const registers = registersOf({
  'driving-licences': holders.map(({ account, key }) =>
    drivingLicenceRow({ key, number: account.documentNumber }),
  ),
});

let rig: Rig;
let store: ReturnType<typeof faultyStorage>;
afterEach(() => rig?.close());

const open = async (): Promise<void> => {
  store = faultyStorage();
  rig = await openRig({ registers, storageOf: store.storageOf });
};
const issue = async (n: number) => {
  const wanted = { account: holders[n]!.account, type: 'driving_licence', format: 'dc+sd-jwt' as const };
  const { copies } = await rig.credentials.issueCopies({
    ...wanted,
    deviceKeys: await newDeviceKeys(1),
    context,
  });
  return copies[0]!.copy;
};
/** Token Status List §4.1: 2 bits an entry, from the low end. */
const readBits = async (list = 1): Promise<(index: number) => number> => {
  const { body } = (await rig.credentials.statusLists.publish(list, 'token'))!;
  const { lst } = decodeJwt<{ status_list: { lst: string } }>(body).status_list;
  const bytes = inflateSync(Buffer.from(lst, 'base64url'));
  expect(bytes.length * 4).toBeGreaterThanOrEqual(131_072);
  return (index) => (bytes[index >> 2]! >> ((index & 3) * 2)) & 3;
};
/** Puts the entries of these copies side by side, four to a byte, as chance may. */
const placeSideBySide = async (copies: { id: string }[]): Promise<void> => {
  const entries = store.collection<StatusEntryDocument>('status_entries');
  const documents = store.collection<CopyDocument>('copies');
  for (const [place, { id }] of copies.entries()) {
    const copy = (await documents.get(id))!;
    const entry = (await entries.get(`1:${copy.statusIndex}`))!;
    await entries.delete(entry.id);
    const index = 1000 + place;
    await entries.insert({ ...entry, id: `1:${index}`, index });
    await documents.replace({ ...copy, statusIndex: index });
  }
};

describe('the status of a copy (security (c) 39)', () => {
  it('concurrent flips of neighbour bits: each of eight in two bytes keeps its own state', async () => {
    await open();
    const copies = [];
    for (let n = 0; n < 8; n += 1) copies.push(await issue(n));
    await placeSideBySide(copies);
    const wanted = ['07', '02', '01', '02', '07', '01', '02', '07'] as const;
    await Promise.all(
      copies.flatMap(({ certificate }, n) =>
        wanted[n] === '01' ? [] : [rig.credentials.changeState(certificate, wanted[n]!, 'race', context)],
      ),
    );
    const bitOf = await readBits();
    expect(copies.map((_, n) => bitOf(1000 + n))).toEqual([1, 2, 0, 2, 1, 0, 2, 1]);
    expect([bitOf(999), bitOf(1008)]).toEqual([0, 0]);
  });

  it('un-revoke: no state follows a revocation, and its bit never goes back', async () => {
    await open();
    const copy = await issue(0);
    await rig.credentials.changeState(copy.certificate, '07', 'end', context);
    for (const to of ['01', '02', '03', '07'] as const)
      await expect(rig.credentials.changeState(copy.certificate, to, 'again', context)).rejects.toMatchObject(
        {
          code: 'certificate_state',
        },
      );
    await rig.credentials.resumePendingStateChanges();
    expect((await readBits())(copy.statusIndex)).toBe(1);
  });

  it('index reuse: an index that was claimed is never given again, its copy revoked or its holder gone', async () => {
    await open();
    const copy = await issue(0);
    await rig.credentials.closeHolder(holders[0]!.account.id, context);
    await rig.storage.destroyDataKey(holders[0]!.account.id);
    const entries = store.collection<StatusEntryDocument>('status_entries');
    const entry = (await entries.get(`1:${copy.statusIndex}`))!;
    expect(entry).toMatchObject({ state: 1, ended: true });
    await expect(entries.insert({ ...entry, copy: 's_other', state: 0 })).rejects.toThrow('already exists');
    const claim = createStatusIndexClaims({
      store: { statusEntries: entries, statusLists: store.collection('status_lists') } as never,
      clock: rig.clock,
    });
    const claimed = await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        claim({ certificate: 'c_x', copy: `s_${n}`, state: 0, sequence: 1 }),
      ),
    );
    const places = claimed.map(({ id }) => id);
    expect(new Set([...places, entry.id]).size).toBe(301);
  });

  it('reader during rewrite: every list that is read is whole, signed, and never older than an answered change', async () => {
    await open();
    const copies = [await issue(0), await issue(1), await issue(2)];
    let isDone = false;
    const torn: string[] = [];
    const reader = async (): Promise<void> => {
      while (!isDone) {
        await nextTurn();
        const bitOf = await readBits();
        for (const { statusIndex } of copies)
          if (bitOf(statusIndex) > 2) torn.push('a value that nobody wrote');
      }
    };
    const writer = async (): Promise<void> => {
      for (let round = 0; round < 12; round += 1) {
        const { certificate, statusIndex } = copies[round % 3]!;
        const to = Math.floor(round / 3) % 2 === 0 ? '02' : '01';
        await rig.credentials.changeState(certificate, to, 'round', context);
        if ((await readBits())(statusIndex) !== (to === '02' ? 2 : 0)) torn.push('older than the answer');
      }
      isDone = true;
    };
    await Promise.all([reader(), reader(), writer()]);
    expect(torn).toEqual([]);
  });

  it('a store that fails at any step of publishing gives an error or a list that holds, and the pack number never goes back', async () => {
    for (const moment of ['before', 'after'] as const) {
      await open();
      const copy = await issue(0);
      const { number } = (await rig.credentials.offlinePack()).payload;
      await rig.credentials.changeState(copy.certificate, '07', 'end', context);
      store.failAt(1, moment);
      await expect(rig.credentials.offlinePack()).rejects.toThrow('the store is gone');
      store.failAt(Number.POSITIVE_INFINITY, moment);
      const { payload } = await rig.credentials.offlinePack();
      expect(payload.number).toBeGreaterThan(number);
      expect((await readBits())(copy.statusIndex)).toBe(1);
      if (moment === 'before') await rig.close();
    }
  });
});
