import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyringFault, type OpenKeyringInput } from '../../../src/keyring/index.ts';
import { type KeysFolder, keysFolder } from './keys-folder.ts';

const key = () => randomBytes(32).toString('base64url');
const productionEnv = () => ({
  ONECERT_PERSONAL_DATA_MASTER: key(),
  ONECERT_INDEX_KEYS: `2:${key()},1:${key()}`,
  ONECERT_PAIRWISE_KEY: randomBytes(32).toString('base64'),
  ONECERT_COOKIE_KEYS: `${key()},${key()}`,
  ONECERT_NONCE_SECRET: key(),
});

describe('opening the keyring', () => {
  let folder: KeysFolder;
  beforeEach(async () => {
    folder = await keysFolder();
  });
  afterEach(() => folder.remove());

  const faultsOf = async (input: Partial<OpenKeyringInput> = {}): Promise<string> => {
    const error = await folder.open(input).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(KeyringFault);
    return (error as KeyringFault).message;
  };
  const production = (env: Record<string, string | undefined> = productionEnv()) =>
    ({ mode: 'production', env, generateSecrets: false }) as const;
  const onlyKeyFile = async () => (await folder.names()).find((name) => name.startsWith('pack-'))!;
  const editKeyFile = async (
    edit: (content: { record: Record<string, unknown>; privateJwk?: unknown }) => void,
  ) => {
    const path = join(folder.dir, await onlyKeyFile());
    const content = JSON.parse(await readFile(path, 'utf8'));
    edit(content);
    await writeFile(path, JSON.stringify(content));
  };
  const makePackKey = async () =>
    (await folder.open()).create({ purpose: 'pack', owner: 'province', alg: 'ES256', days: 1 });

  it('makes the secrets once in development and keeps them in a file nobody else can read', async () => {
    const first = await folder.open();
    const second = await folder.open();
    expect(second.secrets).toEqual(first.secrets);
    expect(second.fingerprint()).toBe(first.fingerprint());
    expect(first.fingerprint()).toMatch(/^[0-9a-f]{16}$/);
    expect((await stat(join(folder.dir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder.dir)).mode & 0o777).toBe(0o700);
  });

  it('agrees on one set of secrets when two processes start for the first time together', async () => {
    const keyrings = await Promise.all([folder.open(), folder.open(), folder.open()]);
    expect(new Set(keyrings.map((keyring) => keyring.fingerprint())).size).toBe(1);
  });

  it('makes no secrets unless told to', async () => {
    expect(await faultsOf({ generateSecrets: false })).toContain('ONECERT_PERSONAL_DATA_MASTER');
    expect(await folder.names()).not.toContain('secrets.json');
  });

  it('lets the environment win over the file in development, secret by secret', async () => {
    const before = (await folder.open()).secrets;
    const nonce = key();
    const after = (await folder.open({ env: { ONECERT_NONCE_SECRET: nonce } })).secrets;
    expect(Buffer.from(after.nonceSecret).toString('base64url')).toBe(nonce);
    expect(after.pairwiseKey).toEqual(before.pairwiseKey);
  });

  it('reads secrets from the files the environment names', async () => {
    const { ONECERT_PAIRWISE_KEY: pairwise, ...rest } = productionEnv();
    await mkdir(folder.dir, { recursive: true, mode: 0o700 });
    const path = join(folder.dir, '..', 'pairwise');
    await writeFile(path, `${pairwise}\n`);
    const keyring = await folder.open(production({ ...rest, ONECERT_PAIRWISE_KEY_FILE: path }));
    expect(Buffer.from(keyring.secrets.pairwiseKey).toString('base64')).toBe(pairwise);
    expect(keyring.secrets.indexKeys.map(({ version }) => version)).toEqual([2, 1]);
    expect(keyring.secrets.cookieKeys).toHaveLength(2);
  });

  it('names every missing secret at once in production', async () => {
    const message = await faultsOf(production({}));
    for (const name of Object.keys(productionEnv())) expect(message).toContain(name);
  });

  it('refuses a production folder with the secrets of a development machine', async () => {
    await folder.open();
    expect(await faultsOf(production())).toContain('secrets.json is for development');
  });

  it('refuses secrets that are too short, typed by hand or used twice, without showing them', async () => {
    const env = productionEnv();
    const typed = Buffer.alloc(32, 'ab').toString('base64url');
    const message = await faultsOf(
      production({
        ...env,
        ONECERT_PAIRWISE_KEY: typed,
        ONECERT_NONCE_SECRET: env.ONECERT_PERSONAL_DATA_MASTER,
        ONECERT_COOKIE_KEYS: 'short',
      }),
    );
    expect(message).toContain('ONECERT_PAIRWISE_KEY is not random');
    expect(message).toMatch(/repeats another secret/);
    expect(message).toContain('ONECERT_COOKIE_KEYS must have at least 32 characters');
    for (const value of [typed, env.ONECERT_PERSONAL_DATA_MASTER]) expect(message).not.toContain(value);
  });

  it('refuses a secret given twice, in the environment and as a file', async () => {
    const env = { ...productionEnv(), ONECERT_PAIRWISE_KEY_FILE: '/nowhere' };
    expect(await faultsOf(production(env))).toContain('ONECERT_PAIRWISE_KEY and ONECERT_PAIRWISE_KEY_FILE');
  });

  it('gives another fingerprint for every secret that belongs to the store, and none for the others', async () => {
    const env = productionEnv();
    const print = async (changed: Partial<typeof env>) =>
      (await folder.open(production({ ...env, ...changed }))).fingerprint();
    const base = await print({});
    expect(await print({ ONECERT_COOKIE_KEYS: key(), ONECERT_NONCE_SECRET: key() })).toBe(base);
    expect(await print({ ONECERT_PERSONAL_DATA_MASTER: key() })).not.toBe(base);
    expect(await print({ ONECERT_PAIRWISE_KEY: key() })).not.toBe(base);
    expect(await print({ ONECERT_INDEX_KEYS: `1:${key()}` })).not.toBe(base);
  });

  it('security (a) 15: takes a new personal-data master beside the older ones, the newest first', async () => {
    const env = productionEnv();
    const [newest, older] = [key(), key()];
    const both = { ...env, ONECERT_PERSONAL_DATA_MASTER: `${newest},\n${older}` };
    const { secrets } = await folder.open(production(both));
    expect(Buffer.from(secrets.personalDataMaster)).toEqual(Buffer.from(newest, 'base64url'));
    expect(secrets.olderMasters.map((one) => Buffer.from(one))).toEqual([Buffer.from(older, 'base64url')]);
    const twice = { ...env, ONECERT_PERSONAL_DATA_MASTER: `${newest},${newest}` };
    expect(await faultsOf(production(twice))).toContain('repeats another secret');
  });

  it('tells an added index key from a lost one by the single fingerprints', async () => {
    const env = productionEnv();
    const before = (await folder.open(production(env))).fingerprints();
    const added = { ...env, ONECERT_INDEX_KEYS: `3:${key()},${env.ONECERT_INDEX_KEYS}` };
    expect((await folder.open(production(added))).fingerprints()).toMatchObject(before);
  });

  it('refuses damaged secrets instead of making new ones, and does not quote them', async () => {
    await folder.open();
    await writeFile(join(folder.dir, 'secrets.json'), '{"personalDataMaster":"geheim');
    const message = await faultsOf();
    expect(message).toContain('secrets.json cannot be read');
    expect(message).not.toContain('geheim');
  });

  it('refuses a damaged key file by name and does not quote it', async () => {
    await makePackKey();
    const name = await onlyKeyFile();
    const { d } = JSON.parse(await folder.text(name)).privateJwk;
    await writeFile(join(folder.dir, name), (await folder.text(name)).slice(0, -4));
    const message = await faultsOf();
    expect(message).toContain(`key file ${name}: is damaged`);
    expect(message).not.toContain(d);
  });

  it('refuses a key file that cannot be read', async () => {
    await makePackKey();
    const path = join(folder.dir, await onlyKeyFile());
    await rename(path, `${path}.away`);
    await mkdir(path);
    expect(await faultsOf()).toContain('cannot be read (EISDIR)');
  });

  it('refuses a key whose kid does not fit its public key', async () => {
    await makePackKey();
    await editKeyFile(({ record }) => {
      record.kid = `${String(record.kid).slice(0, 8)}${'A'.repeat(35)}`;
    });
    expect(await faultsOf()).toContain('its kid does not fit its public key');
  });

  it('refuses a private key that belongs to another public key', async () => {
    await makePackKey();
    const other = await keysFolder();
    await (await other.open()).create({ purpose: 'pack', owner: 'province', alg: 'ES256', days: 1 });
    const foreign = JSON.parse(
      await other.text((await other.names()).find((name) => name.startsWith('pack-'))!),
    );
    await editKeyFile((content) => {
      content.privateJwk = { ...(content.privateJwk as object), d: foreign.privateJwk.d };
    });
    await other.remove();
    expect(await faultsOf()).toContain('its private key does not fit its public key');
  });

  it('refuses a key file under the name of another purpose', async () => {
    await makePackKey();
    const name = await onlyKeyFile();
    await rename(join(folder.dir, name), join(folder.dir, name.replace('pack-', 'audit-')));
    expect(await faultsOf()).toContain(`belongs under the name ${name}`);
  });

  it('refuses a private member in the public part', async () => {
    await makePackKey();
    await editKeyFile(({ record }) => {
      (record.publicJwk as Record<string, string>).d = 'AAAA';
    });
    expect(await faultsOf()).toContain('members that are not public');
  });

  it('reports all faults of the folder together', async () => {
    await makePackKey();
    await writeFile(join(folder.dir, 'login-province-AAAAAAAA.json'), '{}', { mode: 0o600 });
    await writeFile(join(folder.dir, await onlyKeyFile()), 'nonsense');
    const message = await faultsOf({ env: { ONECERT_NONCE_SECRET: 'short' } });
    expect(message.split('\n')).toHaveLength(4);
  });

  describe('in production', () => {
    const opened = async () => {
      await makePackKey();
      await rename(join(folder.dir, 'secrets.json'), join(folder.dir, '..', 'secrets.json'));
    };

    it('opens a folder of keys with secrets from the environment', async () => {
      await opened();
      const keyring = await folder.open(production());
      expect(keyring.active('pack', 'province', 'ES256').purpose).toBe('pack');
    });

    it('refuses a key file that others may read', async () => {
      await opened();
      await chmod(join(folder.dir, await onlyKeyFile()), 0o640);
      expect(await faultsOf(production())).toContain('may be read by others: chmod 600');
    });

    it('refuses a keys folder that others may read', async () => {
      await opened();
      await chmod(folder.dir, 0o755);
      expect(await faultsOf(production())).toContain('chmod 700');
    });

    it("refuses the root's private key on the server, and takes its public record", async () => {
      const root = await (await folder.open()).create({
        purpose: 'root',
        owner: 'province',
        alg: 'ES256',
        days: 1,
      });
      await rename(join(folder.dir, 'secrets.json'), join(folder.dir, '..', 'secrets.json'));
      expect(await faultsOf(production())).toContain('belongs on the offline machine, not on a server');
      await rename(join(folder.dir, 'offline'), join(folder.dir, '..', 'offline'));
      const keyring = await folder.open(production());
      expect(keyring.find(root.kid)?.publicJwk).toEqual(root.publicJwk);
      expect(() => keyring.signer(root.kid)).toThrow('key_unavailable');
    });

    it('makes no root key', async () => {
      await opened();
      const keyring = await folder.open(production());
      await expect(
        keyring.create({ purpose: 'root', owner: 'province', alg: 'ES256', days: 1 }),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  it('opens for a ceremony without secrets, and may hold the root there', async () => {
    const keyring = await folder.open({ mode: 'ceremony', generateSecrets: false });
    const root = await keyring.create({ purpose: 'root', owner: 'province', alg: 'ES256', days: 3650 });
    expect(keyring.signer(root.kid).kid).toBe(root.kid);
    expect(() => keyring.secrets).toThrow('key_unavailable');
    expect(await folder.names()).not.toContain('secrets.json');
  });
});
