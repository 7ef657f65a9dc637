import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readCeremonyFile, runCeremony } from '../../src/ceremony/index.ts';
import { projectDir } from '../../src/config.ts';
import { type Keyring, type OpenKeyringInput, openPkcs11Token } from '../../src/keyring/index.ts';
import { verifies } from '../../src/keyring/key-material.ts';
import { bothConfirm, ceremonyFolder, software } from '../unit/ceremony/ceremony-file.ts';
import { type KeysFolder, keysFolder } from '../unit/keyring/keys-folder.ts';
import { describeWith } from './server-suites.ts';

describeWith('PKCS11_MODULE', 'keys in a PKCS#11 token (SoftHSM)', (module) => {
  // The module reads its configuration from the real environment, so both variables come from outside.
  const configured = readFileSync(process.env.SOFTHSM2_CONF ?? '', 'utf8');
  const tokens = /^directories\.tokendir\s*=\s*(\S+)/m.exec(configured)![1]!;
  const label = `onecert-${process.pid}`;
  const env = { ONECERT_PKCS11_PIN: '123456' };
  let token: NonNullable<OpenKeyringInput['token']>;
  const folders: KeysFolder[] = [];

  const makeToken = (name: string) =>
    execFileSync('softhsm2-util', [
      '--init-token', '--free', '--label', name, '--so-pin', '87654321', '--pin', '123456',
    ]); // biome-ignore format: one command

  beforeAll(async () => {
    makeToken(label);
    token = {
      device: await openPkcs11Token({ module, token: label }, env),
      purposes: ['certificate', 'status'],
    };
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    for (const name of [label, `${label}-other`])
      execFileSync('softhsm2-util', ['--delete-token', '--token', name]);
  });

  const opened = async (): Promise<{ folder: KeysFolder; keyring: Keyring }> => {
    const folder = await keysFolder();
    folders.push(folder);
    return { folder, keyring: await folder.open({ token }) };
  };
  /** As after a cable was pulled: what the module had open is gone. */
  const loseSessions = async () => {
    const { PKCS11 } = (await import('pkcs11js' as string)).default;
    const same = new PKCS11();
    same.load(module);
    same.C_Finalize();
  };
  const department = { purpose: 'certificate', owner: 'zj-police', days: 30 } as const;

  it.each(['ES256', 'EdDSA'] as const)('makes an %s key there and signs with it', async (alg) => {
    const { folder, keyring } = await opened();
    const record = await keyring.create({ ...department, alg });
    expect(record).toMatchObject({ alg, heldIn: 'pkcs11', state: 'active' });
    const data = Buffer.from('what is signed');
    const signature = await keyring.signer(record.kid).sign(data);
    expect(signature).toHaveLength(64);
    expect(verifies(alg, record.publicJwk, data, signature)).toBe(true);
    expect(verifies(alg, record.publicJwk, Buffer.from('something else'), signature)).toBe(false);
    const again = await folder.open({ token });
    expect(verifies(alg, record.publicJwk, data, await again.signer(record.kid).sign(data))).toBe(true);
  });

  it('keeps no private member in the keys folder', async () => {
    const { folder, keyring } = await opened();
    await keyring.create({ ...department, alg: 'ES256' });
    for (const name of (await readdir(folder.dir)).filter((each) => each.startsWith('certificate')))
      expect(await readFile(join(folder.dir, name), 'utf8')).not.toMatch(/"d":|privateJwk/);
  });

  it('leaves other purposes in files', async () => {
    const { keyring } = await opened();
    const record = await keyring.create({ purpose: 'pack', owner: 'province', alg: 'ES256', days: 1 });
    expect(record.heldIn).toBeUndefined();
    expect(await keyring.signer(record.kid).sign(Buffer.from('x'))).toHaveLength(64);
  });

  it('holds no RSA key, and says so', async () => {
    const { keyring } = await opened();
    await expect(keyring.create({ ...department, alg: 'RS256' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it.each(['ES256', 'EdDSA'] as const)(
    'makes 1,250 %s signatures, 25 at a time, and every one verifies (security (a) 11)',
    async (alg) => {
      const { keyring } = await opened();
      const { kid, publicJwk } = await keyring.create({ ...department, alg });
      const key = keyring.signer(kid);
      const first: string[] = [];
      for (let round = 0; round < 50; round += 1) {
        const data = Array.from({ length: 25 }, (_, at) => Buffer.from(`${round} ${at}`));
        const signatures = await Promise.all(data.map((each) => key.sign(each)));
        for (const [at, signature] of signatures.entries()) {
          expect(verifies(alg, publicJwk, data[at]!, signature)).toBe(true);
          first.push(Buffer.from(signature.subarray(0, 32)).toString('hex'));
        }
      }
      // r comes from the nonce alone: one that repeats gives the private key away.
      expect(new Set(first).size).toBe(1250);
    },
  );

  it('destroys the private key when it is retired or stolen', async () => {
    const { folder, keyring } = await opened();
    for (const end of ['retire', 'markCompromised'] as const) {
      const { kid } = await keyring.create({ ...department, alg: 'ES256' });
      await keyring[end](kid);
      expect(() => keyring.signer(kid)).toThrow(expect.objectContaining({ code: 'key_unavailable' }));
      await expect(token.device.sign(kid, 'ES256', Buffer.from('x'))).rejects.toMatchObject({
        code: 'key_unavailable',
      });
      expect((await folder.open({ token })).find(kid)?.heldIn).toBeUndefined();
    }
  });

  it('is unavailable while the token is gone, recovers when it is back, and destroys then what ended meanwhile', async () => {
    const { folder, keyring } = await opened();
    const { kid, publicJwk } = await keyring.create({ ...department, alg: 'ES256' });
    const ended = await keyring.create({ ...department, alg: 'EdDSA' });
    const data = Buffer.from('again');
    renameSync(tokens, `${tokens}-away`);
    mkdirSync(tokens);
    await loseSessions();
    await expect(Promise.all([1, 2, 3].map(() => keyring.signer(kid).sign(data)))).rejects.toMatchObject({
      code: 'key_unavailable',
    });
    // A server starts all the same: people sign in, and certificates come back with the token.
    const started = await folder.open({ token });
    await expect(started.signer(kid).sign(data)).rejects.toMatchObject({ code: 'key_unavailable' });
    expect((await keyring.retire(ended.kid)).state).toBe('retired');
    rmSync(tokens, { recursive: true });
    renameSync(`${tokens}-away`, tokens);
    for (const one of [keyring, started])
      expect(verifies('ES256', publicJwk, data, await one.signer(kid).sign(data))).toBe(true);
    expect(keyring.find(ended.kid)?.heldIn).toBe('pkcs11');
    expect((await folder.open({ token })).find(ended.kid)?.heldIn).toBeUndefined();
    await expect(token.device.sign(ended.kid, 'EdDSA', data)).rejects.toMatchObject({
      code: 'key_unavailable',
    });
  });

  it('never asks again with a PIN that was refused: a token locks itself', async () => {
    makeToken(`${label}-other`);
    const script = `
      const { openPkcs11Token } = await import('./src/keyring/pkcs11-token.ts');
      const device = await openPkcs11Token({ module: ${JSON.stringify(module)}, token: '${label}-other' }, { ONECERT_PKCS11_PIN: 'wrong!' });
      for (let n = 0; n < 20; n += 1) await device.generate('ES256', 'x').then(() => console.log('made'), (e) => console.log(e.code));
      const good = await openPkcs11Token({ module: ${JSON.stringify(module)}, token: '${label}-other' }, { ONECERT_PKCS11_PIN: '123456' });
      console.log((await good.generate('ES256', 'x')).kty);`;
    const said = execFileSync(
      process.execPath,
      ['--import', './scripts/typescript.mjs', '--input-type=module', '-e', script],
      { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' }, cwd: projectDir },
    );
    expect(said.trim().split('\n')).toEqual([...Array.from({ length: 20 }, () => 'key_unavailable'), 'EC']);
  });

  it.each([
    ['no PIN', {}, /is missing/],
    ['two PINs', { ONECERT_PKCS11_PIN: '1', ONECERT_PKCS11_PIN_FILE: '/x' }, /which one counts/],
    ['a PIN file that is not there', { ONECERT_PKCS11_PIN_FILE: '/nowhere' }, /ENOENT/],
  ])('refuses to open with %s', async (_, given, message) => {
    await expect(openPkcs11Token({ module, token: label }, given)).rejects.toThrow(message);
  });

  it('carries a ceremony: the root is made in the token and signs there', async () => {
    const folder = ceremonyFolder();
    const file = folder.write({ pkcs11: { module, token: label, purposes: ['root', 'certificate'] } });
    const { clock } = await keysFolder();
    const { transcript } = await runCeremony(readCeremonyFile(file), {
      clock,
      software,
      env,
      confirm: bothConfirm,
    });
    expect(transcript.keys.map(({ purpose, held_in }) => [purpose, held_in])).toEqual(
      expect.arrayContaining([
        ['root', 'pkcs11'],
        ['certificate', 'pkcs11'],
        ['pack', 'file'],
      ]),
    );
    expect(folder.output('root-statement-1.jwt')).toMatch(/^ey/);
    expect(await readdir(folder.keysDir)).not.toContain('offline');
    folder.remove();
  });
});
