import { open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import {
  ensureDevelopmentKeys,
  type KeyAlg,
  type Keyring,
  type KeyringEvent,
  signJws,
  verifyJws,
} from '../../../src/keyring/index.ts';
import { type KeysFolder, keysFolder, START } from './keys-folder.ts';

const DAY = 86_400;
const algs: KeyAlg[] = ['ES256', 'EdDSA', 'RS256'];
const data = new TextEncoder().encode('something to sign');

describe('keys', () => {
  let folder: KeysFolder;
  let keyring: Keyring;
  beforeEach(async () => {
    folder = await keysFolder();
    keyring = await folder.open();
  });
  afterEach(() => folder.remove());

  const pack = (days = 10, notBefore?: number) =>
    keyring.create({ purpose: 'pack', owner: 'province', alg: 'ES256', days, notBefore });
  const fileOf = async (kid: string) =>
    (await readdir(folder.dir)).find((name) => name.includes(kid.slice(0, 8)))!;

  it.each(algs)('signs with %s what any JOSE library verifies', async (alg) => {
    const { publicJwk, kid } = await keyring.create({ purpose: 'login', owner: 'province', alg, days: 1 });
    const jws = await signJws(keyring.active('login', 'province', alg), 'test+jwt', { hello: '世界' });
    const { protectedHeader, payload } = await compactVerify(jws, await importJWK(publicJwk, alg));
    expect(protectedHeader).toEqual({ alg, typ: 'test+jwt', kid });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ hello: '世界' });
  });

  it.each(algs)('names a key of %s by its RFC 7638 thumbprint and shows no private member', async (alg) => {
    const record = await keyring.create({ purpose: 'login', owner: 'province', alg, days: 1 });
    expect(record.kid).toBe(await calculateJwkThumbprint(record.publicJwk as JWK));
    const shown = alg === 'RS256' ? ['alg', 'e', 'kid', 'kty', 'n'] : ['alg', 'crv', 'kid', 'kty', 'x', 'y'];
    expect(Object.keys(record.publicJwk).sort()).toEqual(
      shown.filter((name) => alg !== 'EdDSA' || name !== 'y'),
    );
  });

  it('gives the newest active key, also among keys made in the same second', async () => {
    for (let i = 0; i < 4; i += 1) {
      const { kid } = await pack();
      expect(keyring.active('pack', 'province', 'ES256').kid).toBe(kid);
    }
  });

  it('keeps a key over a restart, in a file only its owner can read', async () => {
    const { kid } = await pack();
    const again = await folder.open();
    expect(again.active('pack', 'province', 'ES256').kid).toBe(kid);
    const name = await fileOf(kid);
    expect(name).toBe(`pack-province-${kid.slice(0, 8)}.json`);
    expect((await stat(join(folder.dir, name))).mode & 0o777).toBe(0o600);
  });

  it('does not sign before its time', async () => {
    const { kid } = await pack(10, START + 60);
    expect(() => keyring.active('pack', 'province', 'ES256')).toThrow('key_unavailable');
    expect(() => keyring.signer(kid)).toThrow('key_unavailable');
    folder.clock.advance(60);
    expect(keyring.active('pack', 'province', 'ES256').kid).toBe(kid);
  });

  it('signs with the old key until the time of the next one comes', async () => {
    const old = await pack();
    const next = await pack(10, START + DAY);
    expect(keyring.active('pack', 'province', 'ES256').kid).toBe(old.kid);
    folder.clock.advance(DAY);
    expect(keyring.active('pack', 'province', 'ES256').kid).toBe(next.kid);
  });

  it('does not sign after its time, even when it was handed out within it', async () => {
    await pack(1);
    const signer = keyring.active('pack', 'province', 'ES256');
    folder.clock.advance(DAY);
    expect(await signer.sign(data)).toHaveLength(64);
    folder.clock.advance(1);
    await expect(signer.sign(data)).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it('does not sign with a retired or a compromised key that was handed out before', async () => {
    for (const end of ['retire', 'markCompromised'] as const) {
      const { kid } = await pack();
      const signer = keyring.signer(kid);
      await keyring[end](kid);
      await expect(signer.sign(data)).rejects.toMatchObject({ code: 'key_unavailable' });
    }
  });

  it.each([
    ['retire', 'retired'],
    ['markCompromised', 'compromised'],
  ] as const)('%s destroys the private part for good and keeps the public record', async (end, state) => {
    const { kid, publicJwk } = await pack();
    const path = join(folder.dir, await fileOf(kid));
    const { d } = JSON.parse(await folder.text(await fileOf(kid))).privateJwk;
    // A handle on the file of before sees what is left of the bytes themselves.
    const before = await open(path, 'r');
    await keyring[end](kid);
    expect((await before.readFile('utf8')).replaceAll('\0', '')).toBe('');
    await before.close();
    for (const name of await folder.names()) {
      if (name.endsWith('.json')) expect(await folder.text(name)).not.toContain(d);
    }
    const again = await folder.open();
    expect(again.find(kid)).toMatchObject({ state, publicJwk });
    expect(() => again.signer(kid)).toThrow('key_unavailable');
  });

  it('ends the time of a retired key, so that nothing dated later counts as its own', async () => {
    const { kid } = await pack();
    folder.clock.advance(DAY);
    expect((await keyring.retire(kid)).notAfter).toBe(START + DAY);
  });

  it('never turns a stolen key back into one that is merely retired', async () => {
    const { kid } = await pack();
    await keyring.markCompromised(kid);
    await expect(keyring.retire(kid)).rejects.toMatchObject({ code: 'conflict' });
    await expect(keyring.activate(kid)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('marks a retired key as compromised when that comes out later', async () => {
    const { kid } = await pack();
    await keyring.retire(kid);
    expect((await keyring.markCompromised(kid)).state).toBe('compromised');
  });

  it("keeps the root's private key apart, and destroys it there", async () => {
    const { kid } = await keyring.create({ purpose: 'root', owner: 'province', alg: 'ES256', days: 3650 });
    const name = await fileOf(kid);
    expect(JSON.parse(await folder.text(name)).privateJwk).toBeUndefined();
    expect(JSON.parse(await folder.text(`offline/${name}`)).privateJwk.d).toBeDefined();
    expect(await keyring.signer(kid).sign(data)).toHaveLength(64);
    await keyring.retire(kid);
    expect(await folder.names()).not.toContain(`offline/${name}`);
    expect((await folder.open()).find(kid)?.state).toBe('retired');
  });

  it("destroys the root's private key at the next start when the process ended in the middle", async () => {
    const { kid } = await keyring.create({ purpose: 'root', owner: 'province', alg: 'ES256', days: 3650 });
    const name = await fileOf(kid);
    const offline = await folder.text(`offline/${name}`);
    await keyring.retire(kid);
    await writeFile(join(folder.dir, 'offline', name), offline, { mode: 0o600 });
    expect((await folder.open()).find(kid)?.state).toBe('retired');
    expect(await folder.names()).not.toContain(`offline/${name}`);
  });

  it('takes up a root whose public record was not written yet when the process ended', async () => {
    const { kid } = await keyring.create({ purpose: 'root', owner: 'province', alg: 'ES256', days: 3650 });
    await rm(join(folder.dir, await fileOf(kid)));
    const again = await folder.open();
    expect(again.active('root', 'province', 'ES256').kid).toBe(kid);
    expect((await again.markCompromised(kid)).state).toBe('compromised');
    expect((await folder.open()).find(kid)?.state).toBe('compromised');
  });

  it('does not sign with the next root before it is activated', async () => {
    const next = await keyring.create({
      purpose: 'root',
      owner: 'province',
      alg: 'ES256',
      days: 1,
      standby: true,
    });
    expect(() => keyring.signer(next.kid)).toThrow('key_unavailable');
    await keyring.activate(next.kid);
    expect(keyring.active('root', 'province', 'ES256').kid).toBe(next.kid);
  });

  it('hears within a second of a key that another process ended', async () => {
    const { kid } = await pack();
    const signer = keyring.signer(kid);
    await (await folder.open()).markCompromised(kid);
    folder.clock.advance(1);
    await expect(signer.sign(data)).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it('starts a change from what the folder holds, not from what it remembers', async () => {
    const { kid } = await pack();
    await (await folder.open()).markCompromised(kid);
    await expect(keyring.retire(kid)).rejects.toMatchObject({ code: 'conflict' });
    expect(keyring.find(kid)?.state).toBe('compromised');
  });

  it('gives the login keys with their private parts, the newest of each algorithm first, to nobody but the provider', async () => {
    for (const alg of ['ES256', 'ES256', 'RS256'] as const) {
      await keyring.create({ purpose: 'login', owner: 'province', alg, days: 1 });
    }
    const newest = keyring.active('login', 'province', 'ES256').kid;
    const { keys } = keyring.loginJwks();
    expect(keys).toHaveLength(3);
    expect(keys.find(({ alg }) => alg === 'ES256')?.kid).toBe(newest);
    expect(keys.every(({ d, use }) => d !== undefined && use === 'sig')).toBe(true);
    expect(JSON.stringify(keyring.all())).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  });

  it('refuses an owner that could leave the folder', async () => {
    for (const owner of ['../x', 'a/b', '', 'A', 'x'.repeat(65)]) {
      await expect(
        keyring.create({ purpose: 'certificate', owner, alg: 'ES256', days: 1 }),
      ).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });

  it('signs 50 times on 25 parallel callers and every signature verifies', async () => {
    const { publicJwk } = await pack();
    const key = keyring.active('pack', 'province', 'ES256');
    const caller = async (name: number) => {
      for (let i = 0; i < 2; i += 1) {
        const jws = await signJws(key, 'test+jwt', { name, i });
        expect(await verifyJws(jws, publicJwk, 'test+jwt')).toEqual({ name, i });
      }
    };
    await Promise.all(Array.from({ length: 25 }, (_, name) => caller(name)));
  });

  it('takes a document of one kind for no other', async () => {
    const { publicJwk } = await pack();
    const jws = await signJws(keyring.active('pack', 'province', 'ES256'), 'one+jwt', {});
    expect(await verifyJws(jws, publicJwk, 'one+jwt')).toEqual({});
    expect(await verifyJws(jws, publicJwk, 'other+jwt')).toBeUndefined();
    expect(await verifyJws(jws.slice(0, -2), publicJwk, 'one+jwt')).toBeUndefined();
  });

  describe('changes', () => {
    const listen = async (target: Keyring) => {
      const events: KeyringEvent[] = [];
      await target.onChange(async (event) => void events.push(event));
      return events;
    };

    it('are told when they happen, with who did it', async () => {
      const events = await listen(keyring);
      const { kid } = await keyring.create({
        purpose: 'pack',
        owner: 'province',
        alg: 'ES256',
        days: 1,
        actor: 'cli',
      });
      await keyring.retire(kid, 'account:p_1');
      expect(events.map(({ change, actor, record }) => [change, actor, record.kid])).toEqual([
        ['created', 'cli', kid],
        ['retired', 'account:p_1', kid],
      ]);
      expect(JSON.stringify(events)).not.toContain('"d"');
    });

    it('made before anybody listened are told to who comes first, also after a restart', async () => {
      const { kid } = await pack();
      const again = await folder.open();
      expect((await listen(again)).map(({ record }) => record.kid)).toEqual([kid]);
      expect(await listen(await folder.open())).toEqual([]);
    });

    it('that could not be recorded fail the caller and are told again', async () => {
      let broken = true;
      const told: string[] = [];
      await keyring.onChange(async ({ change }) => {
        if (broken) throw new Error('the audit is down');
        told.push(change);
      });
      await expect(pack()).rejects.toThrow('the audit is down');
      broken = false;
      expect((await listen(await folder.open())).map(({ change }) => change)).toEqual(['created']);
    });

    it('that changed nothing are not told', async () => {
      const { kid } = await pack();
      await keyring.retire(kid);
      const events = await listen(keyring);
      events.length = 0;
      await keyring.retire(kid);
      expect(events).toEqual([]);
    });
  });

  describe('of a development province', () => {
    it('are all made once: root and next root, province keys, login keys in three algorithms, two keys a department', async () => {
      const made = await ensureDevelopmentKeys(keyring, ['zj-police', 'wenzhou']);
      const kinds = keyring
        .all()
        .map(({ purpose, owner, alg, state }) => `${purpose} ${owner} ${alg} ${state}`);
      expect(made).toHaveLength(15);
      expect(kinds).toEqual([
        'audit province ES256 active',
        'certificate wenzhou ES256 active',
        'certificate wenzhou EdDSA active',
        'certificate zj-police ES256 active',
        'certificate zj-police EdDSA active',
        'document-ca province ES256 active',
        'login province ES256 active',
        'login province EdDSA active',
        'login province RS256 active',
        'pack province ES256 active',
        ...kinds.filter((kind) => kind.startsWith('root')),
        'status province ES256 active',
        'status province EdDSA active',
        'trust-list province ES256 active',
      ]);
      expect(kinds.filter((kind) => kind.startsWith('root')).sort()).toEqual([
        'root province ES256 active',
        'root province ES256 standby',
      ]);
      const days = (purpose: string) =>
        new Set(
          keyring
            .all()
            .filter((key) => key.purpose === purpose)
            .map((key) => (key.notAfter - key.notBefore) / DAY),
        );
      expect([...days('root')]).toEqual([3650]);
      expect([...days('login')]).toEqual([730]);
      expect(await ensureDevelopmentKeys(keyring, ['zj-police', 'wenzhou'])).toEqual([]);
    });

    it('get what has run out or is missing, and nothing else', async () => {
      await ensureDevelopmentKeys(keyring, []);
      folder.clock.advance(731 * DAY);
      const made = await ensureDevelopmentKeys(keyring, ['wenzhou']);
      expect(made.map(({ purpose }) => purpose)).not.toContain('root');
      expect(made).toHaveLength(10);
    });
  });
});
