import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Account } from '../../src/accounts/index.ts';
import { systemClock } from '../../src/clock.ts';
import { readCatalogue } from '../../src/credentials/catalogue/read-catalogue.ts';
import { openHttpRegisters } from '../../src/credentials/registers/http-register.ts';
import type { RegisterRow } from '../../src/credentials/registers/register.ts';
import {
  citizenNumber,
  context,
  drivingLicenceRow,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
  registersOf,
} from '../unit/credentials/issuing-rig.ts';

let rig: Rig;
afterEach(() => rig?.close());

/** Accounts and rows drawn from the same few numbers and kinds, so that near misses are common. */
const kinds = ['111', '414', '516'];
const holders = fc.record({ kind: fc.constantFrom(...kinds), order: fc.integer({ min: 1, max: 4 }) });

describe('what a holder sees (ZLB-1, security (c) 29)', () => {
  it('is every certificate of her own document and never one of another person', async () => {
    const rows: RegisterRow[] = [];
    rig = await openRig({ registers: registersOf({ 'driving-licences': rows }) });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(holders, { selector: (h) => `${h.kind}${h.order}`, minLength: 1, maxLength: 6 }),
        holders,
        async (registered, who) => {
          run += 1;
          rows.length = 0;
          for (const { kind, order } of registered)
            rows.push(
              drivingLicenceRow(
                { key: `${run}-${kind}-${order}`, number: citizenNumber(order) },
                { holder: { kind, number: citizenNumber(order) } },
              ),
            );
          const account = person(`r${run}`, citizenNumber(who.order), { documentKind: who.kind });
          const mine = registered.some((h) => h.kind === who.kind && h.order === who.order);
          const [before] = (await rig.credentials.listForHolder(account)).filter(
            ({ type }) => type === 'driving_licence',
          );
          expect(before?.status).toBe(mine ? 'available' : 'unavailable');
          if (mine) {
            const certificate = await rig.credentials.ensureCertificate(account, 'driving_licence', context);
            expect(certificate).toMatchObject({
              holder: account.id,
              registerKey: `${run}-${who.kind}-${who.order}`,
            });
            expect(certificate.fields.licence_number).toBe(account.documentNumber);
          } else {
            await expect(
              rig.credentials.ensureCertificate(account, 'driving_licence', context),
            ).rejects.toMatchObject({
              code: 'not_in_register',
            });
          }
          const stranger = person(`s${run}`, citizenNumber(9));
          const seen = await rig.credentials.listForHolder(stranger);
          expect(
            seen.every(({ status, certificate }) => status === 'unavailable' && certificate === undefined),
          ).toBe(true);
          expect(await rig.credentials.list({ holder: stranger.id })).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('stays empty while nobody has matched the person with her document', async () => {
    const number = citizenNumber(1);
    const asked: string[] = [];
    const registers = registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'DL1', number })] });
    const watched = {
      ...registers,
      get: (id: string) => {
        asked.push(id);
        return registers.get(id);
      },
    };
    rig = await openRig({ registers: watched });
    const claimed = person('claims', number, { proofingLevel: 1 });
    for (const entry of await rig.credentials.listForHolder(claimed))
      expect(entry).toMatchObject({ status: 'unavailable', reason: 'proofing_level' });
    const issue = async (account: Account) =>
      rig.credentials.issueCopies({
        account,
        type: 'driving_licence',
        format: 'dc+sd-jwt',
        deviceKeys: await newDeviceKeys(1),
        context,
      });
    await expect(issue(claimed)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(issue(person('shut', number, { state: 'blocked' }))).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(asked).toEqual([]);
    expect((await issue(person('proven', number))).copies).toHaveLength(1);
  });

  it('says when the entry in the register has a fault', async () => {
    const number = citizenNumber(1);
    const row = drivingLicenceRow({ key: 'DL1', number });
    rig = await openRig({ registers: registersOf({}, [row]) });
    const account = person('anna', number);
    const entry = (await rig.credentials.listForHolder(account)).find(
      ({ type }) => type === 'driving_licence',
    );
    expect(entry).toMatchObject({ status: 'unavailable', reason: 'register_entry_faulty' });
    await expect(
      rig.credentials.ensureCertificate(account, 'driving_licence', context),
    ).rejects.toMatchObject({
      code: 'register_entry_faulty',
    });
  });

  it('tells every other type when one register does not answer', async () => {
    const number = citizenNumber(1);
    const others = registersOf({});
    const { get } = openHttpRegisters({
      settings: { 'driving-licences': { url: 'http://127.0.0.1:9' } },
      catalogue: readCatalogue('config/certificates'),
      clock: systemClock,
    });
    rig = await openRig({
      registers: { ...others, get: (id) => (id === 'driving-licences' ? get(id) : others.get(id)) },
    });
    const listed = await rig.credentials.listForHolder(person('anna', number));
    const told = new Map(listed.map(({ type, reason }) => [type, reason]));
    expect(told.get('driving_licence')).toBe('register_unavailable');
    told.delete('driving_licence');
    expect(new Set(told.values())).toEqual(new Set(['not_in_register']));
  });

  it('keeps the record she has, whatever rows come and go, and takes a new row when the old one has ended', async () => {
    const number = citizenNumber(1);
    const rows = [drivingLicenceRow({ key: 'B', number })];
    rig = await openRig({ registers: registersOf({ 'driving-licences': rows }) });
    const account = person('anna', number);
    const first = await rig.credentials.ensureCertificate(account, 'driving_licence', context);
    rows.push(drivingLicenceRow({ key: 'A', number }, { fields: { valid_until: '2041-01-01' } }));
    expect((await rig.credentials.ensureCertificate(account, 'driving_licence', context)).id).toBe(first.id);
    await rig.credentials.changeState(first.id, '04', 'replaced', context);
    const second = await rig.credentials.ensureCertificate(account, 'driving_licence', context);
    expect(second).toMatchObject({ registerKey: 'A', state: '01' });
    expect(second.identifier).not.toBe(first.identifier);
    rows.length = 0;
    const entry = (await rig.credentials.listForHolder(account)).find(
      ({ type }) => type === 'driving_licence',
    );
    expect(entry?.certificate?.id).toBe(second.id);
  });

  it('has a certificate for each row that stands, shows all of them, and copies the very one asked for', async () => {
    const number = citizenNumber(1);
    const row = (key: string, state: string) => drivingLicenceRow({ key, number }, { state });
    const rows = [row('A', '01'), row('B', '02'), row('C', '07')];
    rig = await openRig({ registers: registersOf({ 'driving-licences': rows }) });
    const account = person('anna', number);
    const shown = async () =>
      (await rig.credentials.listForHolder(account))
        .filter(({ type }) => type === 'driving_licence')
        .map(({ status, certificate }) => certificate?.registerKey ?? status);
    expect(await shown()).toEqual(['available']);
    const made = await rig.credentials.ensureCertificates(account, 'driving_licence', context);
    expect(made.map(({ registerKey }) => registerKey).sort()).toEqual(['A', 'B']);
    const again = await rig.credentials.ensureCertificates(account, 'driving_licence', context);
    expect(again.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    rows.push(row('D', '01'));
    expect((await shown()).sort()).toEqual(['A', 'B', 'available']);
    expect(await rig.credentials.ensureRow(account, 'driving_licence', 'C', context)).toMatchObject({
      state: '07',
    });
    for (const { id } of made) {
      const asked = {
        account,
        type: 'driving_licence',
        format: 'dc+sd-jwt' as const,
        deviceKeys: await newDeviceKeys(1),
        context,
      };
      const { certificate } = await rig.credentials.issueCopies({ ...asked, certificate: id });
      expect(certificate.id).toBe(id);
      const stranger = person('bert', citizenNumber(2));
      await expect(
        rig.credentials.issueCopies({ ...asked, account: stranger, certificate: id }),
      ).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('is found by identifier as well, whose check character fits', async () => {
    const number = citizenNumber(1);
    rig = await openRig({
      registers: registersOf({ 'driving-licences': [drivingLicenceRow({ key: 'A', number })] }),
    });
    const made = await rig.credentials.ensureCertificate(person('anna', number), 'driving_licence', context);
    expect(made.identifier).toMatch(
      /^1\.2\.156\.3005\.2\.11100000000013127D901\.11330000MB9900013T\.[0-9A-Z]{16}\.001\.[0-9A-Z]$/,
    );
    expect((await rig.credentials.find(made.identifier))?.id).toBe(made.id);
    expect((await rig.credentials.find(made.id))?.id).toBe(made.id);
    expect(await rig.credentials.find('c_nothing')).toBeUndefined();
  });
});
