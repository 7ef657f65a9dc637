import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { slipHtml, slipText } from '../../src/registration/index.ts';
import type { StartSlip } from '../../src/registration/start-codes.ts';
import {
  type CredentialOffer,
  issuerMetadata,
  makeDeviceKey,
  redeemOffer,
  requestCredentials,
} from '../../src/tour/wallet-client.ts';
import { makeShowCode, openPack, verify } from '../../src/verifier/core/index.ts';
import { loadTrusted } from './load-trusted.ts';
import { startSandbox } from './sandbox-app.ts';
import { type RunningApp, startApp } from './start-app.ts';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import { TestBrowser, type Visit } from './test-browser.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const label = '沙箱 Sandbox';

let province: RunningApp;
let sandbox: RunningApp;
let apps: Record<'province' | 'sandbox', TestApp>;
beforeAll(async () => {
  province = await startApp();
  sandbox = await startSandbox();
  const appOf = ({ baseUrl, core }: RunningApp) => addApp({ baseUrl, oidc: core.oidc });
  apps = { province: await appOf(province), sandbox: await appOf(sandbox) };
}, 120_000);
afterAll(async () => {
  await sandbox?.stop();
  await province?.stop();
});

const personOf = async (app: RunningApp, id: string) => ({
  loginName: (await app.core.samplePerson(id))!.phone!,
  password: app.passwordOf(id),
});

/** A cookie jar as browsers keep it: by host and path, whatever the port. */
const sharedBrowser = (): TestBrowser => new TestBrowser((url) => url.hostname.endsWith('.example.test'));

const issue = async (app: RunningApp): Promise<{ certificates: string[]; showCode: string }> => {
  const ids = ['driving_licence_sd_jwt', 'driving_licence_ldp_vc', 'driving_licence_view_driving'];
  const { credential_offer } = await app.core.offers.create({
    account: (await app.core.samplePerson('lin'))!,
    configurationIds: ids,
    txCode: false,
    context: { actor: 'test' },
  });
  const accessToken = await redeemOffer(credential_offer as unknown as CredentialOffer, undefined);
  const metadata = await issuerMetadata(app.baseUrl);
  const key = await makeDeviceKey();
  const texts: string[] = [];
  for (const configurationId of ids) {
    const [credential] = await requestCredentials({
      issuer: app.baseUrl,
      metadata,
      accessToken,
      configurationId,
      keys: [key],
    });
    texts.push(typeof credential === 'string' ? credential : JSON.stringify(credential));
  }
  const view = new Uint8Array(Buffer.from(texts.pop()!, 'base64url'));
  return { certificates: texts, showCode: await makeShowCode(view, key.privateKey, { iat: now() }) };
};

