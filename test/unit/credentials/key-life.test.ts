import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CopyDocument } from '../../../src/credentials/credential-store.ts';
import { compromiseKey, retireKey, rotateKey } from '../../../src/trust/index.ts';
import {
  openPack,
  type PackMemory,
  type PublicKeyJwk,
  type TrustListPayload,
  verify,
} from '../../../src/verifier/core/index.ts';
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
} from './issuing-rig.ts';

const day = 86_400;
const number = citizenNumber(1);
const holder = person('anna', number);
const row = drivingLicenceRow({ key: 'DL1', number });

describe('the life of keys, from the trust list to the counter', () => {
  let clock: ReturnType<typeof testClock>;
  let rig: Rig;
  let store: ReturnType<typeof faultyStorage>;
  let root: PublicKeyJwk;
  const open = async (issuer = 'zj-police') => {
    clock = testClock();
    store = faultyStorage();
    rig = await openRig({
      registers: registersOf({ 'driving-licences': [{ ...row, issuer }] }),
      clock,
      storageOf: store.storageOf,
    });
    root = rig.trust.rootPublicJwk() as unknown as PublicKeyJwk;
  };
  beforeEach(() => open());
  afterEach(() => rig.close());

  const now = () => Math.floor(clock.now() / 1000);
  const issue = async () =>
    (
      await rig.credentials.issueCopies({
        account: holder,
        type: 'driving_licence',
        format: 'dc+sd-jwt',
        deviceKeys: await newDeviceKeys(1),
        context,
      })
    ).copies[0]!;
  const counter = async (memory?: PackMemory) => {
    const opened = await openPack((await rig.credentials.offlinePack()).jws, { root, now: now(), memory });
    if ('verdict' in opened) throw new Error(opened.verdict.code);
    return opened;
  };
  const judged = async (credential: unknown) =>
    (await verify(credential as string, (await counter()).trusted, { now: now() })).code;
  const listed = async (kid: string) =>
    (await rig.trust.trustListPayload()).keys.find((key) => key.kid === kid);

  it('a planned rotation: listed before it signs, the old one verifies after it has ended', async () => {
    const old = await issue();
    const { key } = await rotateKey(rig.keyring, rig.trust, rig.audit, {
      purpose: 'certificate',
      owner: 'zj-police',
      alg: 'ES256',
      notBefore: now() + day,
    });
    expect(await listed(key.kid)).toMatchObject({ state: 'active', from: now() + day });
    expect((await issue()).copy.kid).toBe(old.copy.kid);
    clock.forward(day);
    const next = await issue();
    expect(next.copy.kid).toBe(key.kid);
    expect([await judged(old.credential), await judged(next.credential)]).toEqual(['valid', 'valid']);
    const signer = rig.keyring.signer(old.copy.kid);
    await retireKey(rig.keyring, rig.trust, rig.audit, { kid: old.copy.kid });
    expect(await listed(old.copy.kid)).toMatchObject({ state: 'retired', to: now() });
    expect([await judged(old.credential), await judged(next.credential)]).toEqual(['valid', 'valid']);
    await expect(signer.sign(new Uint8Array(1))).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it.each(['rotated', 'stolen'])(
    'counters follow a root that is %s to the next one, with and without memory',
    async (how) => {
      const { credential } = await issue();
      const before = await counter();
      const { kid } = rig.keyring.active('root', 'province', 'ES256');
      if (how === 'stolen') await compromiseKey(rig.keyring, rig.trust, rig.audit, { kid });
      else
        await rotateKey(rig.keyring, rig.trust, rig.audit, {
          purpose: 'root',
          owner: 'province',
          alg: 'ES256',
        });
      expect(rig.trust.rootPublicJwk().kid).not.toBe(kid);
      const after = await counter(before.memory);
      expect(after.memory.root?.kid).toBe(rig.trust.rootPublicJwk().kid);
      expect((await counter()).memory.root).toEqual(after.memory.root);
      expect(await judged(credential)).toBe('valid');
      await rotateKey(rig.keyring, rig.trust, rig.audit, {
        purpose: 'root',
        owner: 'province',
        alg: 'ES256',
      });
      expect((await counter(before.memory)).memory.root?.kid).toBe(rig.trust.rootPublicJwk().kid);
    },
  );

  describe('keys that may not sign (security (c) 32)', () => {
    const copies = async () => (await store.collection<CopyDocument>('copies').list({ limit: 10 })).length;

    it('past its end: nothing is signed and no intent is left', async () => {
      await issue();
      clock.forward(731 * day);
      await expect(issue()).rejects.toMatchObject({ code: 'key_unavailable' });
      expect(await copies()).toBe(1);
    });

    it('before its time: nothing is signed', async () => {
      const { kid } = rig.keyring.active('certificate', 'zj-police', 'ES256');
      await rig.keyring.create({
        purpose: 'certificate', owner: 'zj-police', alg: 'ES256', days: 30, notBefore: now() + day,
      }); // biome-ignore format: one key
      await rig.keyring.retire(kid);
      await expect(issue()).rejects.toMatchObject({ code: 'key_unavailable' });
      clock.forward(day);
      await rig.trust.publish();
      expect((await issue()).copy.state).toBe('released');
    });

    it('withdrawn between two copies: the second is not signed', async () => {
      const { kid } = (await issue()).copy;
      await rig.keyring.markCompromised(kid);
      await expect(issue()).rejects.toMatchObject({ code: 'key_unavailable' });
    });

    it('of a department that is no issuer any more: unknown at every counter', async () => {
      const { credential } = await issue();
      const { trusted } = await counter();
      const { keys } = await rig.trust.trustListPayload();
      const without = (list: TrustListPayload['keys']) => list.filter(({ issuer }) => issuer !== 'zj-police');
      expect(without(keys).length).toBeLessThan(keys.length);
      const verdict = await verify(
        credential as string,
        { ...trusted, keys: without(trusted.keys) },
        { now: now() },
      );
      expect(verdict.code).toBe('unknown_issuer');
    });

    it('of a department that may not issue this type: not signed, though the register names it', async () => {
      await rig.close();
      await open('zj-finance');
      await expect(issue()).rejects.toMatchObject({
        code: expect.stringMatching(/key_unavailable|register_entry_faulty|not_in_register/),
      });
    });
  });
});
