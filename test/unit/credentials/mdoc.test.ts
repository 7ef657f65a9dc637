import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, exportJWK } from 'jose';
import { seconds } from '../../../src/clock.ts';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { presentTrust } from '../../../src/credentials/formats/check-copy.ts';
import { type Trusted, verify } from '../../../src/verifier/core/index.ts';
import {
  baseUrl,
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKey,
  openRig,
  person,
  type Rig,
  registersOf,
} from './issuing-rig.ts';
import { presentMdoc, readMdoc, receiveMdoc, sessionOf } from './mdoc-reader.ts';

const [withPhoto, without, abroad] = [1, 2, 3].map(citizenNumber) as [string, string, string];
const docType = 'org.iso.18013.5.1.mDL';
const iso = 'org.iso.18013.5.1';
const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]).toString('base64');

let rig: Rig;
let authority: Buffer;
let trusted: Trusted;

beforeAll(async () => {
  const rows = [
    drivingLicenceRow({ key: 'a', number: withPhoto }, { fields: { photo, class: 'A1C1D' } as never }),
    drivingLicenceRow({ key: 'b', number: without }),
    drivingLicenceRow(
      { key: 'c', number: abroad },
      { fields: { photo, licence_number: 'WA1234567' } as never },
    ),
  ];
  rig = await openRig({ registers: registersOf({ 'driving-licences': rows }) });
  authority = new X509Certificate(await rig.trust.signers.authorities()).raw;
  const catalogue = readCatalogue(join(projectDir, 'config/certificates'));
  const source = { trust: rig.trust, catalogue, baseUrl, contexts: async () => ({}) };
  trusted = await presentTrust(source, () => ({ status: 'valid', asOf: seconds(rig.clock), list: 1 }));
});
afterAll(() => rig.close());

const issue = async (number = withPhoto) => {
  const device = await newDeviceKey();
  const { copies } = await rig.credentials.issueCopies({
    account: person(number, number),
    type: 'driving_licence',
    format: 'mso_mdoc',
    deviceKeys: [device.jwk],
    context,
  });
  const [{ credential, copy }] = copies as [(typeof copies)[0]];
  return { credential: String(credential), copy, devicePrivateJwk: await exportJWK(device.privateKey) };
};

const now = () => new Date(rig.clock.now());
const present = async (nonce: string, elements: string[]) => {
  const { credential, devicePrivateJwk } = await issue();
  const issuerSigned = await receiveMdoc(credential, authority, now());
  const session = await sessionOf(nonce);
  const shown = await presentMdoc({
    issuerSigned,
    docType,
    elements: { [iso]: elements },
    session,
    devicePrivateJwk,
  });
  return { shown, session, text: base64url.encode(shown.response.encode()) };
};

describe('an ISO mdoc of ours', () => {
  it('is accepted by a wallet library that pins our authority, with every mandatory element of an mDL', async () => {
    const { credential, copy } = await issue();
    const received = await receiveMdoc(credential, authority, now());
    expect(received.issuerAuth.mobileSecurityObject.docType).toBe(docType);
    const said = received.getPrettyClaims(iso) as Record<string, unknown>;
    expect(said).toMatchObject({
      family_name: '测试人',
      given_name: '',
      family_name_national_character: '测试人',
      document_number: withPhoto,
      issuing_country: 'CN',
      issuing_authority: '浙江省公安厅',
      un_distinguishing_sign: 'CHN',
      sex: 1,
      portrait: new Uint8Array(Buffer.from(photo, 'base64')),
    });
    expect(String(JSON.stringify(said.birth_date))).toContain('1990-03-07');
    const codes = (said.driving_privileges as Map<string, string>[]).map((one) =>
      one.get('vehicle_category_code'),
    );
    expect(codes).toEqual(['D', 'B', 'A']);
    expect(copy.format).toBe('mso_mdoc');
    expect(received.getPrettyClaims('org.iso.18013.5.1.CN')).toMatchObject({ class: 'A1C1D', points: 0 });
  });

  it('is valid for our own verifier, which says that a bare file proves no holder', async () => {
    const { credential } = await issue();
    const verdict = await verify(credential, trusted, { now: seconds(rig.clock) });
    expect({ code: verdict.code, failed: verdict.checks.filter(({ ok }) => !ok) }).toEqual({
      code: 'valid',
      failed: [],
    });
    expect(verdict).toMatchObject({ format: 'mso_mdoc', holderProven: false, issuer: { id: 'zj-police' } });
    expect(Object.fromEntries(verdict.fields.map(({ name, value }) => [name, value]))).toMatchObject({
      name: '测试人',
      licence_number: withPhoto,
      birth_date: '1990-03-07',
      class: 'A1C1D',
      sex: '1',
    });
  });

  it('shown by a wallet library is proven by our verifier and by the library’s own reader', async () => {
    const { shown, session, text } = await present('n-1', ['family_name', 'driving_privileges']);
    await readMdoc(shown, session, authority, now());
    const sessionTranscript = session.encode();
    const verdict = await verify(text, trusted, { now: seconds(rig.clock), sessionTranscript });
    expect({ code: verdict.code, failed: verdict.checks.filter(({ ok }) => !ok) }).toEqual({
      code: 'valid',
      failed: [],
    });
    expect(verdict.holderProven).toBe(true);
    expect(verdict.fields.map(({ name, value }) => [name, value])).toEqual([
      ['name', '测试人'],
      ['class', 'D, B, A'],
    ]);
  });

  it('security (b) mdoc checks left out: shown for another session it is refused', async () => {
    const { text } = await present('n-2', ['family_name']);
    const sessionTranscript = (await sessionOf('another nonce')).encode();
    const verdict = await verify(text, trusted, { now: seconds(rig.clock), sessionTranscript });
    expect(verdict.code).toBe('wrong_holder');
  });

  it('carries its own status entry, and its salts are nobody else’s', async () => {
    const [one, two] = [await issue(), await issue()];
    expect(one.copy.statusIndex).not.toBe(two.copy.statusIndex);
    const digestsOf = async (credential: string) => {
      const received = await receiveMdoc(credential, authority, now());
      const digests = received.issuerAuth.mobileSecurityObject.valueDigests.valueDigests.get(iso)!;
      return [...digests.values()].map((digest) => base64url.encode(digest));
    };
    const all = [...(await digestsOf(one.credential)), ...(await digestsOf(two.credential))];
    expect(new Set(all).size).toBe(all.length);
  });

  it('is not issued without a mandatory element: no photo, or no birth date behind a foreign number', async () => {
    const before = (await rig.credentials.copiesOf(person(without, without).id)).length;
    for (const [number, element] of [
      [without, 'portrait'],
      [abroad, 'birth_date'],
    ] as const)
      await expect(issue(number)).rejects.toMatchObject({
        code: 'not_in_this_format',
        detail: expect.stringContaining(element) as unknown as string,
      });
    expect(await rig.credentials.copiesOf(person(without, without).id)).toHaveLength(before);
  });

  it('is reloaded and verified by the check of everything issued', async () => {
    await issue();
    const report = await rig.credentials.checkEverythingIssued();
    expect(report).toMatchObject({ ok: true, bad: [] });
  });
});
