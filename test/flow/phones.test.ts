/** A new phone: what the old one held ends in one act, told apart by the wallet's sign-in, finished after a crash. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceKeyDocument } from '../../src/credentials/credential-store.ts';
import { type Copy, enrolmentOf } from '../../src/credentials/index.ts';
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

const number = citizenNumber(41);
const holder = person('phones', number);
const phone = (signIn: string) => enrolmentOf({ account: holder.id, client: 'wallet', signIn });
const [old, tablet, fresh] = [phone('session-1'), phone('session-2'), phone('session-3')];

describe('re-issue to a new phone', () => {
  let rig: Rig;
  const clock = testClock();
  const faulty = faultyStorage();
  beforeEach(async () => {
    rig = await openRig({
      clock,
      storageOf: faulty.storageOf,
      registers: registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'A-1', number })] }),
    });
  });
  afterEach(() => rig.close());

  const issue = async (enrolment = old, keys = 3) => {
    clock.forward(10);
    const issued = await rig.credentials.issueCopies({
      account: holder,
      type: 'driving_licence',
      format: 'dc+sd-jwt',
      deviceKeys: await newDeviceKeys(keys),
      enrolment,
      context,
    });
    return issued.copies as { copy: Copy; credential: string }[];
  };
  const codes = async (copies: { credential: string }[]) =>
    new Set(
      await Promise.all(
        copies.map(async ({ credential }) => (await rig.credentials.judgeOnline(credential)).code),
      ),
    );
  const end = (scope: { only: string } | { allBut: string | undefined }) =>
    rig.credentials.endPhones({ account: holder.id, scope, context });

  it('a phone is what one wallet enrolled in one sign-in, however many keys and batches', async () => {
    await issue(old);
    await issue(old);
    await issue(fresh, 1);
    const phones = await rig.credentials.phonesOf(holder.id);
    expect(phones.map(({ id, app, copies }) => [id, app, copies])).toEqual([
      [fresh.id, 'wallet', 1],
      [old.id, 'wallet', 6],
    ]);
    expect(fresh.id).not.toContain('session');
  });

  it('all but the one in her hand end in one act; the other copies go on', async () => {
    const copies = { old: await issue(old), tablet: await issue(tablet), fresh: await issue(fresh) };
    expect(await end({ allBut: fresh.id })).toBe(6);
    expect([await codes(copies.old), await codes(copies.tablet), await codes(copies.fresh)]).toEqual([
      new Set(['revoked']),
      new Set(['revoked']),
      new Set(['valid']),
    ]);
    expect(await rig.credentials.lastPhoneEnding(holder.id)).toBe(Math.floor(clock.now() / 1000));
    const log = await rig.audit.about(holder.id);
    expect(log.filter(({ action }) => action === 'wallet.phone_ended')).toHaveLength(1);
  });

  it('an ended phone gets no further copies, also with new keys; after a new sign-in it does', async () => {
    await issue(old);
    await end({ only: old.id });
    await expect(issue(old)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await codes(await issue(phone('session-4')))).toEqual(new Set(['valid']));
  });

  it('a copy being made while its phone ends is not valid afterwards', async () => {
    await issue(old, 1);
    const made = issue(old, 5).catch(() => []);
    await end({ only: old.id });
    const copies = await made;
    for (const code of await codes(copies)) expect(code).toBe('revoked');
  });

  it('a crash in the middle is finished at the next start, every copy once', async () => {
    const copies = await issue(old);
    for (const nth of [2, 3, 5, 7]) {
      const more = await issue(phone(`again-${nth}`));
      faulty.failAt(nth, 'before');
      await expect(end({ allBut: fresh.id })).rejects.toThrow('the store is gone');
      expect(await rig.credentials.resumePendingStateChanges()).toBeGreaterThan(0);
      expect(await codes([...copies, ...more])).toEqual(new Set(['revoked']));
    }
    expect(await rig.credentials.resumePendingStateChanges()).toBe(0);
    const keys = faulty.collection<DeviceKeyDocument>('device_keys');
    expect((await keys.find('holder', holder.id)).every(({ endedAt }) => endedAt !== undefined)).toBe(true);
  });

  it('nobody ends another person’s phone by its name', async () => {
    const copies = await issue(old);
    await rig.credentials.endPhones({ account: 'p_another', scope: { only: old.id }, context });
    expect(await codes(copies)).toEqual(new Set(['valid']));
  });
});