describe('a sandbox beside its province', () => {
  it('has keys, a store, sample people and passwords of its own', async () => {
    const kids = ({ core }: RunningApp) => core.keyring.all().map(({ kid }) => kid);
    expect(kids(sandbox).length).toBeGreaterThan(5);
    expect(kids(province).filter((kid) => kids(sandbox).includes(kid))).toEqual([]);
    const prints = ({ core }: RunningApp) => Object.values(core.keyring.fingerprints());
    expect(prints(province).filter((print) => prints(sandbox).includes(print))).toEqual([]);
    expect(sandbox.core.config.dataDir).toBe(join(sandbox.dataDir, 'sandbox'));
    expect(readdirSync(sandbox.core.config.dataDir)).toContain('onecert.db');
    expect(sandbox.core.people.map(({ id }) => id)).toEqual(province.core.people.map(({ id }) => id));
    expect(sandbox.passwordOf('lin')).not.toBe(province.passwordOf('lin'));
  });

  it('issues certificates that a verifier with the province’s root does not know, and its own does', async () => {
    const { certificates, showCode } = await issue(sandbox);
    const judge = async (app: RunningApp) => {
      const trusted = await loadTrusted(app.baseUrl);
      const texts = [...certificates, showCode];
      return Promise.all(texts.map(async (text) => (await verify(text, trusted, { now: now() })).code));
    };
    expect(await judge(province)).toEqual(['unknown_issuer', 'unknown_issuer', 'unknown_issuer']);
    expect(await judge(sandbox)).toEqual(['valid', 'valid', 'valid']);
  }, 30_000);

  it('is not taken for the province by who pins its root: a pack of the sandbox is refused', async () => {
    const root = await fetch(`${province.baseUrl}/trust/root`).then((answer) => answer.json());
    const pack = await fetch(`${sandbox.baseUrl}/pack`).then((answer) => answer.text());
    const opened = await openPack(pack, { root, now: now() });
    expect('verdict' in opened && opened.verdict.code).toBe('pack_invalid');
  });

  it('names its issuers so that a certificate says it, too', async () => {
    const { payload } = await sandbox.core.trust.trustList().then((jws) => ({
      payload: JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()),
    }));
    const names = [payload.province, ...payload.issuers.map(({ name }: { name: object }) => name)];
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      expect(name.zh).toMatch(/（沙箱）$/);
      expect(name.en).toMatch(/ \(sandbox\)$/);
    }
    const { display } = (await issuerMetadata(sandbox.baseUrl)) as unknown as { display: { name: string }[] };
    expect(display.map(({ name }) => name).join()).toMatch(/沙箱.*sandbox/);
  });

  it('says in its discovery document what it is; the province’s has no such member', async () => {
    const read = async ({ baseUrl }: RunningApp) =>
      (await fetch(`${baseUrl}/.well-known/openid-configuration`)).json();
    expect((await read(sandbox)).onecert_environment).toBe('sandbox');
    expect(await read(province)).not.toHaveProperty('onecert_environment');
  });

  it('signs ID tokens that the province’s keys do not verify', async () => {
    const started = await apps.sandbox.start();
    const callback = await walkThrough(apps.sandbox.browser(), started, await personOf(sandbox, 'lin'));
    const { id_token } = await apps.sandbox.redeem(callback, started);
    const keysOf = ({ baseUrl }: RunningApp) => createRemoteJWKSet(new URL(`${baseUrl}/jwks`));
    const expected = { issuer: sandbox.baseUrl, audience: apps.sandbox.clientId };
    expect((await jwtVerify(id_token!, keysOf(sandbox), expected)).payload.iss).toBe(sandbox.baseUrl);
    await expect(jwtVerify(id_token!, keysOf(province), expected)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    await expect(
      jwtVerify(id_token!, keysOf(sandbox), { ...expected, issuer: province.baseUrl }),
    ).rejects.toMatchObject({ claim: 'iss' });
  });

  it('security (b) Tenant/IDOR: takes no token, code or management token of the province, nor the province one of its', async () => {
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    for (const [from, to] of [
      ['province', 'sandbox'],
      ['sandbox', 'province'],
    ] as const) {
      const [home, abroad] = from === 'province' ? [province, sandbox] : [sandbox, province];
      const started = await apps[from].start({ prompt: 'consent' });
      const callback = await walkThrough(apps[from].browser(), started, await personOf(home, 'lin'));
      const again = await apps[from].start();
      const tokens = await apps[from].redeem(callback, started);
      expect((await fetch(`${home.baseUrl}/me`, bearer(tokens.access_token))).status).toBe(200);
      expect((await fetch(`${abroad.baseUrl}/me`, bearer(tokens.access_token))).status).toBe(401);

      const basic = `Basic ${btoa(`${apps[to].clientId}:${apps[to].clientSecret}`)}`;
      const ask = async (path: string, fields: Record<string, string>) =>
        (
          await fetch(`${abroad.baseUrl}${path}`, {
            method: 'POST',
            headers: { authorization: basic },
            body: new URLSearchParams(fields),
          })
        ).json();
      expect(await ask('/token/introspection', { token: tokens.access_token })).toEqual({ active: false });
      const code = new URL(callback).searchParams.get('code')!;
      const { redirectUri } = apps[to];
      const redeemed = await ask('/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
      });
      expect(redeemed.error).toBe('invalid_grant');
      // The app of the one is nobody in the other, and its hint is nobody's.
      const foreign = new URL(again.url);
      foreign.host = new URL(abroad.baseUrl).host;
      expect((await fetch(foreign, { redirect: 'manual' })).status).toBe(400);
      const hinted = await apps[to].start({ prompt: 'none', id_token_hint: tokens.id_token! });
      const { headers } = await fetch(hinted.url, { redirect: 'manual' });
      expect(new URL(headers.get('location')!).searchParams.get('error')).toBe('invalid_request');
    }
    const { registrationTokenFile } = sandbox.core.config.sandbox;
    const token = readFileSync(registrationTokenFile, 'utf8').trim();
    const added = await province.core.apps.add({
      client_name: 'x',
      redirect_uris: ['http://localhost:1/cb'],
    });
    const managed = await fetch(`${province.baseUrl}/reg/${added.clientId}`, bearer(token));
    expect(managed.status).toBe(401);
  });

  it('shares no session with the province in a browser that sends both the same cookies', async () => {
    const browser = sharedBrowser();
    const begun = { province: await apps.province.start(), sandbox: await apps.sandbox.start() };
    // One page of each open at a time, finished crosswise.
    const first = await browser.open(begun.province.url.href);
    const second = await browser.open(begun.sandbox.url.href);
    expect([first.status, second.status]).toEqual([200, 200]);
    const lin = await personOf(province, 'lin');
    const jin = await personOf(sandbox, 'jin');
    const agree = async (page: Visit): Promise<Visit> => {
      if (page.text.includes('/capacity"'))
        return agree(await browser.submit(page, '/capacity', { capacity: 'self' }));
      return page.text.includes('/consent"') ? browser.submit(page, '/consent', { decision: 'agree' }) : page;
    };
    const atProvince = await agree(await browser.signIn(first, lin.loginName, lin.password));
    const atSandbox = await agree(await browser.signIn(second, jin.loginName, jin.password));
    expect([atProvince.status, atSandbox.status]).toEqual([0, 0]);
    const subjectOf = async (kind: 'province' | 'sandbox', callback: string) =>
      (await apps[kind].redeem(callback, begun[kind])).claims()!.sub;
    const subjects = {
      province: await subjectOf('province', atProvince.url),
      sandbox: await subjectOf('sandbox', atSandbox.url),
    };
    // Both sessions still stand, each with its own person.
    for (const kind of ['province', 'sandbox'] as const) {
      const again = await apps[kind].start({ prompt: 'none' });
      const { url } = await browser.open(again.url.href);
      expect((await apps[kind].redeem(url, again)).claims()!.sub).toBe(subjects[kind]);
    }
    const names = browser.cookies.map(({ name }) => name);
    expect(names).toContain('onecert_session');
    expect(names).toContain('onecert_session_sandbox');
    // Leaving the one leaves the other alone.
    const question = await browser.open(`${sandbox.baseUrl}/session/end`);
    await browser.submit(question, '/session/end/confirm', { logout: 'yes' });
    const gone = await apps.sandbox.start({ prompt: 'none' });
    expect((await browser.open(gone.url.href)).url).toMatch(/error=login_required/);
    const stays = await apps.province.start({ prompt: 'none' });
    expect((await browser.open(stays.url.href)).url).toMatch(/[?&]code=/);
  }, 30_000);
});

