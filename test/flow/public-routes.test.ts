import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildApp } from '../../src/app.ts';
import { projectDir } from '../../src/config.ts';
import { routesOf } from './routes-of.ts';
import { type RunningApp, startApp } from './start-app.ts';

const text = readFileSync(join(projectDir, 'docs/public-routes.md'), 'utf8');
const listed = new Set(
  [...text.matchAll(/^(GET|POST|PUT|PATCH|DELETE) +(\/\S*)/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  ),
);

/** Pages that exist, so that a closed one is not taken for one that is missing. */
const known: Record<string, string> = { page: 'apps', act: 'withdraw' };

describe('security (a) 12 every endpoint is closed by default', () => {
  let app: RunningApp;
  let routes: string[];
  beforeAll(async () => {
    app = await startApp();
    const { express } = await buildApp(app.core);
    routes = routesOf(express).map((route) => route.replace(/^\w+/, (method) => method.toUpperCase()));
  }, 60_000);
  afterAll(() => app.stop());

  const ask = (route: string): Promise<Response> => {
    const [method = '', path = ''] = route.split(' ');
    const address = path.replace(/[:*](\w+)/g, (_whole, name: string) => known[name] ?? 'none');
    return fetch(`${app.baseUrl}${address}`, {
      method,
      redirect: 'manual',
      headers: { accept: 'text/html,application/json' },
      ...(method === 'POST' ? { body: new URLSearchParams() } : {}),
    });
  };

  it('answers a stranger 401 or 403, or leads her to the sign-in page, on every route that docs/public-routes.md does not name', async () => {
    const open: string[] = [];
    for (const route of routes.filter((one) => !listed.has(one))) {
      const answer = await ask(route);
      const toSignIn = answer.headers.get('location')?.startsWith(`${app.baseUrl}/auth?client_id=onecert-`);
      if (answer.status !== 401 && answer.status !== 403 && !(answer.status === 303 && toSignIn))
        open.push(`${route}: ${answer.status}`);
    }
    expect(open).toEqual([]);
  });

  it('names no route that is not there', () => {
    expect([...listed].filter((route) => !routes.includes(route))).toEqual([]);
  });

  it.each([
    ['userinfo_endpoint', 401, 'invalid_token'],
    ['token_endpoint', 400, 'invalid_request'],
    ['introspection_endpoint', 400, 'invalid_request'],
    ['revocation_endpoint', 400, 'invalid_request'],
    ['pushed_authorization_request_endpoint', 400, 'invalid_request'],
  ])('the library’s %s gives a stranger nothing', async (name, status, error) => {
    const discovery = await fetch(`${app.baseUrl}/.well-known/openid-configuration`);
    const endpoints = (await discovery.json()) as Record<string, string>;
    const answer = await fetch(endpoints[name]!, {
      method: 'POST',
      headers: name === 'userinfo_endpoint' ? { authorization: 'Bearer x' } : {},
      body: new URLSearchParams({ token: 'x', grant_type: 'client_credentials' }),
    });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([status, error]);
  });
});
