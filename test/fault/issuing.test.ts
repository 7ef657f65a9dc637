import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Audit } from '../../src/audit/index.ts';
import type { CopyDocument, StatusEntryDocument } from '../../src/credentials/credential-store.ts';
import type { CopyFormat } from '../../src/credentials/index.ts';
import type { Keyring } from '../../src/keyring/index.ts';
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
  testClock,
} from '../unit/credentials/issuing-rig.ts';

const number = citizenNumber(1);
const holder = person('anna', number);
const registers = registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] });

let rig: Rig;
afterEach(() => rig?.close());

const issue = async (format: CopyFormat = 'dc+sd-jwt') =>
  rig.credentials.issueCopies({
    account: holder,
    type: 'driving_licence',
    format,
    view: format === 'onecert-view+cwt' ? 'standard' : undefined,
    deviceKeys: await newDeviceKeys(1),
    context,
  });

/** A department's key that fails at its n-th signature, after having been handed the bytes. */
const failingKeyring = (seen: Uint8Array[]) => ({
  keyringOf: (keyring: Keyring): Keyring =>
    new Proxy(keyring, {
      get(target, member) {
        if (member !== 'active') return Reflect.get(target, member, target);
        return (...which: Parameters<Keyring['active']>) => {
          const key = target.active(...which);
          if (which[0] !== 'certificate') return key;
          return {
            ...key,
            sign: async (data: Uint8Array) => {
              seen.push(Uint8Array.from(data));
              throw new Error('the signer is gone');
            },
          };
        };
      },
    }),
});

describe('a signer that fails (security (a) 2, (c) 31)', () => {
  it.each(['dc+sd-jwt', 'ldp_vc', 'onecert-view+cwt'] as const)(
    '%s: leaves an intent with the digest of exactly what it was asked to sign, and the orphan can be revoked',
    async (format) => {
      const seen: Uint8Array[] = [];
      const store = faultyStorage();
      rig = await openRig({ registers, storageOf: store.storageOf, ...failingKeyring(seen) });
      await expect(issue(format)).rejects.toThrow('the signer is gone');
      const [intent] = await store.collection<CopyDocument>('copies').list();
      expect(intent).toMatchObject({ state: 'intended', format, holder: holder.id });
      expect(intent).not.toHaveProperty('signed');
      expect(intent!.digest).toBe(createHash('sha256').update(seen[0]!).digest('base64url'));
      const report = await rig.credentials.checkEverythingIssued();
      expect(report).toMatchObject({ ok: true, checked: 1, released: 0, orphans: [intent!.id] });
      await rig.credentials.changeState(intent!.certificate, '07', 'lost_signature', context);
      const entries = await store.collection<StatusEntryDocument>('status_entries').list();
      expect(entries).toMatchObject([{ copy: intent!.id, state: 1 }]);
    },
  );
});

describe('an audit that fails once', () => {
  it('keeps no file copy that stands and is in nobody’s log', async () => {
    let fails = true;
    const auditOf = (audit: Audit): Audit => ({
      ...audit,
      append: async (entry) => {
        if (entry.action === 'certificate.issued' && fails) {
          fails = false;
          throw new Error('the audit is gone');
        }
        return audit.append(entry);
      },
    });
    rig = await openRig({ registers, auditOf });
    const { id } = await rig.credentials.ensureCertificate(holder, 'driving_licence', context);
    await expect(rig.credentials.keepFileCopy(id, 'dc+sd-jwt', context)).rejects.toThrow('the audit is gone');
    const { copy } = await rig.credentials.keepFileCopy(id, 'dc+sd-jwt', context);
    expect(copy.state).toBe('released');
    const log = await rig.audit.about(holder.id);
    expect(log.filter(({ action }) => action === 'certificate.issued')).toHaveLength(1);
    expect(await rig.credentials.checkEverythingIssued()).toMatchObject({ ok: true, released: 1 });
  });
});

