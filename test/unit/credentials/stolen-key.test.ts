import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { base64url } from 'jose';
import type { CopyDocument } from '../../../src/credentials/credential-store.ts';
import { makeShowCode, type Verdict } from '../../../src/verifier/core/index.ts';
import {
  type allFormats,
  citizenNumber,
  context,
  drivingLicenceRow,
  faultyStorage,
  newDeviceKey,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from './issuing-rig.ts';

const number = citizenNumber(1);
const holder = person('anna', number);
const registers = registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] });

describe('after the theft of a department’s key', () => {
  const clock = testClock(Date.now());
  let rig: Rig;
  let store: ReturnType<typeof faultyStorage>;
  beforeEach(async () => {
    store = faultyStorage();
    rig = await openRig({ registers, clock, storageOf: store.storageOf });
  });
  afterEach(() => rig.close());

  const issue = async (format: (typeof allFormats)[number], deviceKeys?: object[]) =>
    (
      await rig.credentials.issueCopies({
        account: holder,
        type: 'driving_licence',
        format,
        ...(format === 'onecert-view+cwt' ? { view: 'standard' } : {}),
        deviceKeys: deviceKeys ?? (await newDeviceKeys(1)),
        context,
      })
    ).copies[0]!;
  const steal = async (kid: string): Promise<void> => {
    const { alg, owner } = rig.keyring.find(kid)!;
    await rig.keyring.markCompromised(kid);
    await rig.keyring.create({ purpose: 'certificate', owner, alg, days: 30 });
    await rig.trust.publish();
  };
  const online = async (credential: unknown): Promise<Verdict> =>
    rig.credentials.judgeOnline(typeof credential === 'string' ? credential : JSON.stringify(credential));
  const mark = (kid: string) => rig.credentials.markForReissue({ kid, context });

  it.each(['ldp_vc', 'dc+sd-jwt'] as const)(
    '%s: what was logged before it was signed counts online',
    async (format) => {
      const { copy, credential } = await issue(format);
      await steal(copy.kid);
      const verdict = await online(credential);
      expect(verdict).toMatchObject({ code: 'valid', outcome: 'valid' });
      expect(verdict.checks).toContainEqual({ name: 'digest-logged-before', ok: true });
    },
  );

  it('a show code counts online by the view inside it', async () => {
    const device = await newDeviceKey();
    const { copy, credential } = await issue('onecert-view+cwt', [device.jwk]);
    await steal(copy.kid);
    const view = base64url.decode(credential as string);
    const code = await makeShowCode(view, device.privateKey, { iat: Math.floor(clock.now() / 1000) });
    expect((await online(code)).code).toBe('valid');
  });

  it('what the thief signed does not, though it names the status entry of a real copy', async () => {
    const { copy, credential } = await issue('dc+sd-jwt');
    const [jwt, ...rest] = (credential as string).split('~');
    const [header, payload] = jwt!.split('.');
    const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload!)));
    const changed = `${header}.${base64url.encode(JSON.stringify({ ...claims, exp: claims.exp + 60 }))}`;
    // The thief has the key itself, so the signature is a good one.
    const signature = await rig.keyring.signer(copy.kid).sign(new TextEncoder().encode(changed));
    const forged = [`${changed}.${base64url.encode(signature)}`, ...rest].join('~');
    expect((await online(forged)).code).toBe('valid');
    await steal(copy.kid);
    expect((await online(forged)).code).toBe('key_compromised');
    expect((await online(credential)).code).toBe('valid');
  });

  it('a copy that was revoked stays revoked online', async () => {
    const { copy, credential } = await issue('dc+sd-jwt');
    await steal(copy.kid);
    await rig.credentials.changeState(copy.certificate, '07', 'unspecified', context);
    expect((await online(credential)).code).toBe('revoked');
  });

  it('marks only its copies, tells the holder’s wallet, and leaves certificates and status alone', async () => {
    const { copy } = await issue('dc+sd-jwt');
    const other = await issue('ldp_vc');
    expect(await rig.credentials.reissueKeysOf(holder.id)).toEqual([]);
    await expect(mark(copy.kid)).rejects.toMatchObject({ code: 'conflict' });
    await expect(mark('unknown')).rejects.toMatchObject({ code: 'not_found' });
    await steal(copy.kid);
    expect(await mark(copy.kid)).toEqual({
      kid: copy.kid, copies: 1, due: 1, marked: 1, certificates: 1, fetchedAnew: 0,
    }); // biome-ignore format: counts
    expect(await rig.credentials.reissueKeysOf(holder.id)).toEqual([copy.kid]);
    const copies = store.collection<CopyDocument>('copies');
    expect((await copies.get(other.copy.id))?.reissueDueSince).toBeUndefined();
    expect((await rig.credentials.certificate(copy.certificate))?.state).toBe('01');

    const anew = (await issue('dc+sd-jwt')).copy;
    expect(anew.kid).not.toBe(copy.kid);
    expect(await mark(copy.kid)).toMatchObject({ due: 1, marked: 0, fetchedAnew: 1 });
    clock.forward(400 * 86_400);
    expect(await rig.credentials.reissueKeysOf(holder.id)).toEqual([]);
  });

  it('goes on where the store failed', async () => {
    const { copy } = await issue('dc+sd-jwt');
    for (let more = 0; more < 4; more += 1) await issue('dc+sd-jwt');
    await steal(copy.kid);
    store.failAt(3, 'after');
    await expect(mark(copy.kid)).rejects.toThrow('the store is gone');
    expect(await mark(copy.kid)).toMatchObject({ copies: 5, due: 5, marked: 2 });
  });
});
