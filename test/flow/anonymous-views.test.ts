import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decode } from 'cborg';
import { openPack, type Trusted, verify, verifyView, viewToBeSigned } from '../../src/verifier/core/index.ts';
import { makeShowCode } from '../../src/verifier/core/show-code.ts';
import {
  citizenNumber,
  context,
  newDeviceKey,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from '../unit/credentials/issuing-rig.ts';

const number = citizenNumber(1);
const holder = person('anna', number);
const idCard = {
  key: 'ID1',
  holder: { kind: '111', number },
  holderName: '测试人',
  state: '01',
  issuer: 'zj-police',
  fields: {
    name: '测试人',
    id_number: number,
    sex: '女',
    nation: '汉族',
    birth_date: '1990-03-07',
    address: '浙江省杭州市上城区测试路1号',
    valid_from: '2020-06-01',
    valid_until: '2040-06-01',
    authority: '杭州市公安局',
  },
};
const hour = 3600;

describe('a view that names nobody: "over 18" of the resident ID card', () => {
  let rig: Rig;
  let clock: ReturnType<typeof testClock>;
  beforeEach(async () => {
    clock = testClock();
    rig = await openRig({ registers: registersOf({ 'resident-id-cards': [idCard] }), clock });
    // The department's key began today: copies of today begin with it, those of tomorrow at midnight.
    clock.forward(24 * hour);
  });
  afterEach(() => rig.close());

  const now = () => Math.floor(clock.now() / 1000);
  const trusted = async (): Promise<Trusted> => {
    const { jws } = await rig.credentials.offlinePack();
    const opened = await openPack(jws, { root: rig.trust.rootPublicJwk() as never, now: now() });
    if ('verdict' in opened) throw new Error(opened.verdict.code);
    return opened.trusted;
  };
  const ask = async (view = 'age', key?: Awaited<ReturnType<typeof newDeviceKey>>) => {
    const device = key ?? (await newDeviceKey());
    const { copies, certificate } = await rig.credentials.issueCopies({
      account: holder,
      type: 'resident_id_card',
      format: 'onecert-view+cwt',
      view,
      deviceKeys: [device.jwk],
      context,
    });
    return { device, certificate, bytes: Buffer.from(String(copies[0]!.credential), 'base64url') };
  };
  /** The claims under the issuer's signature. */
  const claimsOf = (bytes: Uint8Array): Map<number, unknown> => {
    const [, , payload] = decode(bytes, { useMaps: true }) as Uint8Array[];
    return decode(payload!, { useMaps: true });
  };

  it('carries the answer alone: no certificate, no status, rounded times that all copies of a day share', async () => {
    const first = await ask();
    clock.forward(2 * hour);
    const second = await ask();
    const [one, two] = [claimsOf(first.bytes), claimsOf(second.bytes)];
    expect([...(one.get(-65537) as Map<number, unknown>)]).toEqual([
      [0, 22],
      [2, true],
    ]);
    expect([one.get(4), one.get(5)]).toEqual([two.get(4), two.get(5)]);
    expect((one.get(4) as number) - (one.get(5) as number)).toBe(72 * hour);
    expect((one.get(5) as number) % (24 * hour)).toBe(0);
    expect(one.get(7)).not.toEqual(two.get(7));
    expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([]);
  });

  it('is valid on a fresh proof of the phone, until its three days are over', async () => {
    const { bytes, device } = await ask();
    const code = () => makeShowCode(new Uint8Array(bytes), device.privateKey, { iat: now() });
    const verdict = await verify(await code(), await trusted(), { now: now() });
    expect([verdict.code, verdict.fields?.map(({ name, value }) => [name, value])]).toEqual([
      'valid',
      [['over_18', '是 Yes']],
    ]);
    expect(verdict.statusAsOf).toBeUndefined();
    clock.forward(72 * hour);
    expect((await verify(await code(), await trusted(), { now: now() })).code).toBe('expired');
  });

  it('is bound to a key that nothing else was or will be bound to', async () => {
    const { device } = await ask();
    for (const view of ['age', 'standard'])
      await expect(ask(view, device)).rejects.toMatchObject({ code: 'invalid_request' });
    const used = await ask('standard');
    await expect(ask('age', used.device)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is not issued of a card that is suspended: nobody could be told', async () => {
    const { certificate } = await ask();
    await rig.credentials.changeState(certificate.id, '02', 'under_review', context);
    await expect(ask()).rejects.toMatchObject({ code: 'certificate_state' });
    await rig.credentials.changeState(certificate.id, '01', 'review_over', context);
    await ask();
  });

  it('security (b): is refused when it lives longer than 72 hours, names a status, or another view names none', async () => {
    const device = await newDeviceKey();
    const key = rig.keyring.active('certificate', 'zj-police', 'ES256');
    const judge = async (
      view: number,
      change: { exp?: number; status?: { list: number; index: number } },
    ) => {
      const nbf = now() - (now() % (24 * hour));
      const values = view === 22 ? { 2: true } : { 2: '测试人' };
      const { exp = nbf + 72 * hour, status } = change;
      const claims = { view, cti: new Uint8Array(8), nbf, exp, status, values, deviceKey: device.jwk };
      const { toBeSigned, assemble } = viewToBeSigned(claims, key.kid);
      const bytes = assemble(await key.sign(toBeSigned));
      return (await verifyView(bytes, await trusted(), { now: now() })).code;
    };
    expect(await judge(22, {})).toBe('valid');
    expect(await judge(22, { exp: now() + 73 * hour })).toBe('malformed');
    expect(await judge(22, { status: { list: 1, index: 5 } })).toBe('malformed');
    expect(await judge(21, {})).toBe('malformed');
  });
});
