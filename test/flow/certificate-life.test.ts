/** The life of a certificate (domain.md §9): versions that name the one before, lost cards, moves, the online answer. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Copy } from '../../src/credentials/index.ts';
import type { RegisterRow } from '../../src/credentials/registers/register.ts';
import { makeCertificateIdentifier, parseCertificateIdentifier } from '../../src/identifiers/index.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
  testClock,
} from '../unit/credentials/issuing-rig.ts';

const number = citizenNumber(31);
const holder = person('life', number);

describe('the life of a certificate (domain.md §9)', () => {
  let rig: Rig;
  let rows: RegisterRow[];
  const clock = testClock();
  beforeEach(async () => {
    rows = [drivingLicenceRow({ key: 'A-1', number })];
    rig = await openRig({ clock, registers: registersOf({ 'driving-licences': rows }) });
  });
  afterEach(() => rig.close());

  const issue = async () => {
    const issued = await rig.credentials.issueCopies({
      account: holder,
      type: 'driving_licence',
      format: 'dc+sd-jwt',
      deviceKeys: await newDeviceKeys(1),
      context,
    });
    const [{ copy, credential }] = issued.copies as [{ copy: Copy; credential: string }];
    return { certificate: issued.certificate, copy, credential };
  };
  const online = async (credential: string) => (await rig.credentials.judgeOnline(credential)).code;
  const changeRow = (fields: RegisterRow['fields']) => {
    rows[0] = { ...rows[0]!, fields: { ...rows[0]!.fields, ...fields } };
  };

  it.each([
    ['renewal', { valid_until: '2037-06-01' }],
    ['change', { address: '浙江省温州市鹿城区测试路2号' }],
    ['correction', { class: 'C2' }],
    ['replacement', {}],
  ] as const)(
    'a %s names the identifier before; the old copies are superseded',
    async (operation, fields) => {
      const { certificate, credential } = await issue();
      expect(await online(credential)).toBe('valid');
      changeRow(fields);
      const outcome = await rig.credentials.renew({
        account: holder,
        certificateId: certificate.id,
        operation,
        context,
      });
      expect(outcome).toBe('reissued');
      const now = (await rig.credentials.certificate(certificate.id))!;
      expect([now.operation, now.previous, now.state]).toEqual([operation, certificate.identifier, '01']);
      expect(parseCertificateIdentifier(now.identifier)!.version).toBe('002');
      expect(await rig.credentials.superseded(certificate.identifier)).toMatchObject({
        supersededBy: now.identifier,
        operation,
      });
      // Lists say no more than "invalid"; the reason is told online.
      expect(await online(credential)).toBe('superseded');
      const verdict = await rig.credentials.judgeOnline(credential);
      expect(verdict.outcome).toBe('not_valid');
      expect([verdict.sentence.zh, verdict.sentence.en]).toEqual([
        '这张证照已被新证照取代。',
        'This certificate was superseded by a newer one.',
      ]);
      expect(await online((await issue()).credential)).toBe('valid');
      expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([]);
    },
  );

  it('nothing new in the register makes no new version, but for a lost card', async () => {
    const { certificate } = await issue();
    const renew = (operation: 'renewal' | 'correction' | 'replacement') =>
      rig.credentials.renew({ account: holder, certificateId: certificate.id, operation, context });
    expect([await renew('renewal'), await renew('correction')]).toEqual(['kept', 'kept']);
    expect((await rig.credentials.certificate(certificate.id))!.identifier).toBe(certificate.identifier);
    expect(await renew('replacement')).toBe('reissued');
  });

  it('a revoked certificate is revoked online, not superseded', async () => {
    const { certificate, credential } = await issue();
    await rig.credentials.changeState(certificate.id, '07', 'court_order', context);
    expect(await online(credential)).toBe('revoked');
  });

  it('06 moved out is an end; 99 other needs a code whose text the type names', async () => {
    const { certificate, credential } = await issue();
    await expect(
      rig.credentials.changeState(certificate.id, '99', 'whatever', context),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    const moved = await rig.credentials.changeState(certificate.id, '06', 'moved_to_jiangsu', context);
    expect(moved.state).toBe('06');
    expect(await online(credential)).toBe('revoked');
    await expect(rig.credentials.changeState(certificate.id, '01', 'back', context)).rejects.toMatchObject({
      code: 'certificate_state',
    });
  });

  it('a certificate that moved in names its identifier elsewhere, of its type and of another issuer', async () => {
    const { certificate } = await issue();
    const { typeCode } = parseCertificateIdentifier(certificate.identifier)!;
    const previous = makeCertificateIdentifier({
      typeCode,
      issuerCode: rig.trust.issuer('wenzhou')!.creditCode,
      serial: '20230000403',
      version: 1,
    });
    const moveIn = (identifier: string) => rig.credentials.moveIn(certificate.id, identifier, context);
    await expect(moveIn('nonsense')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(moveIn(certificate.identifier)).rejects.toMatchObject({ code: 'certificate_state' });
    expect(await moveIn(previous)).toMatchObject({ operation: 'move_in', previous });
    expect(await rig.credentials.superseded(previous)).toMatchObject({
      supersededBy: certificate.identifier,
      operation: 'move_in',
    });
    expect(await moveIn(previous)).toMatchObject({ previous });
  });

  it('a lost card stops the electronic one at once; only the issuer takes that back or replaces it', async () => {
    const { certificate, credential } = await issue();
    const reported = await rig.credentials.reportCardLost(certificate.id, context);
    expect([reported.state, reported.stateReason]).toEqual(['02', 'physical_card_lost']);
    expect(await online(credential)).toBe('suspended');
    expect(await rig.credentials.reportCardLost(certificate.id, context)).toEqual(reported);
    await rig.credentials.renew({
      account: holder,
      certificateId: certificate.id,
      operation: 'replacement',
      context,
    });
    const replaced = (await rig.credentials.certificate(certificate.id))!;
    expect([replaced.state, replaced.stateReason, replaced.cardLostAt]).toEqual(['01', undefined, undefined]);
    expect(await online(credential)).toBe('superseded');
    expect(await online((await issue()).credential)).toBe('valid');
  });

  it('a card lost while suspended for something else is noted, and that suspension stays', async () => {
    const { certificate } = await issue();
    await rig.credentials.changeState(certificate.id, '02', 'court_order', context);
    const noted = await rig.credentials.reportCardLost(certificate.id, context);
    expect([noted.state, noted.stateReason, noted.cardLostAt]).toEqual([
      '02',
      'court_order',
      Math.floor(clock.now() / 1000),
    ]);
    await rig.credentials.renew({
      account: holder,
      certificateId: certificate.id,
      operation: 'replacement',
      context,
    });
    expect((await rig.credentials.certificate(certificate.id))!.state).toBe('02');
  });

  it('what the register says differently is told by field names, the same difference by the same mark', async () => {
    const { certificate } = await issue();
    const compare = () => rig.credentials.compareWithRegister(holder, certificate.id);
    expect(await compare()).toBeUndefined();
    changeRow({ address: '浙江省温州市鹿城区测试路2号', points: 3 });
    const found = (await compare())!;
    expect(found).toMatchObject({ verb: 'correct', fields: ['address', 'points'] });
    expect(JSON.stringify(found)).not.toContain('鹿城');
    expect((await compare())!.mark).toBe(found.mark);
    changeRow({ valid_until: '2037-06-01' });
    const longer = (await compare())!;
    expect([longer.verb, longer.mark === found.mark]).toEqual(['renew', false]);
    rows[0] = { ...rows[0]!, state: '02' };
    expect((await compare())!.verb).toBe('suspend');
    rows[0] = { ...rows[0]!, state: '07' };
    expect((await compare())!.verb).toBe('revoke');
    rows.length = 0;
    expect(await compare()).toMatchObject({ verb: 'suspend', reason: 'register_row_missing' });
  });
});
