import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueRegister, type RegisterWalk } from '../../src/credentials/index.ts';
import { type RunningApp, startApp } from './start-app.ts';

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

  it('gives a signed copy in every format and view of every type that persons hold', async () => {
    for (const type of app.core.catalogue.types().filter(({ holderKind }) => holderKind !== 'enterprise')) {
      const held = walkOf(type.id).lines.flatMap(({ certificate }) => certificate ?? []);
      const records = await Promise.all(held.map((id) => app.core.credentials.certificate(id)));
      const valid = records.find(
        (record) => record?.state === '01' && (record.validUntil ?? 4e9) > Date.now() / 1000,
      )!;
      const account = (await app.core.accounts.get(valid.holder))!;
      const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
      const deviceKeys = [await crypto.subtle.exportKey('jwk', key.publicKey)];
      for (const { format, view } of Object.values(app.core.credentials.configurations()).filter(
        (configuration) => configuration.type === type.id,
      )) {
        const { copies } = await app.core.credentials.issueCopies({
          account,
          type: type.id,
          format,
          ...(view ? { view } : {}),
          deviceKeys: deviceKeys as never,
          context: { actor: 'cli' },
        });
        expect([type.id, format, view, copies[0]?.copy.state]).toEqual([type.id, format, view, 'released']);
      }
    }
    expect((await app.core.credentials.checkEverythingIssued()).bad).toEqual([]);
  }, 120_000);
});
