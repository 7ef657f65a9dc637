import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/accounts/index.ts';
import { registerDifference } from '../../src/admin/register-difference.ts';
import type { CertificateType } from '../../src/credentials/catalogue/certificate-type.ts';
import { readCatalogue } from '../../src/credentials/catalogue/read-catalogue.ts';
import { type Certificate, type Holders, writeMetadata } from '../../src/credentials/index.ts';
import { openFileRegister } from '../../src/credentials/registers/file-register.ts';
import type { Register } from '../../src/credentials/registers/register.ts';
import {
  citizenNumber,
  context,
  newDeviceKeys,
  openRig,
  person,
  type Rig,
} from '../unit/credentials/issuing-rig.ts';

const catalogue = readCatalogue('config/certificates');
const [hers, his, third] = [citizenNumber(2), citizenNumber(1), citizenNumber(3)] as const;
const wife = person('wife', hers, { name: '周慧敏' });
const husband = person('husband', his, { name: '李刚' });

const marriages =
  'key,holder_kind,holder_number,issuer,state,name,id_number,certificate_number,registered_on,registrar,authority';
const marriage = (change: { kinds?: string; numbers?: string; names?: string } = {}): string => {
  const { kinds = '111,111', numbers = `${hers},${his}`, names = '周慧敏,李刚' } = change;
  return `M1,"${kinds}","${numbers}",zj-civil-affairs,01,"${names}","${numbers}",J330106-2020-001000,2020-05-20,何静,西湖区民政局`;
};
const register = (type: CertificateType, ...lines: string[]) =>
  openFileRegister(Buffer.from(lines.join('\n')), type, () => undefined);
const marriageType = catalogue.get('marriage_certificate');

describe('a row of a register with several holders (GB/T 36903)', () => {
  it('is each holder’s, as it is for her: her own name first, the other’s as the spouse’s', async () => {
    const { find } = register(marriageType, marriages, marriage());
    for (const [number, name, other] of [
      [hers, '周慧敏', '李刚'],
      [his, '李刚', '周慧敏'],
    ] as const) {
      const { rows } = await find({ kind: '111', number });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        holder: { kind: '111', number },
        holderName: name,
        fields: { name, id_number: number, spouse_name: other, spouse_number: number === hers ? his : hers },
      });
    }
  });

  it.each([
    [
      'a number of one of them is wrong',
      { numbers: `${hers},${his.slice(0, -1)}${his.endsWith('X') ? '1' : 'X'}` },
      'bad_checksum',
    ],
    ['there are more names than holders', { names: '周慧敏,李刚,王五' }, 'bad_value'],
    [
      'the type does not take so many',
      { kinds: '111,111,111', numbers: `${hers},${his},${third}`, names: '甲,乙,丙' },
      'bad_value',
    ],
    ['it is the same person twice', { numbers: `${hers},${hers}` }, 'bad_value'],
    ['one of them may not hold the type', { kinds: '111,001' }, 'unknown_holder_kind'],
  ])('is blocked for all of them when %s', async (_why, change, code) => {
    const made = register(marriageType, marriages, marriage(change));
    const [line] = await made.lines!();
    expect(line!.row).toBeUndefined();
    expect(line!.findings.map((found) => found.code)).toContain(code);
    expect(await made.find({ kind: '111', number: hers })).toEqual({ rows: [], blocked: true });
  });
});

