/** The token inspector (issue 5 item 2): plain words for what a developer has in hand, and nothing of anybody else's. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { type RunningApp, startApp } from './start-app.ts';

const redirectUri = 'https://inspected.example.test/callback';
let app: RunningApp;
let clientId: string;
let tokens: { id_token?: string; access_token: string };
let now = Date.now();

beforeAll(async () => {
  app = await startApp({}, { clock: { now: () => now } });
  const added = await app.core.apps.add({
    client_name: '被检查的应用',
    redirect_uris: [redirectUri],
    scope: 'openid profile',
  });
  clientId = added.clientId;
  const portal = { baseUrl: app.baseUrl, clientId, clientSecret: added.clientSecret!, redirectUri };
  const lin = app.core.people.find(({ id }) => id === 'lin')!;
  const person = { loginName: lin.phone, password: app.passwordOf('lin') };
  tokens = (await signInPortal(portal, person, 'openid profile')).tokens;
}, 60_000);
afterAll(() => app?.stop());

const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${app.baseUrl}/developers/inspect`, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', 'accept-language': 'en', ...headers },
    body: new URLSearchParams(fields),
  });

/** Finding by finding: `Right signature Signed by …`. */
const inspect = async (pasted: string, more: Record<string, string> = {}): Promise<string[]> => {
  const answer = await post({ pasted, ...more });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const list = (await answer.text()).split('class="findings">')[1]!.split('</ul>')[0]!;
  return [...list.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item]) =>
    item!
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(2),
  );
};
const about = (findings: string[], name: string): string[] =>
  findings.filter((one) => one.split(' ')[1] === name);

describe('an ID token', () => {
  it('is told by which key it is signed, for which app, until when, and at which level', async () => {
    const findings = await inspect(tokens.id_token!);
    expect(findings.filter((one) => one.startsWith('Wrong'))).toEqual([]);
    expect(about(findings, 'signature')[0]).toMatch(
      /^Right signature Signed by this server’s key [\w-]+ \(ES256\)/,
    );
    expect(about(findings, 'aud')[0]).toContain('被检查的应用');
    expect(about(findings, 'exp')[0]).toMatch(/^Right exp Good for another \d+ min/);
    expect(about(findings, 'acr')[0]).toContain(
      'face check, counter or digital certificate; one factor (amr: pwd)',
    );
  });

  it('is compared with the client_id, the nonce and the access token that go with it', async () => {
    const good = await inspect(JSON.stringify(tokens), { client_id: clientId });
    expect(about(good, 'aud')).toEqual(['Right aud Your app.']);
    const wrong = await inspect(JSON.stringify({ ...tokens, access_token: 'another' }), {
      client_id: 'another',
      nonce: 'another',
    });
    for (const name of ['aud', 'nonce']) expect(about(wrong, name)[0]).toMatch(/^Wrong/);
    for (const line of about(good, 'at_hash')) expect(line).toMatch(/^Right/);
  });

  it('is told to have expired by the server’s clock', async () => {
    now += 2 * 86_400_000;
    const findings = await inspect(tokens.id_token!);
    now = Date.now();
    expect(about(findings, 'exp')[0]).toMatch(/^Wrong exp Expired \d+ h ago/);
  });

  it('is told to be changed, of another key, or not signed at all', async () => {
    const [head, body, signature] = tokens.id_token!.split('.') as [string, string, string];
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    expect(about(await inspect(`${head}.${body}.${flipped}`), 'signature')[0]).toMatch(
      /^Wrong .* Does not fit key/,
    );
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const forged = await new SignJWT({ sub: 'x' })
      .setProtectedHeader({ alg: 'ES256', kid: 'mine' })
      .setIssuer(`${app.baseUrl}/`)
      .setAudience(clientId)
      .sign(privateKey);
    const findings = await inspect(forged);
    expect(about(findings, 'signature')[0]).toContain('No published key has kid mine');
    expect(about(findings, 'iss')[0]).toContain('A slash too many');
    // What nobody signed gets no answer about an app.
    expect(about(findings, 'aud')[0]).toBe(`Check aud For ${clientId}.`);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    expect(about(await inspect(none), 'signature')[0]).toMatch(/^Wrong .* not signed by this server/);
  });
});

describe('what an app signs itself', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = (typ: string, claims: Record<string, unknown>): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ }).setIssuedAt().sign(privateKey);

  it('is told apart from an ID token: an assertion, a request object, a DPoP proof', async () => {
    const assertion = { iss: clientId, sub: clientId, jti: '1', exp: Math.floor(now / 1000) + 60 };
    const right = await inspect(await signed('JWT', { ...assertion, aud: app.baseUrl }));
    expect(right.filter((one) => one.startsWith('Wrong'))).toEqual([]);
    const wrong = await inspect(
      await signed('JWT', { ...assertion, aud: `${app.baseUrl}/token`, jti: undefined }),
    );
    expect(wrong.filter((one) => one.startsWith('Wrong')).map((one) => one.split(' ')[1])).toEqual([
      'aud',
      'jti',
    ]);
    const object = await inspect(
      await signed('oauth-authz-req+jwt', { iss: clientId, aud: 'https://else.example' }),
    );
    expect(about(object, 'aud')[0]).toContain('invalid_request_object');
    const proof = await inspect(await signed('dpop+jwt', { htm: 'POST', htu: `${app.baseUrl}/token` }));
    expect(about(proof, 'iat')[0]).toMatch(/^Right/);
  });
});

