import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import {
  type CredentialOffer,
  getJson,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

let own: OwnServer;
let dir: string;
const file = (name: string) => join(dir, name);
const run = (...args: string[]) => own.server.onecert(...args);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onecert-command-'));
  own = await ownServer();
  await own.server.start();
}, 60_000);
afterAll(async () => {
  await own.remove();
  rmSync(dir, { recursive: true, force: true });
});

describe('the onecert command', () => {
  it('info names every URL a client needs, and each of them answers', async () => {
    const info = jsonOf<Record<string, string & Record<string, string>> & { status_lists: string[] }>(
      await run('info', '--json'),
    );
    const { base: _base, ...urls } = {
      base: '',
      a: info.discovery,
      b: info.credential_issuer_metadata,
      c: info.trust!.root,
      d: info.trust!.statement,
      e: info.trust!.list,
      f: info.pack,
      g: info.certificate_types,
      h: info.wallet,
      i: info.counter,
    };
    for (const url of Object.values(urls)) expect([url, (await fetch(url!)).status]).toEqual([url, 200]);
    expect(info.engines).toEqual({ documents: 'sqlite', ephemeral: 'sqlite' });
    expect(Object.values(info.adapters!)).toContain('file (sample)');
  });

  it('app add prints a client that can be used at once, and refuses a bad redirect', async () => {
    const app = jsonOf<{ client_id: string; client_secret: string }>(
      await run(
        'app',
        'add',
        '--name',
        'A',
        '--redirect',
        'https://rp.example/cb',
        '--pkce',
        'optional',
        '--json',
      ),
    );
    expect(app.client_secret.length).toBeGreaterThan(30);
    const asked = new URLSearchParams({
      client_id: app.client_id,
      redirect_uri: 'https://rp.example/cb',
      response_type: 'code',
      scope: 'openid',
    });
    const answer = await fetch(`${own.server.baseUrl}/auth?${asked}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/interaction\//),
    ]);
    for (const bad of [
      'javascript:alert(1)',
      'https://rp.example/cb#x',
      'http://rp.example/cb',
      'https://u@rp.example/',
    ]) {
      const refused = await run('app', 'add', '--name', 'A', '--redirect', bad, '--json');
      expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
    }
  });

  it('ZZD-5 app export prints the access list, whole or of one app, as a table or as JSON', async () => {
    const csv = await run('app', 'export');
    expect([csv.exitCode, csv.stdout.charCodeAt(0)]).toEqual([0, 0xfeff]);
    expect(csv.stdout).toContain('"onecert-wallet","证照卡包 Wallet"');
    const lines = jsonOf<{ app: string }[]>(await run('app', 'export', '--app', 'onecert-wallet', '--json'));
    expect(lines.map(({ app }) => app)).toEqual(['onecert-wallet']);
    const both = await run('app', 'export', '--unit', 'zj-police', '--enterprise', 'x');
    expect(both.exitCode).toBe(2);
  });

  it('register check lists every faulty row by line and reason, and no values', async () => {
    const result = await run('register', 'check', '--json');
    const reports =
      jsonOf<{ register: string; blocked: number; findings: { line: number; code: string }[] }[]>(result);
    const licences = reports.find(({ register }) => register === 'driving-licences')!;
    expect(licences.findings.some(({ code }) => code === 'bad_checksum')).toBe(true);
    expect(licences.blocked).toBeGreaterThan(5);
    expect(result.stdout).not.toMatch(/\d{17}[\dX]/);
  });

  it('ends with 2 for wrong use and says what is wrong in one sentence', async () => {
    for (const args of [
      ['nothing'],
      ['offer'],
      ['offer', 'nobody', 'driving_licence'],
      ['offer', 'lin', 'pilot_licence'],
      ['verify', file('none'), '--pack', file('none')],
      ['credential', 'suspend', 'c_none'],
    ]) {
      const result = await run(...args);
      expect([args.join(' '), result.exitCode, result.stdout]).toEqual([args.join(' '), 2, '']);
      expect(result.stderr).not.toMatch(/at .*\.js:/);
    }
  });

  it('keys: rotate makes a second signer, the old one still verifies; a stolen one verifies nothing', async () => {
    const before = jsonOf<{ kid: string; purpose: string; owner: string; alg: string; state: string }[]>(
      await run('keys', 'list', '--json'),
    );
    const old = before.find(
      (key) => key.purpose === 'certificate' && key.owner === 'zj-police' && key.alg === 'ES256',
    )!;
    const rotated = jsonOf<{ kid: string; also_active: string[]; trust_list_published: boolean }>(
      await run('keys', 'rotate', '--purpose', 'certificate', '--owner', 'zj-police', '--json'),
    );
    expect(rotated.also_active).toEqual([old.kid]);
    expect(rotated.trust_list_published).toBe(true);
    const stolen = jsonOf<{ state: string }>(await run('keys', 'compromised', old.kid, '--json'));
    expect(stolen.state).toBe('compromised');
  });
});

describe('onecert verify', () => {
  let sdJwt: string;
  beforeAll(async () => {
    const { baseUrl } = own.server;
    const offer = jsonOf<{ credential_offer: CredentialOffer }>(
      await run('offer', 'ouyang', 'driving_licence', '--no-tx-code', '--json'),
    );
    const accessToken = await redeemOffer(offer.credential_offer, undefined);
    const metadata = await issuerMetadata(baseUrl);
    const get = async (configurationId: string) =>
      (
        await requestCredentials({
          issuer: baseUrl,
          metadata,
          accessToken,
          configurationId,
          keys: [await makeDeviceKey()],
        })
      )[0];
    sdJwt = String(await get('driving_licence_sd_jwt'));
    writeFileSync(file('sd-jwt'), sdJwt);
    writeFileSync(file('vc.json'), JSON.stringify(await get('driving_licence_ldp_vc'), null, 2));
    jsonOf(await run('pack', '--out', file('pack'), '--json'));
  }, 60_000);

  const code = async (...args: string[]) => {
    const result = await run('verify', ...args, '--json');
    return [result.exitCode, result.stdout ? JSON.parse(result.stdout).code : result.stderr];
  };

  it('says valid with exit code 0, for a file, and in words in both languages', async () => {
    expect(await code(file('sd-jwt'), '--pack', file('pack'))).toEqual([0, 'valid']);
    expect(await code(file('vc.json'), '--pack', file('pack'))).toEqual([0, 'valid']);
    const words = await run('verify', file('sd-jwt'), '--pack', file('pack'));
    expect(words.stdout).toMatch(/^有效 Valid/);
    expect(words.stdout).toMatch(/status as of \S+Z \((now|\d+ min old)\)\n.*pack \d+ of \S+Z \(/);
  });

  it('takes a text as it was scanned, and the pack as its delta from nothing', async () => {
    writeFileSync(file('delta'), await fetch(`${own.server.baseUrl}/pack/delta`).then((sent) => sent.text()));
    expect(await code('--text', sdJwt, '--pack', file('delta'))).toEqual([0, 'valid']);
    expect(await code('--text', 'SC1:', '--pack', file('delta'))).toEqual([1, 'malformed']);
    for (const wrong of [[], [file('sd-jwt'), '--text', sdJwt]])
      expect((await run('verify', ...wrong, '--pack', file('pack'))).exitCode).toBe(2);
  });

  it('says not valid with exit code 1 for a changed byte and for text that is nothing', async () => {
    const at = sdJwt.indexOf('.') + 20;
    writeFileSync(
      file('changed'),
      `${sdJwt.slice(0, at)}${sdJwt[at] === 'A' ? 'B' : 'A'}${sdJwt.slice(at + 1)}`,
    );
    const [exit, verdict] = await code(file('changed'), '--pack', file('pack'));
    expect(exit).toBe(1);
    expect(['tampered', 'malformed']).toContain(verdict);
    writeFileSync(file('nothing'), 'hello');
    expect(await code(file('nothing'), '--pack', file('pack'))).toEqual([1, 'malformed']);
  });

  it('refuses a pack under another root, a home-made pack, an unsigned one, and one older than it has seen', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    writeFileSync(file('other-root.json'), JSON.stringify(await exportJWK(publicKey)));
    expect(await code(file('sd-jwt'), '--pack', file('pack'), '--root', file('other-root.json'))).toEqual([
      1,
      'pack_invalid',
    ]);
    const [header, payload] = readFileSync(file('pack'), 'utf8').split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'onecert-pack+jwt' })).toString('base64url');
    writeFileSync(file('unsigned'), `${none}.${payload}.`);
    expect(await code(file('sd-jwt'), '--pack', file('unsigned'))).toEqual([1, 'pack_invalid']);
    writeFileSync(file('swapped'), `${header}.${payload}.${'A'.repeat(86)}`);
    expect(await code(file('sd-jwt'), '--pack', file('swapped'))).toEqual([1, 'pack_invalid']);

    const [certificate] = jsonOf<[{ id: string }]>(
      await run('credential', 'list', '--account', 'ouyang', '--json'),
    );
    jsonOf(await run('credential', 'suspend', certificate.id, '--json'));
    jsonOf(await run('pack', '--out', file('newer-pack'), '--json'));
    expect(await code(file('sd-jwt'), '--pack', file('newer-pack'))).toEqual([1, 'suspended']);
    expect(await code(file('sd-jwt'), '--pack', file('pack'))).toEqual([1, 'pack_invalid']);
    jsonOf(await run('credential', 'resume', certificate.id, '--json'));
  });

  it('needs no store, no keys and no network: root and pack are enough', async () => {
    writeFileSync(file('root.json'), JSON.stringify(await getJson(`${own.server.baseUrl}/trust/root`)));
    jsonOf(await run('pack', '--out', file('fresh-pack'), '--json'));
    const elsewhere = { ...own.server.env };
    own.server.env.DATA_DIR = file('nowhere');
    try {
      const result = await code(
        file('sd-jwt'),
        '--pack',
        file('fresh-pack'),
        '--root',
        file('root.json'),
        '--memory',
        file('memory.json'),
      );
      expect(result).toEqual([0, 'valid']);
    } finally {
      own.server.env.DATA_DIR = elsewhere.DATA_DIR;
    }
  });
});