describe('one certificate of several holders (decision 0018)', () => {
  let rig: Rig;
  let shared: Certificate;
  let made: Register;
  beforeAll(async () => {
    made = register(marriageType, marriages, marriage());
    const none = { ...made, find: async () => ({ rows: [], blocked: false }) };
    rig = await openRig({
      registers: { get: (id) => (id === 'marriages' ? made : none), all: () => [made] },
    });
  });
  afterAll(() => rig.close());

  const type = 'marriage_certificate';
  const copyFor = async (account: Account) => {
    const [deviceKey] = await newDeviceKeys(1);
    return rig.credentials.issueCopies({
      account,
      type,
      format: 'dc+sd-jwt',
      deviceKeys: [deviceKey!],
      context,
    });
  };
  it('is one record, made once however many of them ask at the same moment', async () => {
    const made = await Promise.all(
      [wife, husband, wife, husband].map((account) =>
        rig.credentials.ensureCertificate(account, type, context),
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    shared = made[0]!;
    expect([...(await rig.credentials.certificate(shared.id))!.holders].sort()).toEqual(
      [wife.id, husband.id].sort(),
    );
    expect(await rig.credentials.list()).toHaveLength(1);
  });

  it('is shown to each as hers, and each gets copies of her own', async () => {
    for (const [account, other] of [
      [wife, husband],
      [husband, wife],
    ] as const) {
      const entry = (await rig.credentials.listForHolder(account)).find((one) => one.type === type);
      expect(entry?.certificate).toMatchObject({
        id: shared.id,
        fields: { name: account.name, spouse_name: other.name },
      });
      const { copies } = await copyFor(account);
      expect(copies[0]!.copy.holder).toBe(account.id);
      const own = await rig.credentials.copiesOf(account.id);
      expect(own.every(({ holder }) => holder === account.id)).toBe(true);
    }
  });

  it('names all of them in its metadata, separated by commas (GB/T 36903)', async () => {
    const holders = await Promise.all(
      [wife, husband].map(async ({ id }) => ({
        kind: '111',
        fields: (await rig.credentials.certificate(shared.id, id))!.fields,
      })),
    );
    const issuer = { name: { zh: '民政局', en: 'Civil affairs' }, creditCode: '' };
    expect(writeMetadata({ certificate: shared, type: marriageType, issuer, holders })).toMatchObject({
      CZZT: '周慧敏,李刚',
      CZZTDM: `${hers},${his}`,
      CZZTDMLX: '公民身份号码,公民身份号码',
      CZZTDMLXDM: '111,111',
    });
  });

  it('changes state for all of them at once, in the log of each', async () => {
    await rig.credentials.changeState(shared.id, '02', 'under_review', context);
    for (const account of [wife, husband]) {
      const entry = (await rig.credentials.listForHolder(account)).find((one) => one.type === type);
      expect(entry?.certificate?.state).toBe('02');
      const told = await rig.audit.about(account.id);
      expect(told.map(({ action }) => action)).toContain('certificate.state_changed');
    }
    await rig.credentials.changeState(shared.id, '01', 'review_over', context);
    expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([]);
  });

  it('an annotated copy for one of them says what hers says; with her it ends, and so does the file copy', async () => {
    const annotated = (account: Account, certificateId = shared.id) =>
      rig.credentials.annotatedCopies.make({
        certificateId,
        holder: account.id,
        maker: { id: 'zj-civil-affairs', name: { zh: '民政', en: 'Civil affairs' } },
        item: 'any',
        purpose: { zh: '办事', en: 'a case' },
        case: 'case-1',
        fields: ['name'],
        expiresAt: shared.validFrom + 4_000_000_000,
        once: `once-${account.id}`,
        context,
      });
    const both = [await annotated(wife), await annotated(husband)];
    const shownBy = ({ signed }: { signed?: string }) =>
      JSON.parse(Buffer.from(signed!.split('.')[1]!, 'base64url').toString()).fields;
    expect(both.map(shownBy)).toEqual([{ name: wife.name }, { name: husband.name }]);
    expect((await rig.credentials.annotatedCopies.of(husband.id)).map(({ id }) => id)).toEqual([both[1]!.id]);
    await expect(annotated(person('nobody', third, { name: '王五' }))).rejects.toMatchObject({
      code: 'not_found',
    });
    const file = await rig.credentials.keepFileCopy(shared.id, 'dc+sd-jwt', context);
    const his = (await copyFor(husband)).copies[0]!.copy;
    await rig.credentials.leave(wife.id, shared.id, 'register_change', context);
    const codeOf = async (signed: string | undefined) => (await rig.credentials.judgeOnline(signed!)).code;
    expect(await codeOf(both[0]!.signed)).toBe('revoked');
    expect(await codeOf(file.copy.signed)).toBe('revoked');
    expect(await codeOf(both[1]!.signed)).toBe('valid');
    expect(await codeOf(his.signed)).toBe('valid');
    await rig.credentials.ensureCertificate(wife, type, context);
  });

  it('when the register names one of them no more, the next version leaves that one out', async () => {
    const both = register(marriageType, marriages, marriage()).find;
    const his = (await copyFor(husband)).copies[0]!.copy;
    const hers = (await copyFor(wife)).copies[0]!.copy;
    const of = (holders: Account[]) =>
      registerDifference(
        {
          holders: { byId: async (id) => holders.find((one) => one.id === id) } as Holders,
          credentials: rig.credentials,
        },
        { id: shared.id, holders: [wife.id, husband.id] },
      );
    expect(await of([wife, husband])).toBeUndefined();
    // The register knows one holder of the row only, and nothing under her number.
    made.find = async (asked) => {
      const { rows } = await both(asked);
      return {
        rows: asked.number === wife.documentNumber ? [] : rows.map(({ joint: _joint, ...row }) => row),
        blocked: false,
      };
    };
    try {
      expect(await of([wife])).toMatchObject({ verb: 'suspend', reason: 'register_row_missing' });
      expect(await of([wife, husband])).toMatchObject({
        verb: 'correct',
        fields: ['holders'],
        holder: husband.id,
      });
      const operation = 'correction';
      const renewFor = (account: Account) =>
        rig.credentials.renew({ account, certificateId: shared.id, operation, context });
      expect(await renewFor(wife)).toBe('waiting');
      expect(await renewFor(husband)).toBe('reissued');
      expect((await rig.credentials.certificate(shared.id))!.holders).toEqual([husband.id]);
      for (const copy of [his, hers])
        expect(['revoked', 'superseded']).toContain((await rig.credentials.judgeOnline(copy.signed!)).code);
      const told = (await rig.audit.about(wife.id)).map(({ action }) => action);
      expect(told).toContain('certificate.holder_left');
      expect(await of([husband])).toBeUndefined();
    } finally {
      made.find = both;
    }
    await rig.credentials.ensureCertificate(wife, type, context);
    expect([...(await rig.credentials.certificate(shared.id))!.holders].sort()).toEqual(
      [husband.id, wife.id].sort(),
    );
  });

  it('outlives the account of one: her copies end, her share is gone, the other keeps his', async () => {
    const kept = await copyFor(husband);
    await rig.credentials.closeHolder(wife.id, context);
    await rig.storage.destroyDataKey(wife.id);
    expect(await rig.credentials.certificate(shared.id, husband.id)).toMatchObject({
      state: '01',
      holders: [husband.id],
      fields: { name: husband.name },
    });
    expect(await rig.credentials.list({ holder: wife.id })).toEqual([]);
    const again = await copyFor(husband);
    expect(again.certificate.id).toBe(kept.certificate.id);
    expect((await rig.credentials.checkEverythingIssued()).bad).toEqual([]);
    // Closing it once more changes nothing.
    await rig.credentials.closeHolder(wife.id, context);
    expect((await rig.credentials.certificate(shared.id))?.holders).toEqual([husband.id]);
  });

  it('ends with the last of them, and its own data key with it', async () => {
    await rig.credentials.closeHolder(husband.id, context);
    expect(await rig.credentials.certificate(shared.id)).toBeUndefined();
    await rig.credentials.closeHolder(husband.id, context);
  });
});