describe('a store that fails at any step of issuing (security (a) 2, (c) 31)', () => {
  it.each(['before', 'after'] as const)(
    '(%s the write) leaves nothing signed that cannot be revoked',
    async (moment) => {
      for (let nth = 1; nth <= 12; nth += 1) {
        const store = faultyStorage();
        const signed: Uint8Array[] = [];
        rig = await openRig({ registers, storageOf: store.storageOf, ...observingKeyring(signed) });
        store.failAt(nth, moment);
        const failed = await issue().then(
          () => false,
          () => true,
        );
        store.failAt(Number.POSITIVE_INFINITY, moment);
        const copies = await store.collection<CopyDocument>('copies').list();
        // No signature without a prior durable intent that holds its digest.
        const digests = copies.map(({ digest }) => digest);
        for (const bytes of signed)
          expect(digests).toContain(createHash('sha256').update(bytes).digest('base64url'));
        for (const certificate of await rig.credentials.list())
          await rig.credentials.changeState(certificate.id, '07', 'fault', context);
        const entries = await store.collection<StatusEntryDocument>('status_entries').list();
        expect(entries.every(({ state }) => state === 1)).toBe(true);
        for (const copy of copies) expect(entries.map((entry) => entry.copy)).toContain(copy.id);
        await rig.close();
        if (!failed) {
          expect(nth).toBeGreaterThan(5); // certificate, device key, list, lease, entry, intent, release
          return;
        }
      }
      throw new Error('every run failed: the writes were not all reached');
    },
  );
});

const observingKeyring = (signed: Uint8Array[]) => ({
  keyringOf: (keyring: Keyring): Keyring =>
    new Proxy(keyring, {
      get(target, member) {
        if (member !== 'active') return Reflect.get(target, member, target);
        return (...which: Parameters<Keyring['active']>) => {
          const key = target.active(...which);
          return {
            ...key,
            sign: async (data: Uint8Array) => {
              if (which[0] === 'certificate') signed.push(Uint8Array.from(data));
              return key.sign(data);
            },
          };
        };
      },
    }),
});

describe('a state change that is interrupted', () => {
  it.each([
    ['before', '02', 2],
    ['after', '02', 2],
    ['before', '07', 1],
    ['after', '07', 1],
  ] as const)('(%s any write, to %s) is finished at the next start', async (moment, to, bits) => {
    for (let nth = 1; nth <= 8; nth += 1) {
      const clock = testClock();
      const store = faultyStorage();
      rig = await openRig({ registers, clock, storageOf: store.storageOf });
      await issue();
      await issue('onecert-view+cwt');
      const [certificate] = await rig.credentials.list();
      store.failAt(nth, moment);
      const failed = await rig.credentials.changeState(certificate!.id, to, 'fault', context).then(
        () => false,
        () => true,
      );
      await rig.close({ keep: true });
      const after = faultyStorage();
      rig = await openRig({ registers, clock, dir: rig.dir, storageOf: after.storageOf });
      await rig.credentials.resumePendingStateChanges();
      expect(await rig.credentials.resumePendingStateChanges()).toBe(0);
      const state = (await rig.credentials.certificate(certificate!.id))!.state;
      const entries = await after.collection<StatusEntryDocument>('status_entries').list();
      expect(new Set(entries.map((entry) => entry.state))).toEqual(new Set([state === to ? bits : 0]));
      expect(await rig.credentials.checkEverythingIssued()).toMatchObject({ ok: true, released: 2 });
      await rig.close();
      if (!failed) return;
    }
    throw new Error('every run failed: the writes were not all reached');
  });
});