describe('an authorization request', () => {
  const request = (over: Record<string, string | undefined> = {}): string => {
    const all = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid profile',
      state: 's',
      nonce: 'n',
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
      ...over,
    };
    const given = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined);
    return `${app.baseUrl}/auth?${new URLSearchParams(given)}`;
  };
  const wrongs = async (over: Record<string, string | undefined>): Promise<string[]> =>
    (await inspect(request(over))).filter((one) => one.startsWith('Wrong'));

  it('that is right has nothing wrong', async () => {
    expect(await wrongs({})).toEqual([]);
  });

  it.each<[string, Record<string, string | undefined>, RegExp]>([
    ['a slash too many', { redirect_uri: `${redirectUri}/` }, /redirect_uri .*only the slash at the end/],
    ['http for https', { redirect_uri: redirectUri.replace('https', 'http') }, /only http or https/],
    ['another port', { redirect_uri: redirectUri.replace('.test/', '.test:8443/') }, /only the port/],
    ['upper case', { redirect_uri: redirectUri.replace('callback', 'Callback') }, /upper or lower case/],
    ['a query', { redirect_uri: `${redirectUri}?a=1` }, /what follows/],
    ['another site', { redirect_uri: 'https://other.example/x' }, /like none that is/],
    ['no PKCE', { code_challenge: undefined }, /code_challenge Missing: this app has to use PKCE/],
    ['PKCE plain', { code_challenge_method: 'plain' }, /code_challenge_method It has to be S256/],
    ['a scope it may not have', { scope: 'openid phone' }, /not registered for: phone/],
    ['no openid', { scope: 'profile' }, /openid is missing/],
    ['an unknown app', { client_id: 'nobody' }, /client_id No such app/],
    ['a token response type', { response_type: 'token' }, /response_type It has to be code/],
    ['a phone number as hint', { login_hint: '13800138000' }, /login_hint No phone or document number/],
  ])('with %s is told so', async (_what, over, words) => {
    const found = await wrongs(over);
    expect([found.length, found[0]]).toEqual([1, expect.stringMatching(words)]);
  });

  it('signed as an object is looked at inside (RFC 9101)', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const object = await new SignJWT({ redirect_uri: `${redirectUri}/` })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    expect((await wrongs({ request: object, redirect_uri: undefined }))[0]).toContain(
      'only the slash at the end',
    );
    expect((await wrongs({ request: 'x' }))[0]).toContain('no JWT');
    expect((await wrongs({ request_uri: 'https://else.example/r' }))[0]).toContain(
      'registered address to the letter',
    );
  });

  it('never repeats a registered address', async () => {
    const answer = await post({ pasted: request({ redirect_uri: 'https://inspected.example.test/' }) });
    expect(await answer.text()).not.toContain('/callback');
  });

  it('of an app that has to push its requests is told so', async () => {
    const { clientId: id } = await app.core.apps.add({
      client_name: '推送',
      redirect_uris: [redirectUri],
      require_pushed_authorization_requests: true,
    });
    expect((await wrongs({ client_id: id }))[0]).toContain('has to push its requests');
  });

  it('of a suspended app is that of no app', async () => {
    const { clientId: id } = await app.core.apps.add({ client_name: '停用', redirect_uris: [redirectUri] });
    await app.core.apps.setState(id, 'suspended');
    expect(await wrongs({ client_id: id })).toEqual(await wrongs({ client_id: 'nobody' }));
  });
});

describe('what comes back', () => {
  it('is told to be from here, or from somewhere else (RFC 9207)', async () => {
    const here = `${redirectUri}?code=abc&state=s&iss=${encodeURIComponent(app.baseUrl)}`;
    expect(about(await inspect(here), 'iss')[0]).toBe('Right iss This server.');
    expect(about(await inspect(`${redirectUri}?code=abc&iss=https%3A%2F%2Fevil.example`), 'iss')[0]).toMatch(
      /^Wrong/,
    );
    expect(about(await inspect(`${redirectUri}?error=login_required&state=s`), 'error')[0]).toContain(
      'prompt=none',
    );
  });

  it('is explained when it is an error of the token endpoint, a problem, or a bare code', async () => {
    for (const pasted of ['{"error":"invalid_grant","error_description":"x"}', 'invalid_grant'])
      expect((await inspect(pasted))[0]).toContain('The code or refresh token was used');
    expect((await inspect('{"code":"proofing_too_low","status":403}'))[0]).toContain('face check');
    expect((await inspect('{"error":"their_own"}'))[0]).toContain('no such error code');
  });
});

describe('the inspector is no oracle', () => {
  it('looks up no opaque token, its own or another app’s: every one gets the same answer', async () => {
    const real = await inspect(tokens.access_token);
    expect(real).toEqual(await inspect('A'.repeat(43)));
    expect(real[0]).toContain('not looked up here');
  });

  it('takes what is pasted in the body alone, and no form of another site', async () => {
    const asked = await fetch(`${app.baseUrl}/developers/inspect?pasted=invalid_grant`, {
      headers: { accept: 'text/html', 'accept-language': 'en' },
    });
    expect(await asked.text()).not.toContain('What was found');
    const foreign = await post({ pasted: 'invalid_grant' }, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.headers.get('location')]).toEqual([303, '/developers/inspect']);
  });

  it('shows what was pasted as text, whatever it is', async () => {
    const answer = await (await post({ pasted: '</textarea><script>alert(1)</script>' })).text();
    expect(answer).not.toContain('<script>alert');
    expect(answer).toContain('Not recognised');
  });

  it('answers one address sixty times a minute', async () => {
    let status = 200;
    for (let tries = 0; tries < 61 && status === 200; tries += 1)
      status = (await post({ pasted: 'invalid_grant' })).status;
    expect(status).toBe(429);
  });
});
