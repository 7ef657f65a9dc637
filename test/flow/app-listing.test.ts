import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { actOf, appoint, mailedCode, manifestOf, openApi } from './app-records.ts';
import { makeCertificate } from './certificate-maker.ts';
import { startSandbox } from './sandbox-app.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { walkThrough } from './test-app.ts';
import { TestBrowser } from './test-browser.ts';

type Body = Record<string, unknown>;

/** An app's own host, a sandbox and the province, all of them real. */
describe('an app on its way through the sandbox to the list', () => {
  let dir: string;
  let host: Server;
  let origin: string;
  let sandbox: RunningApp;
  let province: RunningApp;
  let api: Awaited<ReturnType<typeof openApi>>;
  const owner = 'unit:zj-police';
  const reviewer = { person: 'zhou', office: true };
  let logo: Buffer = Buffer.from('89504e470d0a1a0a', 'hex');
  let keys: Body[] = [];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-listing-'));
    const authority = makeCertificate({ name: 'Test authority', ca: true });
    const own = makeCertificate({ name: 'localhost', host: 'localhost', issuer: authority });
    host = createServer(
      {
        key: own.key.export({ type: 'pkcs8', format: 'pem' }),
        cert: own.certificate.toString(),
      },
      (req, res) => {
        if (req.url === '/logo.png') res.setHeader('content-type', 'image/png').end(logo);
        else if (req.url === '/jwks')
          res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
        else res.end('here');
      },
    );
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as AddressInfo;
    origin = `https://localhost:${port}`;
    sandbox = await startSandbox();
    const caFile = join(dir, 'ca.pem');
    writeFileSync(caFile, authority.certificate.toString());
    const config = join(dir, 'own.json');
    const registrationTokenFile = join(sandbox.core.config.dataDir, 'registration-token');
    writeFileSync(config, JSON.stringify({ sandbox: { baseUrl: sandbox.baseUrl, registrationTokenFile } }));
    province = await startApp({
      ONECERT_CONFIG: config,
      OUTGOING_HOSTS: `localhost:${port}`,
      OUTGOING_CA_FILE: caFile,
    });
    await appoint(province, 'zhou', 'zj-government', ['app_reviewer']);
    api = await openApi(province);
  }, 120_000);
  afterAll(async () => {
    await province?.stop();
    await sandbox?.stop();
    host?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const webManifest = (name: string, over: Body = {}) =>
    manifestOf(name, {
      metadata: {
        redirect_uris: [`${origin}/callback`],
        logo_uri: `${origin}/logo.png`,
        policy_uri: `${origin}/privacy`,
        ...over,
      },
    });
  const post = (id: unknown, act: string, body: Body = {}, who = 'zhao') =>
    api.call(who, 'POST', `/apps/${id}/${act}`, body);
  const register = async (manifest: object) =>
    (await api.call('zhao', 'POST', '/apps', { owner, manifest })).body.id as string;
  const rowOf = async (id: string, check: string) => {
    const { report } = (await api.call('zhao', 'GET', `/apps/${id}/check`)).body;
    return (report as Body[]).find((row) => row.check === check)!.result;
  };

  /** As its developer would: a stock library, with what the page gave her. */
  const signIn = async (at: RunningApp, who: string, { client_id, client_secret }: Body) => {
    const config = await client.discovery(
      new URL(at.baseUrl),
      String(client_id),
      { id_token_signed_response_alg: 'ES256' },
      client.ClientSecretBasic(String(client_secret)),
      { execute: [client.allowInsecureRequests] },
    );
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: `${origin}/callback`,
      scope: 'openid profile',
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const checks = { pkceCodeVerifier, expectedState };
    const account = (await at.core.samplePerson(who))!;
    const person = { loginName: account.documentNumber, password: at.passwordOf(who) };
    const browser = new TestBrowser((to) => to.origin === origin);
    const callback = await walkThrough(browser, { url, checks }, person);
    const tokens = await client.authorizationCodeGrant(config, new URL(callback), checks);
    return { config, tokens };
  };

  it('ZZD-3 ZZD-4 is tried in the sandbox, counts as tested by a real sign-in alone, passes the check, is listed, signs people in, and is dead when suspended', async () => {
    const id = await register(webManifest('Listing'));
    const early = await post(id, 'confirm-tested');
    expect([early.status, early.body.code]).toEqual([409, 'app_not_ready']);
    const tried = await post(id, 'try');
    expect(tried.body).toEqual({
      issuer: sandbox.baseUrl,
      client_id: expect.stringMatching(/^app-/),
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await province.core.apps.get(String(tried.body.client_id))).toBeUndefined();
    expect((await post(id, 'confirm-tested')).status).toBe(409);
    await signIn(sandbox, 'lin', tried.body);
    expect((await post(id, 'confirm-tested')).body.state).toBe('tested');
    expect(JSON.stringify((await api.call('zhao', 'GET', `/apps/${id}`)).body)).not.toContain(
      String(tried.body.client_secret),
    );

    // A change of what was tried makes it a draft again.
    const manifest = webManifest('Listing', { post_logout_redirect_uris: [`${origin}/`] });
    expect((await api.call('zhao', 'PUT', `/apps/${id}/manifest`, { manifest })).body.state).toBe('draft');
    expect((await post(id, 'confirm-tested')).body.code).toBe('app_not_ready');
    const again = await post(id, 'try');
    await signIn(sandbox, 'lin', again.body);
    expect((await post(id, 'confirm-tested')).body.state).toBe('tested');

    await post(id, 'contacts/code', { contact: 'apps@police.example.test' });
    await post(id, 'contacts/confirm', { code: await mailedCode(province) });
    const { invitation } = (await post(id, 'invite')).body;
    await api.call('jin', 'POST', '/apps/join', { invitation });
    const { report } = (await api.call('zhao', 'GET', `/apps/${id}/check`)).body;
    expect((report as Body[]).filter(({ result }) => result !== 'pass')).toEqual([]);
    const asked = await post(id, 'ask-for-listing');
    const { id: review } = asked.body.review as Body;
    const listed = await api.call(reviewer, 'POST', `/reviews/${id}/decision`, {
      review,
      decision: 'approve',
    });
    expect(listed.body.state).toBe('listed');

    const secret = (await post(id, 'secrets')).body;
    const { config, tokens } = await signIn(province, 'lin', secret);
    const claims = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(claims).toHaveProperty('name');
    expect(claims).not.toHaveProperty('document_number');
    const [line] = await province.core.appRecords.exportAll({ app: String(secret.client_id) });
    expect(line?.last_sign_in).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    const beyond = client.buildAuthorizationUrl(config, {
      redirect_uri: `${origin}/callback`,
      scope: 'openid phone',
      response_type: 'code',
    });
    const refused = await new TestBrowser((to) => to.origin === origin).open(beyond.href);
    expect([refused.status, refused.url]).toEqual([0, expect.stringContaining('error=invalid_')]);

    const suspend = { to: 'suspend', reason: '待核查' };
    expect((await api.call(reviewer, 'POST', `/reviews/${id}/state`, suspend)).body.state).toBe('suspended');
    await expect(
      client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub),
    ).rejects.toMatchObject({ status: 401 });
    await expect(signIn(province, 'lin', secret)).rejects.toThrow();
  }, 120_000);

  it('the check reads the hosts, the keys and the logo themselves', async () => {
    const id = await register(
      webManifest('Keys', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: `${origin}/jwks` }),
    );
    expect(await rowOf(id, 'keys')).toBe('fail');
    keys = [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b', d: 'private' }];
    expect(await rowOf(id, 'keys')).toBe('fail');
    keys = [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }];
    expect([await rowOf(id, 'keys'), await rowOf(id, 'logo'), await rowOf(id, 'tls')]).toEqual([
      'pass',
      'pass',
      'pass',
    ]);
    logo = Buffer.alloc(70_000);
    expect(await rowOf(id, 'logo')).toBe('fail');
    const dead = await register(
      manifestOf('Dead', { metadata: { redirect_uris: ['https://nobody.invalid/cb'] } }),
    );
    expect(await rowOf(dead, 'tls')).toBe('fail');
    const inside = await register(
      manifestOf('Inside', { metadata: { redirect_uris: ['https://127.0.0.1/cb'] } }),
    );
    expect(await rowOf(inside, 'tls')).toBe('fail');
    const plain = await register(
      manifestOf('Plain', { metadata: { redirect_uris: ['http://localhost:8080/cb'] }, data_class: 'core' }),
    );
    expect([await rowOf(plain, 'redirects'), await rowOf(plain, 'data_class')]).toEqual(['fail', 'fail']);
  });

  it('security (c) 27 a host that another unit’s app uses, and a name that holds another’s, are seen', async () => {
    await appoint(province, 'wu', 'zj-market', ['issuer_clerk']);
    const wu = await actOf(province, 'wu');
    const { appRecords } = province.core;
    const manifest = webManifest('Copy', { post_logout_redirect_uris: [`${origin}/`] }) as never;
    const { id } = await appRecords.register(wu, { owner: 'unit:zj-market', manifest });
    const report = await appRecords.check(wu, id);
    expect(report.find(({ check }) => check === 'hosts')?.result).toBe('fail');
    const named = {
      ...webManifest('Police'),
      name: { zh: '浙江省公安厅办事', en: 'Office helper' },
    } as never;
    const other = await appRecords.register(wu, { owner: 'unit:zj-market', manifest: named });
    const second = await appRecords.check(wu, other.id);
    expect(second.find(({ check }) => check === 'name')?.result).toBe('warn');
  });
});
