import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactSign } from 'jose';
import { HttpSession, type PageView } from '../../src/tour/http-session.ts';
import { type Made, makeCertificate } from './certificate-maker.ts';
import { faults, goodPassword, type Newcomer, newcomers, OpeningBrowser } from './opening-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';

const root = makeCertificate({ name: 'Root of the test', ca: true, pathLength: 1 });
const middle = makeCertificate({ name: 'Middle of the test', ca: true, issuer: root });
const stranger = makeCertificate({ name: 'Root of the test', ca: true });
const of = ({ name, number }: Newcomer) => ({ name, number });

const dir = mkdtempSync(join(tmpdir(), 'onecert-certificates-'));
const revoked = new Set<string>();
let register: 'up' | 'down' | 'other' = 'up';
const asked: string[] = [];
let revocation: Server;
let app: RunningApp;

beforeAll(async () => {
  revocation = createServer(async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    asked.push(`${req.method} ${req.url} ${body}`);
    const { issuer, serial } = JSON.parse(body) as { issuer: string; serial: string };
    if (register === 'down') return res.writeHead(500).end();
    const about = register === 'other' ? '01' : serial;
    res.end(JSON.stringify({ issuer, serial: about, revoked: revoked.has(serial) }));
  });
  await new Promise<void>((resolve) => revocation.listen(0, '127.0.0.1', resolve));
  const { port } = revocation.address() as AddressInfo;
  const authoritiesFile = join(dir, 'authorities.pem');
  writeFileSync(authoritiesFile, root.certificate.toString());
  const settings = {
    digitalCertificates: { authoritiesFile, revocation: { url: `http://127.0.0.1:${port}` } },
  };
  writeFileSync(join(dir, 'config.yaml'), JSON.stringify(settings));
  app = await startApp({ TRUSTED_PROXIES: 'loopback', ONECERT_CONFIG: join(dir, 'config.yaml') });
}, 60_000);
afterAll(async () => {
  await app.stop();
  revocation.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A person at level 2, signed in, with her page open. */
const personAtLevel2 = async (person: Newcomer) => {
  const officer = (await app.core.samplePerson('chen'))!;
  const { account, slip } = await app.core.registration.openByOfficer({
    ...person,
    cardChecked: false,
    officer: officer.id,
  });
  const start = new OpeningBrowser(app);
  start.page = await start.open(`${start.url}/start`);
  await start.send('start', { code: slip.code, password: goodPassword, repeat: goodPassword });
  const session = new HttpSession();
  const redirectUri = 'http://localhost:1/callback';
  const { clientId } = await app.core.apps.add({
    client_name: 'Levels',
    redirect_uris: [redirectUri],
    scope: 'openid',
    token_endpoint_auth_method: 'none',
  });
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const away = (url: URL) => url.port === '1';
  const asks = await session.open(`${app.baseUrl}/auth?${query}`, away);
  const typed = { login_name: person.number, password: goodPassword };
  await session.submit(session.form(asks, /sign-in$/), typed, away);
  const page = await session.open(`${app.baseUrl}/raise-level/certificate?lang=en`);
  return { account, session, page };
};
const levelOf = async (id: string) => (await app.core.accounts.get(id))!.proofingLevel;
const textOf = (page: PageView) => /<code>([^<]+)<\/code>/.exec(page.html)![1]!;
const signed = (text: string, leaf: Made, between: Made[] = [middle], key = leaf.key) =>
  new CompactSign(Buffer.from(text))
    .setProtectedHeader({
      alg: key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256',
      x5c: [leaf, ...between].map(({ certificate }) => certificate.raw.toString('base64')),
    })
    .sign(key);
const send = (session: HttpSession, page: PageView, jws: string) =>
  session.submit(session.form(page, /certificate$/), { jws });

describe('level 3 by a digital certificate 数字证书 (issue 4.1, NET-2)', () => {
  it('refuses each certificate and signature that proves nothing, with a sentence of its own, and keeps what was pasted', async () => {
    const me = of(newcomers.shen);
    const { account, session, page } = await personAtLevel2(newcomers.shen);
    const mine = makeCertificate({ ...me, issuer: middle });
    const noAuthority = makeCertificate({ name: 'Somebody', issuer: root, use: 0x84 });
    const second = makeCertificate({ name: 'Second', ca: true, issuer: middle });
    const third = makeCertificate({ name: 'Third', ca: true, issuer: second });
    const text = textOf(page);
    const taken = makeCertificate({ ...me, issuer: middle });
    revoked.add(taken.certificate.serialNumber);
    const untrusted = 'The certificate does not come from an authority accepted here';
    const cases: [string, string][] = [
      [
        await signed(text, makeCertificate({ ...of(newcomers.zhou), issuer: middle })),
        'The name or document number',
      ],
      [
        await signed(text, makeCertificate({ ...me, issuer: middle, to: -0.5 })),
        'The certificate is not valid at this time',
      ],
      [await signed(text, makeCertificate({ ...me, issuer: stranger }), [stranger]), untrusted],
      [await signed(text, makeCertificate({ ...me, issuer: noAuthority }), [noAuthority]), untrusted],
      // Three authorities below one that allows one.
      [await signed(text, makeCertificate({ ...me, issuer: third }), [third, second, middle]), untrusted],
      [await signed(`${text}x`, mine), 'Another text than the one on this page'],
      [await signed(text, mine, [middle], stranger.key), 'The signature was not made with this certificate'],
      [
        await signed(text, makeCertificate({ ...me, issuer: middle, use: 0x20 })),
        'This certificate is not for signing',
      ],
      [await signed(text, taken), 'The certificate was revoked'],
      ['a.b.c', 'That is not a JWS with its certificates'],
    ];
    for (const [jws, sentence] of cases) {
      const refused = await send(session, page, jws);
      expect([refused.status, refused.html.includes(sentence), sentence]).toEqual([422, true, sentence]);
      expect([textOf(refused), session.form(refused, /certificate$/).fields.jws]).toEqual([text, jws]);
    }
    const tooMany = await send(session, page, await signed(text, mine));
    expect([tooMany.status, await levelOf(account.id)]).toEqual([429, 2]);
    const refusals = (await app.core.audit.about(account.id)).filter(
      ({ action }) => action === 'account.level_not_raised',
    );
    expect(new Set(refusals.map(({ details }) => details?.answer)).size).toBe(8);
    expect(JSON.stringify(refusals)).not.toContain(me.number);
  });

  it('proves nothing while nobody says whether the certificate was revoked, then raises once, and tells her', async () => {
    const me = of(newcomers.rare);
    const { account, session, page } = await personAtLevel2(newcomers.rare);
    const level = await session.open(`${app.baseUrl}/raise-level?lang=en`);
    expect(level.html).toContain('href="/raise-level/certificate"');
    const leaf = makeCertificate({ ...me, issuer: middle, rsa: true });
    const jws = await signed(textOf(page), leaf);
    for (const state of ['down', 'other'] as const) {
      register = state;
      const silent = await send(session, page, jws);
      expect([silent.status, await levelOf(account.id)]).toEqual([503, 2]);
      expect(silent.html).toContain('cannot be asked right now');
    }
    register = 'up';
    const both = await Promise.all([send(session, page, jws), send(session, page, jws)]);
    expect(await levelOf(account.id)).toBe(3);
    expect(both.some(({ html }) => html.includes('You are at the highest level.'))).toBe(true);
    const replayed = await send(session, page, jws);
    expect([replayed.status, faults(replayed)[0]]).toEqual([
      422,
      'That text was too old or used. Sign the new one.',
    ]);
    const raised = (await app.core.audit.about(account.id)).filter(
      ({ action }) => action === 'account.level_raised',
    );
    expect(raised).toMatchObject([
      { actor: `account:${account.id}`, details: { way: 'certificate', from: 2, to: 3 } },
    ]);
    expect((await app.core.accounts.authenticators.notices(account.id)).map(({ kind }) => kind)).toContain(
      'level_raised',
    );
    expect(asked.join()).not.toContain(me.number);
  });

  it('takes a text from the person alone it was made for, and from nobody who is not signed in', async () => {
    const anna = await personAtLevel2(newcomers.anna);
    const jose = await personAtLevel2(newcomers.jose);
    const leaf = makeCertificate({ name: 'JOSE MULLER ORTEGA', number: 'e90210347', issuer: root });
    const jws = await signed(textOf(anna.page), leaf, []);
    const stolen = await jose.session.submit(anna.session.form(anna.page, /certificate$/), { jws });
    expect([stolen.status, await levelOf(jose.account.id)]).toEqual([403, 2]);
    expect((await new HttpSession().request(`${app.baseUrl}/raise-level/certificate`)).status).toBe(401);
    const [client, server] = ['2b06010505070302', '2b06010505070301'];
    const me = of(newcomers.anna);
    const forServers = makeCertificate({ ...me, issuer: root, extended: server });
    const refused = await send(anna.session, anna.page, await signed(textOf(anna.page), forServers, []));
    expect(faults(refused)[0]).toMatch(/not for signing/);
    // Her name as the certificate spells it, straight below the authority.
    await send(jose.session, jose.page, await signed(textOf(jose.page), leaf, []));
    expect([await levelOf(jose.account.id), await levelOf(anna.account.id)]).toEqual([3, 2]);
    const forPeople = makeCertificate({ ...me, issuer: root, extended: client });
    await send(anna.session, anna.page, await signed(textOf(anna.page), forPeople, []));
    expect(await levelOf(anna.account.id)).toBe(3);
  });
});
