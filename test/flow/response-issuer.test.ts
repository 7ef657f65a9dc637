import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApp, type TestApp, walkThrough } from './test-app.ts';
import type { Visit } from './test-browser.ts';
import { addPerson, samplePerson, startTestServer, type TestServer } from './test-server.ts';

const person = { loginName: samplePerson.phone, password: samplePerson.password };

describe('every answer to an app names who gives it (iss, RFC 9207; security (c) 9)', () => {
  let server: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    server = await startTestServer();
    await addPerson(server.accounts);
    app = await addApp(server);
    // From now on nobody is asked for consent.
    await walkThrough(app.browser(), await app.start(), person);
  });
  afterAll(() => server.close());

  /** What the app is told: in the query, or in the form that posts itself. */
  const told = (visit: Visit): Record<string, string> => {
    const at = visit.headers.get('location') ?? (visit.status === 0 ? visit.url : undefined);
    if (at !== undefined) return Object.fromEntries(new URL(at).searchParams);
    const fields = visit.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
    return Object.fromEntries([...fields].map(([, name, value]) => [name!, value!]));
  };

  it.each(['query', 'form_post'])('a code by %s', async (response_mode) => {
    const browser = app.browser();
    await walkThrough(browser, await app.start(), person);
    const started = await app.start({ response_mode });
    const answer = told(await browser.request(started.url.href));
    expect(answer).toMatchObject({ iss: server.baseUrl, state: started.checks.expectedState });
    expect(answer.code).toEqual(expect.any(String));
  });

  it.each([
    ['query', { prompt: 'none' }, 'login_required'],
    ['form_post', { prompt: 'none' }, 'login_required'],
    ['query', { scope: 'openid document' }, 'invalid_scope'],
    ['form_post', { scope: 'openid document' }, 'invalid_scope'],
    ['query', { resource: 'https://other.example' }, 'invalid_target'],
    ['query', { request: 'x' }, 'invalid_request_object'],
    ['query', { max_age: '-1' }, 'invalid_request'],
  ])('a refusal by %s of %j', async (response_mode, parameters, error) => {
    const { url, checks } = await app.start({ ...parameters, response_mode });
    const answer = told(await app.browser().request(url.href));
    expect(answer).toMatchObject({ error, iss: server.baseUrl, state: checks.expectedState });
  });

  it('a sign-in that the person breaks off', async () => {
    const browser = app.browser();
    const started = await app.start({ prompt: 'consent' });
    const page = await browser.signIn(
      await browser.open(started.url.href),
      person.loginName,
      person.password,
    );
    const answer = told(await browser.submit(page, '/consent', { decision: 'refuse' }));
    expect(answer).toMatchObject({ error: 'access_denied', iss: server.baseUrl });
  });
});
