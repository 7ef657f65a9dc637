import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import type { CreatedOffer } from '../../src/credentials/index.ts';
import type { InitReport } from '../../src/init/index.ts';
import { type CredentialOffer, makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { openPack, type PublicKeyJwk, verify } from '../../src/verifier/core/index.ts';
import { citizenNumber, drivingLicenceRow } from '../unit/credentials/issuing-rig.ts';
import { jsonOf } from './own-server.ts';
import { ProductionInstance, publicOrigin } from './production-instance.ts';

const organisation = join(projectDir, 'config/sample/organisation.yaml');
const [zhang, li, holder] = [citizenNumber(801), citizenNumber(802), citizenNumber(803)] as const;
const personal = [zhang, li, '13800001001', '13800001002', '张三初', '李四初'];
const password = 'three-unrelated-words-more';
const preAuthorized = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

/** The department's own register, over HTTP. */
const startRegister = async (): Promise<{ server: Server; url: string; asked: string[] }> => {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    req.on('end', () => {
      asked.push(`${req.method} ${req.url}`);
      const { holder: whom } = JSON.parse(body) as { holder: { kind: string; number: string } };
      const row = drivingLicenceRow({ key: 'L-1', number: holder });
      const mine = whom.number === holder;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ rows: mine ? [row] : [], blocked: false }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { server, url: `http://127.0.0.1:${port}/licences`, asked };
};

describe('onecert init: from an empty production instance to a department’s certificate', () => {
  let instance: ProductionInstance;
  let register: Awaited<ReturnType<typeof startRegister>>;
  let ceremonyDir: string;
  let report: InitReport;

  const initArguments = (over: { ceremony?: string; second?: string } = {}): string[] => [
    'init',
    '--ceremony-dir',
    over.ceremony ?? ceremonyDir,
    '--organisation',
    organisation,
    '--administrator',
    `张三初,111,${zhang},13800001001`,
    '--administrator',
    over.second ?? `李四初,111,${li},13800001002`,
    '--json',
  ];

  beforeAll(async () => {
    register = await startRegister();
    instance = await ProductionInstance.make({
      registers: { adapter: 'http', http: { 'driving-licences': { url: register.url } } },
    });
    ceremonyDir = mkdtempSync(join(tmpdir(), 'onecert-ceremony-'));
  }, 30_000);
  afterAll(async () => {
    await instance.remove();
    register.server.close();
    rmSync(ceremonyDir, { recursive: true, force: true });
  });

  const post = (path: string, fields: Record<string, string>) =>
    instance.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body: new URLSearchParams(fields).toString(),
    });

  it('--check-config says what an empty instance lacks, and makes nothing', async () => {
    const { exitCode, stdout } = await instance.checkConfig();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/still lacks[\s\S]*keys[\s\S]*organisation tree[\s\S]*two administrators/);
    expect([existsSync(instance.dataDir), existsSync(instance.keysDir)]).toEqual([false, false]);
  }, 20_000);

  it('refuses before anything is made: a ceremony inside KEYS_DIR, one person twice, a number that is none', async () => {
    const inside = await instance.onecert(...initArguments({ ceremony: join(instance.keysDir, 'root') }));
    expect(inside.stderr).toMatch(/outside KEYS_DIR/);
    const twice = await instance.onecert(...initArguments({ second: `张三初,111,${zhang},13800001001` }));
    expect(twice.stderr).toMatch(/two people/);
    const wrong = await instance.onecert(
      ...initArguments({ second: '李四初,111,330102199003078888,13800001002' }),
    );
    expect(wrong.stderr).toMatch(/administrator 2: the document number/);
    expect([inside, twice, wrong].map(({ exitCode }) => exitCode)).toEqual([1, 1, 2]);
    for (const { stderr } of [inside, twice, wrong]) {
      for (const value of [...personal, '330102199003078888']) expect(stderr).not.toContain(value);
    }
    expect([existsSync(instance.dataDir), existsSync(instance.keysDir)]).toEqual([false, false]);
    expect(readdirSync(ceremonyDir)).toEqual([]);
  }, 30_000);

  it('makes keys, tree and two administrators; the root’s private key stays in the ceremony folder', async () => {
    report = jsonOf<InitReport>(await instance.onecert(...initArguments()));
    expect(report.administrators.map(({ role }) => role)).toEqual([
      'system_administrator',
      'security_administrator',
    ]);
    expect([report.statement, report.tree.number]).toEqual([1, 1]);
    expect(readdirSync(join(ceremonyDir, 'offline'))).toHaveLength(2);
    expect(existsSync(join(instance.keysDir, 'offline'))).toBe(false);
    const secrets = readdirSync(join(ceremonyDir, 'offline')).map(
      (name) => JSON.parse(readFileSync(join(ceremonyDir, 'offline', name), 'utf8')).privateJwk.d as string,
    );
    for (const folder of [instance.keysDir, instance.dataDir]) {
      for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!name.isFile()) continue;
        const bytes = readFileSync(join(name.parentPath, name.name));
        for (const value of [...secrets, ...personal]) expect(bytes.includes(value)).toBe(false);
      }
    }
    expect((await instance.checkConfig()).stdout).not.toMatch(/lacks/);
  }, 40_000);

  it('run again gives who has not started a new link, the old one ends; others are not let in', async () => {
    const again = jsonOf<InitReport>(await instance.onecert(...initArguments()));
    expect([again.root, again.statement, again.keysMade]).toEqual([report.root, undefined, 0]);
    expect(again.administrators[0]!.link).not.toBe(report.administrators[0]!.link);
    const old = new URL(report.administrators[0]!.link!).pathname;
    const stranger = await instance.onecert(
      ...initArguments({ second: `王五初,111,${citizenNumber(804)},13800001003` }),
    );
    expect([stranger.exitCode, stranger.stderr]).toEqual([
      1,
      expect.stringMatching(/has its administrators/),
    ]);
    report = again;
    await instance.start();
    expect((await instance.request(old, { headers: { accept: 'text/html' } })).status).toBe(404);
  }, 60_000);

  it('the links set a password of 14 characters or more, once, in both languages, without a script', async () => {
    for (const { link } of report.administrators) {
      expect(link).toMatch(new RegExp(`^${publicOrigin}/officials/start/`));
      const { pathname } = new URL(link!);
      const page = await instance.request(pathname, { headers: { accept: 'text/html' } });
      expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
      expect(page.body).toMatch(/启用管理员账号/);
      expect(page.body).not.toMatch(/<script/);
      const english = await instance.request(`${pathname}?lang=en`, { headers: { accept: 'text/html' } });
      expect(english.body).toMatch(/Set your password/);
      const short = await post(pathname, { password: 'short', again: 'short' });
      expect([short.status, short.body]).toEqual([400, expect.stringMatching(/密码太短/)]);
      const differs = await post(pathname, { password, again: `${password}x` });
      expect([differs.status, differs.body]).toEqual([400, expect.stringMatching(/两次输入不一致/)]);
      expect((await post(pathname, { password, again: password })).status).toBe(200);
      const second = await post(pathname, { password, again: password });
      expect([second.status, second.body]).toEqual([404, expect.stringMatching(/链接已失效/)]);
    }
    const over = await instance.onecert(...initArguments());
    expect([over.exitCode, over.stderr]).toEqual([1, expect.stringMatching(/has its administrators/)]);
    expect(instance.log).not.toContain(password);
    for (const value of personal) expect(instance.log).not.toContain(value);
  }, 40_000);

  it('a department issues one certificate from its HTTP register, and it verifies from the root alone', async () => {
    const administrators = jsonOf<{ account: string }[]>(
      await instance.onecert('official', 'list', '--json'),
    );
    expect(administrators).toHaveLength(2);
    const added = await openHolder(instance);
    const offer = jsonOf<CreatedOffer>(
      await instance.onecert('offer', added, 'driving_licence_sd_jwt', '--no-tx-code', '--json'),
    );
    const { grants, credential_issuer } = offer.credential_offer as unknown as CredentialOffer;
    expect(credential_issuer).toBe(publicOrigin);
    const token = await post('/token', {
      grant_type: preAuthorized,
      'pre-authorized_code': grants[preAuthorized]!['pre-authorized_code']!,
    });
    const { access_token } = JSON.parse(token.body) as { access_token: string };
    const metadata = JSON.parse((await instance.request('/.well-known/openid-credential-issuer')).body) as {
      credential_endpoint: string;
      nonce_endpoint: string;
    };
    const nonce = await instance.request(new URL(metadata.nonce_endpoint).pathname, { method: 'POST' });
    const proof = await makeProof(publicOrigin, JSON.parse(nonce.body).c_nonce, await makeDeviceKey());
    const issued = await instance.request(new URL(metadata.credential_endpoint).pathname, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        credential_configuration_id: 'driving_licence_sd_jwt',
        proofs: { jwt: [proof] },
      }),
    });
    expect([issued.status, issued.status === 200 ? '' : issued.body]).toEqual([200, '']);
    const [{ credential }] = JSON.parse(issued.body).credentials as [{ credential: string }];

    const root = JSON.parse(readFileSync(report.rootFile, 'utf8')) as PublicKeyJwk;
    expect(root.kid).toBe(report.root);
    const now = Math.floor(Date.now() / 1000);
    const opened = await openPack((await instance.request('/pack')).body, { root, now });
    if ('verdict' in opened) throw new Error(opened.verdict.code);
    const verdict = await verify(credential, opened.trusted, { now });
    expect([verdict.outcome, verdict.issuer?.id]).toEqual(['valid', 'zj-police']);
    expect(register.asked).toContain('POST /licences/find');
    expect(register.asked.join()).not.toContain(holder);
  }, 60_000);

  it('leaves an audit that is whole and names nobody', async () => {
    await instance.stop();
    const audit = jsonOf<{ ok: boolean; entries: number }>(
      await instance.onecert('audit', 'verify', '--json'),
    );
    expect([audit.ok, audit.entries > 10]).toEqual([true, true]);
  }, 20_000);
});

/** A citizen's account, made by a script on the same store: registering is another feature's. */
const openHolder = async (instance: ProductionInstance): Promise<string> => {
  const file = join(instance.dir, 'open-holder.ts');
  const source = (path: string) => JSON.stringify(join(projectDir, 'src', path));
  writeFileSync(
    file,
    `import { withCore } from ${source('cli/with-core.ts')};
const account = await withCore((core) => core.accounts.open({ name: '测试人', documentKind: '111', documentNumber: ${JSON.stringify(holder)}, proofingLevel: 3 }));
process.stdout.write(JSON.stringify(account.id));
`,
  );
  return jsonOf<string>(await instance.script(file));
};
