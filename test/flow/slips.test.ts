/** Certificates on paper: made by the department's key, judged by a pack alone, printed from the holder's own page. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openPack, verify } from '../../src/verifier/core/index.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  openRig,
  person,
  type Rig,
  registersOf,
} from '../unit/credentials/issuing-rig.ts';
import { visitor } from './account-visitor.ts';
import { type RunningApp, startApp } from './start-app.ts';

const number = citizenNumber(1);
const holder = person('anna', number);

describe('a paper slip', () => {
  let rig: Rig;
  afterEach(() => rig?.close());

  const judge = async (text: string) => {
    const now = Math.floor(rig.clock.now() / 1000);
    const { jws } = await rig.credentials.offlinePack();
    const opened = await openPack(jws, { root: rig.trust.rootPublicJwk() as never, now });
    if ('verdict' in opened) throw new Error(opened.verdict.code);
    return verify(text, opened.trusted, { now });
  };
  const issue = () => rig.credentials.issueSlip({ account: holder, type: 'driving_licence', context });

  it('is valid by the pack alone, with its certificate’s identifier and a life of its own', async () => {
    rig = await openRig({
      registers: registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] }),
    });
    const { text, certificate, copy, fields } = await issue();
    const verdict = await judge(text);
    expect(verdict).toMatchObject({ code: 'valid', format: 'slip', holderProven: false });
    expect(verdict.fields.find(({ name }) => name === 'identifier')?.value).toBe(certificate.identifier);
    expect(fields.map(({ label, value }) => [label.en, value])).toEqual([
      ['Name', '测试人'],
      ['Class', 'C1'],
      ['Valid until', '2031-06-01'],
    ]);
    expect(copy.expiresAt - copy.issuedAt).toBeLessThanOrEqual(7 * 86_400);
    expect(text.length).toBeLessThanOrEqual(419);
    expect(await rig.credentials.checkEverythingIssued()).toMatchObject({ ok: true, released: 1, bad: [] });
  });

  it('each has a status entry of its own, and all end with the certificate', async () => {
    rig = await openRig({
      registers: registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] }),
    });
    const [first, second] = [await issue(), await issue()];
    expect(second.copy.certificate).toBe(first.copy.certificate);
    expect(second.copy.statusIndex).not.toBe(first.copy.statusIndex);
    await rig.credentials.changeState(first.certificate.id, '02', 'traffic_points', context);
    for (const { text } of [first, second]) expect((await judge(text)).code).toBe('suspended');
  });

  it('is refused for a type without slips, and in another view than its type names', async () => {
    rig = await openRig();
    const no = { account: holder, type: 'business_licence', context };
    await expect(rig.credentials.issueSlip(no)).rejects.toThrow('invalid_request');
    await expect(
      rig.credentials.issueCopies({
        account: holder,
        type: 'driving_licence',
        format: 'onecert-slip+cwt',
        view: 'standard',
        deviceKeys: [],
        context,
      }),
    ).rejects.toThrow('invalid_request');
  });
});

describe('the holder’s page for slips', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp();
  }, 60_000);
  afterAll(() => app.stop());

  it('lists what may stand on paper, makes a slip and shows it once; another’s certificate is not there', async () => {
    const [lin, wang] = [(await app.core.samplePerson('lin'))!, (await app.core.samplePerson('wang'))!];
    const licence = await app.core.credentials.ensureCertificate(lin, 'driving_licence', context);
    const her = visitor(app, { loginName: lin.documentNumber, password: app.passwordOf('lin') });
    const page = await her.open('/account/slips?lang=en');
    expect([page.status, page.text.includes('Driving licence')]).toEqual([200, true]);
    const slip = await her.prove(await her.submit(page, '/make', { certificate: licence.id }));
    expect(slip.status).toBe(200);
    expect(slip.text).toContain('<svg');
    expect(slip.text).toContain(licence.identifier);
    // Where anybody checks it without signing in.
    expect(slip.text).toContain(`${new URL(app.baseUrl).host}/v`);
    const other = visitor(app, { loginName: wang.documentNumber, password: app.passwordOf('wang') });
    expect((await other.open('/account/slips')).text).not.toContain(licence.id);
    const theirs = { account: wang, type: 'driving_licence', certificate: licence.id, context };
    await expect(app.core.credentials.issueSlip(theirs)).rejects.toThrow('not_found');
  });
});