describe('a holder whose account was closed', () => {
  it('keeps no valid copy, and what was pending for her does not stop the start', async () => {
    const clock = testClock();
    const store = faultyStorage();
    rig = await openRig({ registers, clock, storageOf: store.storageOf });
    const { certificate } = await issue();
    store.failAt(2, 'before'); // after the decision, before the first entry
    await expect(rig.credentials.changeState(certificate.id, '02', 'fault', context)).rejects.toThrow();
    await rig.storage.destroyDataKey(holder.id);
    await rig.credentials.resumePendingStateChanges();
    const entries = await store.collection<StatusEntryDocument>('status_entries').list();
    expect(entries).toMatchObject([{ state: 1, ended: true }]);
    expect(await rig.credentials.checkEverythingIssued()).toMatchObject({ ok: true, checked: 1 });
  });

  it('has certificates that are simply not there any more: no act on one fails for a reason of ours', async () => {
    rig = await openRig({ registers });
    const { certificate } = await issue();
    await rig.storage.destroyDataKey(holder.id);
    expect(await rig.credentials.certificate(certificate.id)).toBeUndefined();
    for (const name of [certificate.id, certificate.identifier])
      expect(await rig.credentials.find(name)).toBeUndefined();
    await expect(rig.credentials.changeState(certificate.id, '07', 'fault', context)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('acts at the same moment (security (c) 39)', () => {
  it('of parallel changes the last decided one stands for every copy', async () => {
    const store = faultyStorage();
    rig = await openRig({ registers, storageOf: store.storageOf });
    for (let i = 0; i < 5; i += 1) await issue();
    const [certificate] = await rig.credentials.list();
    await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        rig.credentials.changeState(certificate!.id, i % 2 === 0 ? '02' : '01', 'race', context),
      ),
    );
    const { state } = (await rig.credentials.certificate(certificate!.id))!;
    const entries = await store.collection<StatusEntryDocument>('status_entries').list();
    expect(new Set(entries.map((entry) => entry.state))).toEqual(new Set([state === '02' ? 2 : 0]));
  });

  it('no copy slips out valid beside a revocation', async () => {
    for (let round = 0; round < 4; round += 1) {
      const store = faultyStorage();
      rig = await openRig({ registers, storageOf: store.storageOf });
      const { id } = await rig.credentials.ensureCertificate(holder, 'driving_licence', context);
      const acts = Array.from({ length: 12 }, (_, i) =>
        i === 3 + round ? rig.credentials.changeState(id, '07', 'race', context) : issue('onecert-view+cwt'),
      );
      await Promise.allSettled(acts);
      const entries = await store.collection<StatusEntryDocument>('status_entries').list();
      expect(entries.filter(({ state }) => state !== 1)).toEqual([]);
      await rig.close();
    }
  }, 60_000);
});

describe('checkEverythingIssued (security a9)', () => {
  it('finds a digest that does not fit, a lost status entry and a state that was changed behind its back', async () => {
    const store = faultyStorage();
    rig = await openRig({ registers, storageOf: store.storageOf });
    const made = [];
    for (let i = 0; i < 4; i += 1) made.push((await issue()).copies[0]!.copy);
    const copies = store.collection<CopyDocument>('copies');
    const entries = store.collection<StatusEntryDocument>('status_entries');
    const tamper = async (id: string, change: object) =>
      copies.replace({ ...(await copies.get(id))!, ...change });
    await tamper(made[0]!.id, { digest: createHash('sha256').update('other').digest('base64url') });
    await entries.delete(`${made[1]!.statusList}:${made[1]!.statusIndex}`);
    const entry = (await entries.get(`${made[2]!.statusList}:${made[2]!.statusIndex}`))!;
    await entries.replace({ ...entry, state: 1 });
    const report = await rig.credentials.checkEverythingIssued();
    expect(report.ok).toBe(false);
    expect(new Map(report.bad.map(({ copy, reason }) => [copy, reason]))).toEqual(
      new Map([
        [made[0]!.id, 'digest_differs'],
        [made[1]!.id, 'status_entry_missing'],
        [made[2]!.id, 'status_entry_differs'],
      ]),
    );
  });

  it('says which copies a stolen key signed', async () => {
    rig = await openRig({ registers });
    const { copy } = (await issue()).copies[0]!;
    await rig.keyring.markCompromised(copy.kid);
    await rig.trust.publish();
    expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([
      { copy: copy.id, reason: 'key_compromised' },
    ]);
  });
});
