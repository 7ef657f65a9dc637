import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp } from './test-app.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const webp = Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1');

describe('the logo of an app', () => {
  const files: Record<string, Response> = {};
  const asked: string[] = [];
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      oidc: {
        outgoing: {
          fetch: async (address) => {
            asked.push(String(address));
            const file = files[String(address)];
            if (file === undefined) throw new TypeError('nobody answers');
            return file.clone();
          },
        },
      },
    });
  });
  afterAll(() => server.close());

  let count = 0;
  const appWith = async (body: Buffer | string | undefined, status = 200): Promise<TestApp> => {
    count += 1;
    const logo_uri = `https://logos.example.test/${count}.png`;
    if (body !== undefined) files[logo_uri] = new Response(new Uint8Array(Buffer.from(body)), { status });
    return addApp(server, { logo_uri });
  };
  const pageOf = async (app: TestApp): Promise<string> =>
    (await app.browser().open((await app.start()).url.href)).text;
  const addressOn = (page: string): string | undefined =>
    /<img class="app-logo" src="([^"]+)"/.exec(page)?.[1];

  it.each([
    ['image/png', png],
    ['image/jpeg', jpeg],
    ['image/webp', webp],
  ])('is shown on the sign-in page from our own origin: %s', async (type, body) => {
    const page = await pageOf(await appWith(body));
    expect(page).not.toContain('logos.example.test');
    const answer = await fetch(`${server.baseUrl}${addressOn(page)}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it.each([
    [
      'a drawing that can hold a script',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      200,
    ],
    ['a page', '<!doctype html><script>alert(1)</script>', 200],
    ['a picture too big', Buffer.concat([png, Buffer.alloc(100_000)]), 200],
    ['an answer that says not found', png, 404],
    ['no answer', undefined, 200],
  ])('is none when there is %s, and the app is registered all the same', async (_what, body, status) => {
    const app = await appWith(body, status);
    expect(addressOn(await pageOf(app))).toBeUndefined();
    expect((await fetch(`${server.baseUrl}/apps/${app.clientId}/logo`)).status).toBe(404);
  });

  it('is fetched once, again only from another address, and gone with it', async () => {
    const app = await appWith(png);
    const before = asked.length;
    const { metadata } = (await server.oidc.apps.get(app.clientId))!;
    await server.oidc.apps.change(app.clientId, { ...metadata, client_name: 'Another name' });
    const first = addressOn(await pageOf(app));
    expect(asked.length).toBe(before);
    const logo_uri = 'https://logos.example.test/new.jpg';
    files[logo_uri] = new Response(new Uint8Array(jpeg));
    await server.oidc.apps.change(app.clientId, { ...metadata, logo_uri });
    expect(addressOn(await pageOf(app))).not.toBe(first);
    const { logo_uri: _gone, ...without } = metadata;
    await server.oidc.apps.change(app.clientId, without);
    expect(addressOn(await pageOf(app))).toBeUndefined();
    expect((await fetch(`${server.baseUrl}${first}`)).status).toBe(404);
  });

  it('is not shown of an app that is suspended', async () => {
    const app = await appWith(png);
    const address = addressOn(await pageOf(app));
    await server.oidc.apps.setState(app.clientId, 'suspended');
    expect((await fetch(`${server.baseUrl}${address}`)).status).toBe(404);
  });
});

describe('what the sign-in page says of an app', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      oidc: { registration: { mode: 'open', scopes: ['openid', 'profile'] } },
    });
  });
  afterAll(() => server.close());

  const pageOf = async (app: TestApp): Promise<string> =>
    (await app.browser().open((await app.start()).url.href)).text;

  it('is its site and its rules, opened beside, with no word of where', async () => {
    const policy_uri = 'https://rules.example.test/privacy?a=1&b=2';
    const page = await pageOf(
      await addApp(server, { policy_uri, tos_uri: 'https://rules.example.test/terms' }),
    );
    const link = 'target="_blank" rel="noopener noreferrer"';
    expect(page).toContain(`<a href="https://rules.example.test/privacy?a=1&amp;b=2" ${link}>`);
    expect(page).toContain(`<a href="https://rules.example.test/terms" ${link}>`);
    expect(page).toMatch(/应用网址：app\d+\.example\.test/);
    expect(page).not.toContain('未经审核');
  });

  it('security (c) 27: is a warning where the app registered itself, whatever name it took', async () => {
    const answer = await fetch(`${server.baseUrl}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: '浙江省公安厅', redirect_uris: ['https://own.example.test/cb'] }),
    });
    const { client_id } = (await answer.json()) as { client_id: string };
    const query = {
      client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://own.example.test/cb',
    };
    const browser = (await addApp(server)).browser();
    const page = await browser.open(`${server.baseUrl}/auth?${new URLSearchParams(query)}`);
    expect(page.text).toContain('该应用自行登记，未经审核');
    expect(page.text).toContain('own.example.test');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'http://rules.example.test/'])(
    'security (c) 27: is no link to %s',
    async (policy_uri) => {
      await expect(addApp(server, { policy_uri })).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );
});
