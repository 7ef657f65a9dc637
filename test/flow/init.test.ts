import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import type { CreatedOffer } from '../../src/credentials/index.ts';
import type { InitReport } from '../../src/init/index.ts';
import { passkeyOptionsOf, SoftPasskey } from '../../src/tour/soft-passkey.ts';
import { type CredentialOffer, makeDeviceKey, makeProof } from '../../src/tour/wallet-client.ts';
import { openPack, type PublicKeyJwk, verify } from '../../src/verifier/core/index.ts';
import { citizenNumber, drivingLicenceRow } from '../unit/credentials/issuing-rig.ts';
import { nextCode } from './account-visitor.ts';
import { jsonOf } from './own-server.ts';
import { ProductionInstance, publicOrigin } from './production-instance.ts';
import { addOfficeApp, ProductionPerson, type Signer } from './production-person.ts';

const organisation = join(projectDir, 'config/sample/organisation.yaml');
const [zhang, li, holder, zhao, clerk, approver] = [801, 802, 803, 805, 806, 807].map(citizenNumber) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const personal = [zhang, li, '13800001001', '13800001002', '张三初', '李四初'];
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
  let office: Awaited<ReturnType<typeof addOfficeApp>>;
  const administrators: ProductionPerson[] = [];
  const staff: ProductionPerson[] = [];
  const entered = async (person: ProductionPerson, unit: string) => {
    const inside = await office.enter(person, unit);
    if (!('call' in inside)) throw new Error(inside.page.text);
    return inside as Required<typeof inside>;
  };

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
    const asked = await instance.onecert('init', '--check-config', '--json');
    expect([asked.exitCode, JSON.parse(asked.stdout)]).toEqual([
      1,
      { lacks: ['keys: there is no keys folder', 'organisation tree', 'two administrators'] },
    ]);
    const alone = await instance.onecert('init', '--ceremony-dir', ceremonyDir);
    expect([alone.exitCode, alone.stderr]).toEqual([2, expect.stringMatching(/--organisation/)]);
    expect([existsSync(instance.dataDir), existsSync(instance.keysDir)]).toEqual([false, false]);
  }, 30_000);

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
    expect((await instance.checkConfig()).stdout).toMatch(/lacks[^-]*- start links: 2 of 2[^-]*$/);
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

  const personOf = (signer: Signer) => new ProductionPerson(instance, signer);
  const inform = async (answer: { status: number; body: string }, status: number, words: RegExp) =>
    expect([answer.status, answer.body]).toEqual([status, expect.stringMatching(words)]);

  it('the links ask for a passkey and nothing less, once, in both languages (security (d))', async () => {
    for (const [index, { link }] of report.administrators.entries()) {
      expect(link).toMatch(new RegExp(`^${publicOrigin}/officials/start/`));
      const { pathname } = new URL(link!);
      const page = await instance.request(pathname, { headers: { accept: 'text/html' } });
      expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
      expect(page.body).toMatch(/启用管理员账号[\s\S]*通行密钥/);
      expect(page.body).not.toMatch(/type="password"/);
      expect(page.headers['content-security-policy']).toMatch(/script-src 'self'/);
      const english = await instance.request(`${pathname}?lang=en`, { headers: { accept: 'text/html' } });
      expect(english.body).toMatch(/Create the passkey/);
      await inform(await post(pathname, { response: '{}' }), 400, /链接仍然有效/);
      const passkey = new SoftPasskey(publicOrigin);
      const response = passkey.create(passkeyOptionsOf({ text: page.body }));
      await inform(await post(pathname, { response }), 200, /通行密钥已创建/);
      await inform(await post(pathname, { response }), 404, /链接已失效/);
      administrators[index] = personOf({ passkey });
    }
    const over = await instance.onecert(...initArguments());
    expect([over.exitCode, over.stderr]).toEqual([1, expect.stringMatching(/has its administrators/)]);
    const check = await instance.onecert('init', '--check-config');
    expect([check.exitCode, check.stdout]).toEqual([0, 'nothing is missing\n']);
    for (const value of personal) expect(instance.log).not.toContain(value);
  }, 40_000);

  it('both enter their office by passkey, and appoint a third administrator with four eyes only (ZZD-1)', async () => {
    office = await addOfficeApp(instance);
    const [system, security] = [
      await entered(administrators[0]!, '省人民政府'),
      await entered(administrators[1]!, '省人民政府'),
    ];
    expect(administrators.map(({ answered }) => answered)).toEqual([
      ['passkey', 'capacity', 'consent'],
      ['passkey', 'capacity', 'consent'],
    ]);
    expect(system.claims).toMatchObject({
      realm: 'office',
      authenticator_level: 3,
      roles: ['system_administrator'],
    });
    expect(system.claims.sub).not.toBe(security.claims.sub);

    const auditor = await openAccount(instance, zhao);
    const proposed = await system.call('/administrators/proposals', {
      act: 'appoint',
      account: auditor,
      role: 'audit_administrator',
      unit: 'zj-government',
      reason: 'first_auditor',
    });
    expect(proposed.status).toBe(201);
    const approve = `/administrators/proposals/${proposed.body.id}/approve`;
    expect((await system.call(approve, {})).body.code).toBe('second_person_needed');
    expect((await security.call(approve, {})).body).toMatchObject({ state: 'done' });

    for (const [index, number] of [clerk, approver].entries()) {
      const place = { unit: 'zj-police', roles: [index === 0 ? 'issuer_clerk' : 'approver'] };
      const account = await openAccount(instance, number);
      const by = await instance.onecert('person', 'slip', account, '--officer', auditor, '--json');
      staff[index] = await startPerson(instance, number, jsonOf<{ code: string }>(by).code);
      const document = { kind: '111', number };
      expect((await system.call('/posts', { document, ...place })).status).toBe(403);
      expect((await security.call('/posts', { document, ...place })).status).toBe(201);
    }
    // An administrator who can show no passkey is told what to do, and does not get in.
    const [code] = [
      jsonOf<{ code: string }>(
        await instance.onecert('person', 'slip', auditor, '--officer', auditor, '--json'),
      ).code,
    ];
    const weak = await startPerson(instance, zhao, code);
    const refused = await office.enter(weak, '省人民政府');
    expect(refused.page?.text).toMatch(/管理员用通行密钥[\s\S]*\/account\/sign-in-methods/);
    const back = await weak.browser.submit(refused.page!, '/cancel');
    expect(new URL(back.url).searchParams.get('error')).toBe('unmet_authentication_requirements');
  }, 180_000);

  it('the clerk signs in with her authenticator app and offers one certificate, which verifies from the root alone', async () => {
    const desk = await entered(staff[0]!, '公安厅');
    expect(staff[0]!.answered.slice(-3)).toEqual(['capacity', 'totp', 'consent']);
    expect(desk.claims).toMatchObject({ authenticator_level: 2, unit: { region: '330000' } });
    await openAccount(instance, holder);
    const offered = await desk.call('/offers', {
      document: { kind: '111', number: holder },
      type: 'driving_licence',
      txCode: false,
    });
    // Only one of the two registers is connected; the other does not stand in her way.
    expect([offered.status, offered.body.code]).toEqual([201, undefined]);
    const offer = offered.body as CreatedOffer;
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

    const judge = async () => {
      const root = JSON.parse(readFileSync(report.rootFile, 'utf8')) as PublicKeyJwk;
      expect(root.kid).toBe(report.root);
      const now = Math.floor(Date.now() / 1000);
      const opened = await openPack((await instance.request('/pack')).body, { root, now });
      if ('verdict' in opened) throw new Error(opened.verdict.code);
      return verify(credential, opened.trusted, { now });
    };
    const verdict = await judge();
    expect([verdict.outcome, verdict.issuer?.id]).toEqual(['valid', 'zj-police']);
    expect(register.asked).toContain('POST /licences/find');
    expect(register.asked.join()).not.toContain(holder);

    const [certificate] = (await desk.call('/certificates')).body.certificates as { id: string }[];
    const proposed = await desk.call(
      `/certificates/${certificate!.id}/suspend`,
      { reason: 'court_order' },
      { 'idempotency-key': 'init-test-1' },
    );
    expect([proposed.status, (await judge()).outcome]).toEqual([201, 'valid']);
    const approve = `/decisions/${proposed.body.id}/approve`;
    expect((await desk.call(approve, {})).status).toBe(403);
    const second = await entered(staff[1]!, '公安厅');
    expect((await second.call(approve, {})).status).toBe(200);
    expect((await judge()).outcome).toBe('not_valid');
  }, 180_000);

  it('leaves an audit that is whole and names nobody', async () => {
    await instance.stop();
    const audit = jsonOf<{ ok: boolean; entries: number }>(
      await instance.onecert('audit', 'verify', '--json'),
    );
    expect([audit.ok, audit.entries > 10]).toEqual([true, true]);
  }, 20_000);
});

