import { createHash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, importJWK } from 'jose';
import {
  hashPassphrase,
  planCeremony,
  readCeremonyFile,
  runCeremony,
  transcriptText,
  tryCeremony,
} from '../../../src/ceremony/index.ts';
import { openKeyring } from '../../../src/keyring/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { createTrust } from '../../../src/trust/index.ts';
import { START, standingClock } from '../keyring/keys-folder.ts';
import { bothConfirm, type CeremonyFolder, ceremonyFolder, exampleFile, software } from './ceremony-file.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the key ceremony (security (a) 10)', () => {
  let folder: CeremonyFolder;
  beforeEach(() => {
    folder = ceremonyFolder();
  });
  afterEach(() => folder.remove());

  const clock = standingClock();
  const run = (path: string, confirm = bothConfirm) =>
    runCeremony(readCeremonyFile(path), { clock, software, env: {}, confirm });

  it('reads the example of the documentation', () => {
    expect(readCeremonyFile(exampleFile).operations).toHaveLength(12);
  });

  it('makes the keys, signs the statements and binds everything in a transcript', async () => {
    const path = folder.write();
    const { transcript, plan } = await run(path);
    expect(transcript).toMatchObject({
      software,
      input: { file: 'ceremony.yaml', sha256: readCeremonyFileHash(path) },
      plan_sha256: plan.sha256,
      started_at: '2026-11-23T08:00:00.000Z',
    });
    expect(transcript.persons.map(({ name }) => name)).toEqual(['陈明', '林静']);
    expect(transcript.keys).toHaveLength(10);
    for (const output of transcript.outputs) expect(sha256(folder.output(output.file))).toBe(output.sha256);
    const root = JSON.parse(folder.output('root.json'));
    expect(transcript.keys[0]).toMatchObject({
      kid: root.kid,
      purpose: 'root',
      valid_from: '2026-11-22T16:00:00.000Z',
      valid_until: '2036-11-30T16:00:00.000Z',
      held_in: 'file',
    });
    expect(JSON.parse(folder.output('transcript.json'))).toEqual(transcript);
    expect(folder.output('transcript.txt')).toBe(transcriptText(transcript));
    const signed = await compactVerify(
      folder.output('transcript.jwt').trim(),
      await importJWK(root, 'ES256'),
    );
    expect(JSON.parse(new TextDecoder().decode(signed.payload))).toEqual(transcript);
  });

  it('writes no private key anywhere but into the keys folder, the root’s apart', async () => {
    await run(folder.write());
    for (const name of readdirSync(join(folder.dir, 'outputs')))
      expect(folder.output(name)).not.toMatch(/"d":/);
    expect(readdirSync(join(folder.keysDir, 'offline'))).toHaveLength(2);
  });

  it('builds a province that a production server starts with, the root away', async () => {
    await run(folder.write());
    rmSync(join(folder.keysDir, 'offline'), { recursive: true });
    const secret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    const keyring = await openKeyring({
      dir: folder.keysDir,
      clock,
      mode: 'production',
      env: {
        ONECERT_PERSONAL_DATA_MASTER: secret(),
        ONECERT_INDEX_KEYS: `1:${secret()}`,
        ONECERT_PAIRWISE_KEY: secret(),
        ONECERT_COOKIE_KEYS: secret(),
        ONECERT_NONCE_SECRET: secret(),
      },
      generateSecrets: false,
    });
    const { personalDataMaster, indexKeys } = keyring.secrets;
    const storage = await openStorage({
      dataDir: join(folder.dir, 'data'),
      personalDataMaster,
      indexKeys,
      clock,
    });
    const trust = createTrust({
      keyring,
      storage,
      clock,
      baseUrl: 'https://id.example.gov.cn',
      issuers: [
        {
          id: 'zj-police',
          creditCode: '11330000002482000X',
          name: { zh: '浙江省公安厅', en: 'Zhejiang Public Security' },
          region: '330000',
          types: ['driving_licence'],
        },
      ],
      province: { zh: '浙江省', en: 'Zhejiang' },
    });
    await storage.prepare();
    await trust.importRootStatement(folder.output('root-statement-1.jwt').trim());
    const list = await trust.publish();
    expect(list.keys.filter(({ issuer }) => issuer === 'zj-police')).toHaveLength(2);
    await storage.close();
  });

  it('dry runs are the same byte for byte and leave nothing behind', async () => {
    const path = folder.write();
    const first = await tryCeremony(readCeremonyFile(path), software);
    expect(await tryCeremony(readCeremonyFile(path), software)).toBe(first);
    expect(first).toContain(readCeremonyFileHash(path));
    expect(first).toContain('make the root, ES256, from 2026-11-23 until 2036-12-01 -> root.json');
    expect(existsSync(folder.keysDir)).toBe(false);
    expect(readdirSync(join(folder.dir, 'outputs'))).toEqual([]);
  });

  it('shows in a dry run the plan that the two persons then confirm', async () => {
    const path = folder.write();
    const tried = await tryCeremony(readCeremonyFile(path), software);
    const { plan } = await run(path);
    expect(tried.startsWith(plan.text)).toBe(true);
  });

  it('does nothing when the second person does not confirm', async () => {
    const path = folder.write();
    await expect(run(path, async () => 'seven grey herons wait')).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(existsSync(folder.keysDir)).toBe(false);
  });

  it('is not confirmed by one passphrase that both lines were made from', async () => {
    const persons = ['陈明', '林静'].map((name) => ({
      name,
      office: '局',
      passphrase: hashPassphrase('seven grey herons wait'),
    }));
    await expect(run(folder.write({ persons }), async () => 'seven grey herons wait')).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(existsSync(folder.keysDir)).toBe(false);
  });

  it('writes over nothing: a second run is refused, and so is one output that is there', async () => {
    const path = folder.write();
    await run(path);
    await expect(run(path)).rejects.toMatchObject({ code: 'already_exists' });
    rmSync(join(folder.dir, 'outputs'), { recursive: true });
    await expect(run(path)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('runs on no other day than the one it was reviewed for', async () => {
    await expect(run(folder.write({ date: '2026-11-24' }))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('goes on later with the root that is there, and only with the one expected', async () => {
    const { transcript } = await run(folder.write());
    const root = transcript.keys[0]!.kid;
    const key = folder.output('trust-list.json');
    writeFileSync(join(folder.dir, 'trust-list.json'), key);
    renameSync(join(folder.dir, 'outputs'), join(folder.dir, 'first'));
    const later = (change: object) =>
      folder.write({
        inputs: [{ file: 'trust-list.json', sha256: sha256(key) }],
        expected_root: root,
        operations: [
          {
            operation: 'root-statement',
            number: 3,
            trust_list_key: 'trust-list.json',
            valid_until: '2027-12-01',
            out: 'root-statement-3.jwt',
          },
        ],
        ...change,
      });
    await expect(run(later({ expected_root: 'another' }))).rejects.toMatchObject({ code: 'conflict' });
    const path = later({});
    await tryCeremony(readCeremonyFile(path), software);
    const again = (await run(path)).transcript;
    expect(again.keys).toEqual([]);
    expect(again.signed_by).toBe(root);
    expect(
      JSON.parse(Buffer.from(folder.output('root-statement-3.jwt').split('.')[1]!, 'base64url').toString()),
    ).toMatchObject({ number: 3, iat: START });
  });

  it.each([
    [
      'an input with another hash',
      { inputs: [{ file: 'ceremony.yaml', sha256: '0'.repeat(64) }] },
      /not the one expected/,
    ],
    ['one person twice', { persons: [person('甲', 1), person('甲', 2)] }, /two people/],
    [
      'one person twice, spelled otherwise',
      { persons: [person('Li Wei', 1), person('LI  Wei ', 2)] },
      /two people/,
    ],
    ['a day that is in no calendar', { date: '2026-02-30' }, /not a day of the calendar/],
    ['one passphrase for both', { persons: [person('甲', 1), person('乙', 1)] }, /of her own/],
    ['one person alone', { persons: [person('甲', 1)] }, /two persons/],
    ['a setting nobody knows', { yes: true }, /not known/],
    [
      'an output outside its folder',
      { operations: [{ operation: 'root', valid_until: '2036-12-01', out: '../root.json' }] },
      /plain file name/,
    ],
    ['no operation', { operations: [] }, /operations/],
  ])('refuses a file with %s', (_, change, message) => {
    const path = folder.write(change);
    expect(() => readCeremonyFile(path)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(message) }),
    );
  });

  it('plans anew when one byte of the file or the software is another', () => {
    const one = readCeremonyFile(folder.write());
    const other = readCeremonyFile(folder.write({ title: 'Another' }));
    const plans = [
      planCeremony(one, software),
      planCeremony(other, software),
      planCeremony(one, 'onecert 2'),
    ];
    expect(new Set(plans.map((plan) => plan.sha256)).size).toBe(3);
  });
});

function person(name: string, salt: number) {
  return { name, office: '局', passphrase: `scrypt$${String(salt).repeat(22)}$${'a'.repeat(43)}` };
}

function readCeremonyFileHash(path: string): string {
  return readCeremonyFile(path).sha256;
}
