import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueRegister, type RegisterWalk } from '../../src/credentials/index.ts';
import { type RunningApp, startApp } from './start-app.ts';

/** Rows of each sample register, and how many of them are issued; the others are faulty on purpose. */
const expected: Record<string, [rows: number, issued: number]> = {
  birth_certificate: [17, 13],
  business_licence: [30, 27],
  construction_qualification: [12, 9],
  credit_report: [23, 19],
  disability_card: [15, 11],
  divorce_certificate: [16, 12],
  driving_licence: [258, 248],
  drug_business_permit: [12, 9],
  elder_card: [18, 14],
  enforcement_card: [14, 10],
  fiscal_receipt: [22, 18],
  food_business_permit: [19, 15],
  grid_worker_card: [16, 12],
  household_register: [19, 15],
  marriage_certificate: [16, 12],
  medical_device_permit: [12, 9],
  medical_insurance_code: [34, 30],
  professional_qualification: [16, 12],
  real_estate_certificate: [23, 19],
  residence_permit: [150, 141],
  residence_registration: [17, 13],
  resident_id_card: [47, 43],
  road_transport_certificate: [16, 12],
  road_transport_permit: [12, 9],
  safety_production_permit: [12, 9],
  social_security_card: [35, 31],
  special_operation_certificate: [15, 11],
  tax_payment_certificate: [22, 18],
  vehicle_licence: [29, 25],
};

describe('every row of every sample register (issue 6)', () => {
  let app: RunningApp;
  let walks: RegisterWalk[];
  beforeAll(async () => {
    app = await startApp();
    walks = [];
    for (const { id } of app.core.catalogue.types())
      walks.push(await issueRegister(app.core, id, { actor: 'cli' }));
  }, 300_000);
  afterAll(() => app.stop());

  const walkOf = (type: string) => walks.find((walk) => walk.type === type)!;

  it('is a certificate or is listed with its reason, for all types', async () => {
    expect(walks.map(({ type }) => type)).toEqual(app.core.catalogue.types().map(({ id }) => id));
    for (const { type, register, rows, issued, refused, lines } of walks) {
      const intake = await app.core.registers.get(register).intake();
      expect([type, rows, issued + refused]).toEqual([type, intake.rows, rows]);
      for (const { certificate, reasons } of lines)
        expect([type, (certificate !== undefined) !== (reasons !== undefined && reasons.length > 0)]).toEqual(
          [type, true],
        );
    }
  });

  it('is issued but for the rows that are faulty on purpose, type by type', () => {
    expect(Object.fromEntries(walks.map(({ type, rows, issued }) => [type, [rows, issued]]))).toEqual(
      expected,
    );
  });

  it('issues what can be issued: nobody with an account and a good row goes without', () => {
    const reasons = new Set<string>(walks.flatMap(({ counts }) => Object.keys(counts)));
    for (const gone of ['other_row_stands', 'enterprise_holder']) expect(reasons).not.toContain(gone);
    expect(reasons).not.toContain('row_not_issuable');
    expect(reasons).not.toContain('proofing_level');
    for (const { id, holderKind } of app.core.catalogue.types()) {
      const { issued, counts } = walkOf(id);
      expect([id, issued > 0, (counts.no_account ?? 0) > 0]).toEqual([
        id,
        true,
        holderKind !== 'enterprise' && !/^(driving|residence_p)/.test(id),
      ]);
      expect([id, (counts.bad_checksum ?? 0) > 0, (counts.bad_value ?? 0) > 0]).toEqual([id, true, true]);
    }
  });

  it('comes out the same when it is walked again: nothing is issued twice', async () => {
    const again = await issueRegister(app.core, 'marriage_certificate', { actor: 'cli' });
    expect(again).toEqual(walkOf('marriage_certificate'));
  });

  it('gives a signed copy in every format and view of every type, to persons and enterprises', async () => {
    for (const type of app.core.catalogue.types()) {
      const held = walkOf(type.id).lines.flatMap(({ certificate }) => certificate ?? []);
      const records = await Promise.all(held.map((id) => app.core.credentials.certificate(id)));
      const inForce = records.filter(
        (record) => record?.state === '01' && (record.validUntil ?? 4e9) > Date.now() / 1000,
      );
      // One with a photo where the register has any: an mdoc asks for a portrait.
      const valid = (inForce.find((record) => record?.fields.photo !== undefined) ?? inForce[0])!;
      const account = (await app.core.holders.byId(valid.holders[0]!))!;
      for (const { format, view } of Object.values(app.core.credentials.configurations()).filter(
        (configuration) => configuration.type === type.id,
      )) {
        if (format === 'mso_mdoc' && valid.fields.photo === undefined) continue;
        const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
        const { copies } = await app.core.credentials.issueCopies({
          account,
          type: type.id,
          certificate: valid.id,
          format,
          ...(view ? { view } : {}),
          deviceKeys: [await crypto.subtle.exportKey('jwk', key.publicKey)] as never,
          context: { actor: 'cli' },
        });
        expect([type.id, format, view, copies[0]?.copy.state]).toEqual([type.id, format, view, 'released']);
      }
    }
    expect((await app.core.credentials.checkEverythingIssued()).bad).toEqual([]);
  }, 120_000);
});