/** An account, made by a script on the same store: opening one asks a population register, which is another test's. */
const openAccount = async (instance: ProductionInstance, documentNumber: string): Promise<string> => {
  const file = join(instance.dir, 'open-account.ts');
  const source = (path: string) => JSON.stringify(join(projectDir, 'src', path));
  const person = { name: '测试人', documentKind: '111', documentNumber, proofingLevel: 3 };
  writeFileSync(
    file,
    `import { withCore } from ${source('cli/with-core.ts')};
const account = await withCore((core) => core.accounts.open(${JSON.stringify(person)}));
process.stdout.write(JSON.stringify(account.id));
`,
  );
  return jsonOf<string>(await instance.script(file));
};

/** Sets her password with the slip's code and adds an authenticator app, on the pages. */
const startPerson = async (
  instance: ProductionInstance,
  loginName: string,
  code: string,
): Promise<ProductionPerson> => {
  const signer: Signer = { loginName, password: 'three-unrelated-words-more' };
  const person = new ProductionPerson(instance, signer);
  const { password } = signer;
  const start = await person.open('/open-account/start');
  const done = await person.submit(start, '/start', { code, password: password!, repeat: password! });
  expect(done.status).toBe(200);
  const page = await person.open('/account/authenticator-new');
  const secret = /name="secret" value="([A-Z2-7]{32})"/.exec(page.text)![1]!;
  signer.totp = secret;
  const added = await person.submit(page, '/add', { code: nextCode(secret, Date.now) });
  expect(new URL(added.url).pathname).toBe('/account/backups');
  return person;
};