describe('the mark of the sandbox', () => {
  const inLanguage = (language: string) =>
    new TestBrowser((url) => url.hostname.endsWith('.example.test'), { 'accept-language': language });

  const expectMarked = (page: Visit, language: string): void => {
    expect([page.url, page.text.includes(label)]).toEqual([page.url, true]);
    const says = language === 'en' ? 'sample people, nothing here is real' : '样例数据，不具法律效力';
    expect(page.text).toContain(says);
    expect(page.text).toContain(' data-sandbox');
    expect(page.headers.get('x-robots-tag')).toBe('noindex');
  };

  it.each(['zh-CN', 'en'])('stands on every public page and both apps (%s)', async (language) => {
    const browser = inLanguage(language);
    const home = await browser.open(`${sandbox.baseUrl}/`);
    const links = [...home.text.matchAll(/<a [^>]*href="(\/[^"?#]*)"/g)].map(([, path]) => path!);
    const more = ['/developers', '/certificate-types', '/errors/conflict', '/dev/outbox', '/nowhere'];
    const forms = ['/open-account', '/open-account/start', '/recover', '/raise-level', '/account'];
    const paths = new Set(['/', ...links, ...more, ...forms, '/wallet/', '/counter/']);
    expect(paths.size).toBeGreaterThan(8);
    for (const path of paths) expectMarked(await browser.open(`${sandbox.baseUrl}${path}`), language);
  });

  it.each(['zh-CN', 'en'])(
    'stands on the pages of signing in and out, and on refusals (%s)',
    async (language) => {
      const browser = inLanguage(language);
      const zhao = await personOf(sandbox, 'zhao');
      const started = await apps.sandbox.start();
      const signIn = await browser.open(started.url.href);
      expectMarked(signIn, language);
      const wrong = await browser.signIn(signIn, zhao.loginName, 'not-her-password');
      expectMarked(wrong, language);
      const next = await browser.signIn(wrong, zhao.loginName, zhao.password);
      // She may have agreed in the other language.
      if (next.status !== 0) {
        expectMarked(next, language);
        expect(next.text).toContain('/consent"');
        await browser.submit(next, '/consent', { decision: 'agree' });
      }
      expectMarked(await browser.open(`${sandbox.baseUrl}/auth?client_id=nobody`), language);
      expectMarked(await browser.open(`${sandbox.baseUrl}/account`), language);
      const question = await browser.open(`${sandbox.baseUrl}/session/end`);
      expectMarked(question, language);
      expectMarked(await browser.submit(question, '/session/end/confirm', { logout: 'yes' }), language);
      expectMarked(await browser.open(signIn.url), language);
    },
  );

  it('is nowhere in the province', async () => {
    const browser = inLanguage('en');
    const { url } = await apps.province.start();
    for (const address of [
      url.href,
      ...['/', '/wallet/', '/nowhere'].map((path) => province.baseUrl + path),
    ]) {
      const page = await browser.open(address);
      expect(page.text).not.toMatch(/沙箱|sandbox/i);
      expect(page.headers.get('x-robots-tag')).toBeNull();
    }
  });

  it('stands in the name of an installed app', async () => {
    const manifest = await fetch(`${sandbox.baseUrl}/wallet/manifest.webmanifest`);
    expect(manifest.headers.get('content-type')).toMatch(/^application\/manifest\+json/);
    expect((await manifest.json()).name).toMatch(/沙箱/);
  });

  it('stands on the slip that a counter prints', () => {
    const input = {
      slip: { code: 'ABCD-EFGH', expiresAt: now() } as StartSlip,
      person: { name: '测试王小明', documentNumber: '330102199003076111' },
      baseUrl: sandbox.baseUrl,
    };
    for (const text of [slipText({ ...input, sandbox: true }), slipHtml({ ...input, sandbox: true })])
      expect(text).toContain(label);
    expect(slipText(input)).not.toContain(label);
  });

  it('begins every text message', async () => {
    await sandbox.core.smsOutbox!.send({ phone: '13800138000', text: '验证码 123456' });
    const [message] = await sandbox.core.smsOutbox!.messages();
    expect(message!.text).toBe('【沙箱 Sandbox】验证码 123456');
  });
});
