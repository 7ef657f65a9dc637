import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { freePort, ServerProcess } from '../../src/tour/server-process.ts';
import {
  type CredentialOffer,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

const passphrase = 'correct horse battery staple';

describe('onecert backup and restore', () => {
  let own: OwnServer;
  let dir: string;
  let certificate: { id: string };
  const file = (name: string) => join(dir, name);
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-backup-'));
    own = await ownServer({ ONECERT_BACKUP_PASSPHRASE: passphrase });
    const { server } = own;
    await server.start();
    const offer = jsonOf<{ credential_offer: CredentialOffer }>(
      await server.onecert('offer', 'lin', 'driving_licence', '--no-tx-code', '--json'),
    ).credential_offer;
    const [credential] = await requestCredentials({
      issuer: server.baseUrl,
      metadata: await issuerMetadata(server.baseUrl),
      accessToken: await redeemOffer(offer, undefined),
      configurationId: 'driving_licence_sd_jwt',
      keys: [await makeDeviceKey()],
    });
    writeFileSync(file('credential'), String(credential));
    [certificate] = jsonOf<[{ id: string }]>(
      await server.onecert('credential', 'list', '--account', 'lin', '--json'),
    );
    jsonOf(await server.onecert('backup', file('backup'), '--json'));
    await server.stop();
  }, 90_000);
  afterAll(async () => {
    await own.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A machine that never saw the province, for the same issuer. */
  const emptyMachine = (name: string, env: NodeJS.ProcessEnv = {}): ServerProcess =>
    new ServerProcess(projectDir, Number(new URL(own.server.baseUrl).port), file(name), {
      MONGODB_URL: '',
      REDIS_URL: '',
      ONECERT_BACKUP_PASSPHRASE: passphrase,
      ...env,
    });

  it('writes one file only its owner can read, with nothing of it legible', () => {
    expect(statSync(file('backup')).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(file('backup'));
    for (const word of ['privateJwk', 'accounts', 'onecert.db']) expect(bytes.includes(word)).toBe(false);
  });

  it('restored on an empty machine: the old certificate verifies, and can be revoked', async () => {
    const machine = emptyMachine('restored');
    jsonOf(await machine.onecert('restore', file('backup'), '--json'));
    await machine.start();
    try {
      const check = async (pack: string) => {
        jsonOf(await machine.onecert('pack', '--out', file(pack), '--root-out', file('root.json'), '--json'));
        const memory = file(`${pack}.memory`);
        return machine.onecert(
          'verify',
          file('credential'),
          '--pack',
          file(pack),
          '--root',
          file('root.json'),
          '--memory',
          memory,
          '--json',
        );
      };
      const before = await check('pack-1');
      expect([before.exitCode, JSON.parse(before.stdout).code]).toEqual([0, 'valid']);
      jsonOf(await machine.onecert('credential', 'revoke', certificate.id, '--json'));
      const after = await check('pack-2');
      expect([after.exitCode, JSON.parse(after.stdout).code]).toEqual([1, 'revoked']);
      expect(jsonOf<{ bad: unknown[] }>(await machine.onecert('check', '--json')).bad).toEqual([]);
      expect(jsonOf<{ ok: boolean }>(await machine.onecert('audit', 'verify', '--json')).ok).toBe(true);
    } finally {
      await machine.stop();
    }
  }, 90_000);

  it('refuses a wrong passphrase, a changed byte and a cut file, and writes nothing', async () => {
    const whole = readFileSync(file('backup'));
    const changed = Buffer.from(whole);
    changed[changed.length >> 1]! ^= 1;
    writeFileSync(file('changed'), changed);
    writeFileSync(file('cut'), whole.subarray(0, whole.length - 200));
    for (const [name, env] of [
      ['backup', { ONECERT_BACKUP_PASSPHRASE: 'another' }],
      ['backup', { ONECERT_BACKUP_PASSPHRASE: '' }],
      ['changed', {}],
      ['cut', {}],
      ['credential', {}],
    ] as const) {
      const machine = emptyMachine('untouched', env);
      const result = await machine.onecert('restore', file(name), '--json');
      expect(result.exitCode).toBe(2);
      expect(result.stderr).not.toMatch(/at .*\.js:/);
      const keys = join(file('untouched'), 'keys');
      expect(() => statSync(keys)).toThrow(/ENOENT/);
    }
  }, 60_000);

  it('refuses a machine that is not empty, and another issuer', async () => {
    const full = await emptyMachine('restored').onecert('restore', file('backup'), '--json');
    expect([full.exitCode, full.stdout]).toEqual([2, '']);
    expect(full.stderr).toMatch(/not empty/);
    const other = new ServerProcess(projectDir, await freePort(), file('other'), {
      MONGODB_URL: '',
      REDIS_URL: '',
      ONECERT_BACKUP_PASSPHRASE: passphrase,
    });
    const result = await other.onecert('restore', file('backup'), '--json');
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).toMatch(/BASE_URL/);
  });
});
