/** The public pages under /developers (issue 5 item 2): what they say is what the running issuer does. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errors as libraryErrors } from 'oidc-provider';
import { oauthErrors } from '../../src/developers/oauth-errors.ts';
import { problemAdvice } from '../../src/developers/problem-advice.ts';
import { errorCodes } from '../../src/errors.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 60_000);
afterAll(() => app?.stop());

const open = (path: string, language = 'en', init: RequestInit = {}) =>
  fetch(`${app.baseUrl}${path}`, {
    ...init,
    headers: { accept: 'text/html', 'accept-language': language, ...(init.headers as object) },
  });
const page = async (path: string, language?: string): Promise<string> => (await open(path, language)).text();

const has = /[\u4e00-\u9fff]/;

describe('/developers', () => {
  it('reads the discovery document of the running issuer, word for word', async () => {
    const told = await (await fetch(`${app.baseUrl}/.well-known/openid-configuration`)).json();
    expect(await app.core.developers.discovery()).toEqual(told);
    const shown = await page('/developers');
    const members = Object.entries(told as Record<string, unknown>);
    for (const [name, value] of members.filter(([name]) => /_endpoint$|^jwks_uri$/.test(name)))
      expect([name, shown.includes(`<code>${String(value)}</code>`)]).toEqual([name, true]);
    for (const value of (told as { acr_values_supported: string[] }).acr_values_supported)
      expect(shown).toContain(value);
  });

  it('names every scope an app may have, and every item it may serve', async () => {
    const shown = await page('/developers', 'zh-CN');
    for (const scope of app.core.appScopes)
      expect([scope, shown.includes(`<code>${scope}</code>`)]).toEqual([scope, true]);
  });

  it('leads only to addresses that answer', async () => {
    const links = [...(await page('/developers')).matchAll(/href="(\/[^"#?]*|http[^"]+)"/g)].map(
      ([, href]) => href!,
    );
    expect(links.length).toBeGreaterThan(9);
    for (const link of new Set(links)) {
      const { status } = await fetch(new URL(link, app.baseUrl), { redirect: 'manual' });
      // A page of the account leads to the sign-in page first.
      expect([link, status]).toEqual([link, link.startsWith('/account/') ? 303 : 200]);
    }
  });

  it('has no word of Chinese on the English pages of errors and inspector', async () => {
    for (const path of ['/developers/errors', '/developers/inspect']) {
      const main = (await page(path)).split('<main')[1]!;
      expect([path, has.exec(main)?.[0]]).toEqual([path, undefined]);
    }
  });
});

describe('/developers/errors', () => {
  /** Of features that are off here: device flow, CIBA, attestation, software statements. */
  const neverGiven = new Set([
    'authorization_pending',
    'expired_login_hint_token',
    'expired_token',
    'invalid_binding_message',
    'invalid_client_attestation',
    'invalid_user_code',
    'missing_user_code',
    'slow_down',
    'transaction_failed',
    'unapproved_software_statement',
    'unknown_user_id',
    'use_attestation_challenge',
    'use_fresh_attestation',
  ]);

  it('has words for every error the login library can give', () => {
    const codes = Object.entries(libraryErrors as unknown as Record<string, new (text: string) => object>)
      .filter(([name]) => !/^(?:Custom)?OIDCProviderError$/.test(name))
      .map(([, One]) => (new One('words') as { error: string }).error);
    expect(codes.length).toBeGreaterThan(40);
    const without = [...new Set(codes)].filter((code) => !(code in oauthErrors) && !neverGiven.has(code));
    expect(without).toEqual([]);
  });

  it('has cause and advice in both languages for every code, under an anchor of its name', async () => {
    const [zh, en] = [await page('/developers/errors', 'zh-CN'), await page('/developers/errors')];
    for (const code of [...errorCodes, ...Object.keys(oauthErrors)]) {
      for (const text of [zh, en]) expect([code, text.split(`id="${code}"`).length]).toEqual([code, 2]);
    }
    for (const { cause, advice } of Object.values(oauthErrors))
      for (const text of [cause, advice])
        expect([text.zh, has.test(text.zh), has.test(text.en)]).toEqual([text.zh, true, false]);
    for (const code of errorCodes)
      expect([code, problemAdvice(code)?.zh, problemAdvice(code)?.en]).toEqual([
        code,
        expect.any(String),
        expect.any(String),
      ]);
  });

  it('is where the type of a problem leads', async () => {
    const answer = await fetch(`${app.baseUrl}/portal/items/any`, {
      headers: { accept: 'application/json' },
    });
    const { type, code } = (await answer.json()) as { type: string; code: string };
    const led = await open(new URL(type).pathname, 'en', { redirect: 'manual' });
    expect([led.status, led.headers.get('location')]).toEqual([303, `/developers/errors#${code}`]);
    expect((await open('/errors/no-such-code')).status).toBe(404);
  });

  it('is where the error page leads a developer', async () => {
    expect(await page('/auth?client_id=nobody&response_type=code')).toContain(
      'href="/developers/errors#invalid_client"',
    );
  });
});
