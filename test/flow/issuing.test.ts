import { afterEach, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import type { CopyFormat } from '../../src/credentials/index.ts';
import { openPack, verify, verifyView } from '../../src/verifier/core/index.ts';
import {
  allFormats,
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKey,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from '../unit/credentials/issuing-rig.ts';

const number = citizenNumber(1);
const holder = person('anna', number);
const oneLicence = () => registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] });

let rig: Rig;
afterEach(() => rig?.close());

const issue = async (format: CopyFormat, deviceKeys = newDeviceKeys(1)) => {
  const view = format === 'onecert-view+cwt' ? 'standard' : undefined;
  return rig.credentials.issueCopies({
    account: holder,
    type: 'driving_licence',
    format,
    view,
    deviceKeys: await deviceKeys,
    context,
  });
};

/** As a counter does: only the pinned root, the pack, and what the holder shows. */
const judgeByPack = async (format: CopyFormat, credential: string | Record<string, unknown>) => {
  const now = Math.floor(rig.clock.now() / 1000);
  const { jws } = await rig.credentials.offlinePack();
  const opened = await openPack(jws, { root: rig.trust.rootPublicJwk() as never, now });
  if ('verdict' in opened) return opened.verdict.code;
  const text = typeof credential === 'string' ? credential : JSON.stringify(credential);
  const verdict =
    format === 'onecert-view+cwt'
      ? await verifyView(Buffer.from(text, 'base64url'), opened.trusted, { now })
      : await verify(text, opened.trusted, { now });
  return verdict.code;
};

describe('issuing', () => {
  it('signs every format so that a counter with nothing but the pack says valid', async () => {
    rig = await openRig({ registers: oneLicence() });
    for (const format of allFormats) {
      const { copies, certificate } = await issue(format, newDeviceKeys(2));
      expect(copies).toHaveLength(2);
      for (const { copy, credential } of copies) {
        expect(copy).toMatchObject({ state: 'released', certificate: certificate.id, holder: holder.id });
        expect(await judgeByPack(format, credential)).toBe('valid');
      }
      const [a, b] = copies.map(({ copy }) => `${copy.statusList}:${copy.statusIndex}`);
      expect(a).not.toBe(b);
    }
    expect(await rig.credentials.checkEverythingIssued()).toMatchObject({
      ok: true,
      released: 6,
      orphans: [],
      bad: [],
    });
  });

  it('security (c) 39: suspends, resumes and revokes all copies in all formats at once, and an end is final', async () => {
    rig = await openRig({ registers: oneLicence() });
    const all = await Promise.all(
      allFormats.map(async (format) => ({ format, ...(await issue(format)).copies[0]! })),
    );
    const id = all[0]!.copy.certificate;
    const codes = () => Promise.all(all.map(({ format, credential }) => judgeByPack(format, credential)));
    await rig.credentials.changeState(id, '02', 'traffic_points', context);
    expect(await codes()).toEqual(['suspended', 'suspended', 'suspended']);
    await rig.credentials.changeState(id, '01', 'course_passed', context);
    expect(await codes()).toEqual(['valid', 'valid', 'valid']);
    const ended = await rig.credentials.changeState(id, '07', 'drunk_driving', context);
    expect(ended).toMatchObject({ state: '07', stateReason: 'drunk_driving' });
    expect(await codes()).toEqual(['revoked', 'revoked', 'revoked']);
    for (const to of ['01', '02', '03', '07'] as const)
      await expect(rig.credentials.changeState(id, to, 'again', context)).rejects.toMatchObject({
        code: 'certificate_state',
      });
    await expect(issue('dc+sd-jwt')).rejects.toMatchObject({ code: 'certificate_state' });
    expect(await codes()).toEqual(['revoked', 'revoked', 'revoked']);
  });

  it('takes a reason code only, never a sentence', async () => {
    rig = await openRig({ registers: oneLicence() });
    const { certificate } = await issue('dc+sd-jwt');
    await expect(
      rig.credentials.changeState(certificate.id, '02', `Ms Li ${number}`, context),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('makes one record however many ask at once', async () => {
    rig = await openRig({ registers: oneLicence() });
    const ids = await Promise.all(
      Array.from(
        { length: 20 },
        async () => (await rig.credentials.ensureCertificate(holder, 'driving_licence', context)).id,
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await rig.credentials.list()).toHaveLength(1);
  });

  it('security (c) 39: never gives one status index twice, under 200 parallel issues', async () => {
    rig = await openRig({ registers: oneLicence() });
    await rig.credentials.ensureCertificate(holder, 'driving_licence', context);
    const keys = await newDeviceKeys(200);
    const issued = await Promise.all(keys.map((key) => issue('onecert-view+cwt', Promise.resolve([key]))));
    const indexes = issued.map(({ copies: [one] }) => `${one!.copy.statusList}:${one!.copy.statusIndex}`);
    expect(new Set(indexes).size).toBe(200);
    // Uniform over the list: 200 picks do not stay in one half of it.
    const high = issued.filter(({ copies: [one] }) => one!.copy.statusIndex >= 65_536).length;
    expect(high).toBeGreaterThan(50);
    expect(high).toBeLessThan(150);
  }, 60_000);

  it('issues copies of a certificate the register holds as suspended, and they are suspended', async () => {
    const row = drivingLicenceRow({ key: 'DL1', number }, { state: '02' });
    rig = await openRig({ registers: registersOf({ 'driving-licences': [row] }) });
    const { certificate, copies } = await issue('dc+sd-jwt');
    expect(certificate.state).toBe('02');
    expect(await judgeByPack('dc+sd-jwt', copies[0]!.credential)).toBe('suspended');
  });

  it('records an expired licence, says so, and issues no copy of it', async () => {
    const row = drivingLicenceRow({ key: 'DL1', number }, { fields: { valid_until: '2024-05-31' } });
    rig = await openRig({ registers: registersOf({ 'driving-licences': [row] }) });
    const certificate = await rig.credentials.ensureCertificate(holder, 'driving_licence', context);
    expect(certificate.validUntil).toBe(Date.parse('2024-06-01T00:00:00+08:00') / 1000);
    const entry = (await rig.credentials.listForHolder(holder)).find(
      ({ type }) => type === 'driving_licence',
    );
    expect(entry).toMatchObject({ status: 'held', expired: true });
    for (const format of allFormats)
      await expect(issue(format)).rejects.toMatchObject({ code: 'certificate_state' });
  });

  it('lets no copy outlive its certificate', async () => {
    const row = drivingLicenceRow({ key: 'DL1', number }, { fields: { valid_until: '2026-11-30' } });
    rig = await openRig({ registers: registersOf({ 'driving-licences': [row] }) });
    for (const format of allFormats) {
      const { certificate, copies } = await issue(format);
      expect(copies[0]!.copy.expiresAt).toBeLessThanOrEqual(certificate.validUntil!);
    }
  });

  it('refuses keys that are not distinct, another holder’s key, and formats and views the type has not', async () => {
    const other = person('bob', citizenNumber(3));
    const rows = [
      drivingLicenceRow({ key: 'DL1', number }),
      drivingLicenceRow({ key: 'DL2', number: citizenNumber(3) }),
    ];
    rig = await openRig({ registers: registersOf({ 'driving-licences': rows }) });
    const [key] = await newDeviceKeys(1);
    const input = { account: holder, type: 'driving_licence', format: 'dc+sd-jwt' as const, context };
    const refused = { code: 'invalid_request' };
    await expect(rig.credentials.issueCopies({ ...input, deviceKeys: [key!, key!] })).rejects.toMatchObject(
      refused,
    );
    await rig.credentials.issueCopies({ ...input, deviceKeys: [key!] });
    await expect(
      rig.credentials.issueCopies({ ...input, account: other, deviceKeys: [key!] }),
    ).rejects.toMatchObject(refused);
    const fresh = await newDeviceKeys(1);
    for (const odd of [
      { view: 'standard' },
      { format: 'onecert-view+cwt' as const },
      { format: 'onecert-view+cwt' as const, view: 'nothing' },
    ])
      await expect(
        rig.credentials.issueCopies({ ...input, ...odd, deviceKeys: fresh }),
      ).rejects.toMatchObject(refused);
    await expect(
      rig.credentials.issueCopies({ ...input, type: 'no_such_type', deviceKeys: fresh }),
    ).rejects.toMatchObject({ code: 'unknown_certificate_type' });
    const eddsa = await newDeviceKey('EdDSA');
    expect((await issue('ldp_vc', Promise.resolve([eddsa.jwk]))).copies).toHaveLength(1);
    await expect(issue('onecert-view+cwt', Promise.resolve([eddsa.jwk]))).rejects.toMatchObject(refused);
  });

  it('ends one phone: its copies are invalid for good, the others live on, and it never gets another', async () => {
    rig = await openRig({ registers: oneLicence() });
    const [lost, kept] = await newDeviceKeys(2);
    const { copies, certificate } = await issue('dc+sd-jwt', Promise.resolve([lost!, kept!]));
    const thumbprint = await calculateJwkThumbprint(lost!);
    await expect(rig.credentials.endDevice('p_someone_else', thumbprint, context)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await rig.credentials.endDevice(holder.id, thumbprint, context)).toBe(1);
    const codes = () => Promise.all(copies.map(({ credential }) => judgeByPack('dc+sd-jwt', credential)));
    expect(await codes()).toEqual(['revoked', 'valid']);
    await rig.credentials.changeState(certificate.id, '02', 'check', context);
    await rig.credentials.changeState(certificate.id, '01', 'check', context);
    expect(await codes()).toEqual(['revoked', 'valid']);
    await expect(issue('dc+sd-jwt', Promise.resolve([lost!]))).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(await rig.credentials.checkEverythingIssued()).toMatchObject({ ok: true });
  });

  it('writes who issued and changed what into the audit, without any value', async () => {
    rig = await openRig({ registers: oneLicence() });
    const { certificate } = await issue('onecert-view+cwt', newDeviceKeys(3));
    await rig.credentials.changeState(certificate.id, '02', 'check', context);
    const entries = await rig.audit.about(holder.id);
    expect(entries.map(({ action }) => action).sort()).toEqual([
      'certificate.issued',
      'certificate.recorded',
      'certificate.state_changed',
    ]);
    expect(entries.find(({ action }) => action === 'certificate.issued')?.details).toMatchObject({
      copies: 3,
    });
    expect(JSON.stringify(entries)).not.toMatch(new RegExp(`${number}|测试|浙江`));
  });

  it('counts packs up only when their content changed, and dates them afresh', async () => {
    const clock = testClock();
    rig = await openRig({ registers: oneLicence(), clock });
    const { certificate } = await issue('dc+sd-jwt');
    const first = await rig.credentials.offlinePack();
    clock.forward(60);
    const later = await rig.credentials.offlinePack();
    expect([later.payload.number, later.payload.iat]).toEqual([first.payload.number, first.payload.iat + 60]);
    await rig.credentials.changeState(certificate.id, '02', 'check', context);
    const changed = await rig.credentials.offlinePack();
    expect(changed.payload.number).toBe(first.payload.number + 1);
    expect(changed.payload.exp).toBe(changed.payload.iat + 7 * 86_400);
    await rig.credentials.changeState(certificate.id, '01', 'check', context);
    // The old content again is a new number: a pack that goes back is never offered.
    expect((await rig.credentials.offlinePack()).payload.number).toBe(first.payload.number + 2);
    await rig.close({ keep: true });
    rig = await openRig({ dir: rig.dir, clock });
    expect((await rig.credentials.offlinePack()).payload.number).toBe(first.payload.number + 2);
  });
});
