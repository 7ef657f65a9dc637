import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { buildApp } from '../../src/app.ts';
import { projectDir } from '../../src/config.ts';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { routesOf } from './routes-of.ts';
import { type RunningApp, startApp } from './start-app.ts';

interface Operation {
  security?: Record<string, string[]>[];
  parameters?: { $ref?: string; name?: string; example?: unknown }[];
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: {
    parameters: Record<string, { name: string; example: unknown }>;
    responses: Record<string, Operation['responses'][string]>;
  };
}

const text = JSON.stringify(parse(readFileSync(join(projectDir, 'docs/openapi.yaml'), 'utf8')));
/** References are made absolute, so that a part of the document can be compiled alone. */
const document: OpenApi = JSON.parse(text.replaceAll('"#/components', '"openapi#/components'));
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'openapi');

/** Pages for people and the protocol endpoints that their own specifications describe. */
const notApi = [
  /^\/$/,
  /^\/account$/,
  /^\/certificate-types\/:type\/notice/,
  /^\/account\//,
  /^\/assets/,
  /^\/dev\/outbox/,
  /^\/dev\/mails/,
  /^\/developers(?!\/api)/,
  /^\/errors/,
  /^\/wallet\/?$/,
  /^\/wallet\/\*/,
  /^\/counter(?!\/api)/,
  /^\/v$/,
  /^\/console/,
  /^\/interaction/,
  /^\/officials/,
  /^\/open-account/,
  /^\/raise-level/,
  /^\/recover/,
  /^\/auth$/,
  /^\/annotated-copies/,
  /^\/p\/:id\/print$/,
  /^\/apps\/:clientId\/logo$/,
  /^\/presentations\/re(quests|sponses)\//,
  /^\/reg(\/|$)/,
  /^\/session/,
  /^\/request$/,
  /^\/sso\/mobile/,
];

const responseOf = (operation: Operation, status: number) => {
  const response = operation.responses[status];
  return response?.$ref ? document.components.responses[response.$ref.split('/').at(-1)!] : response;
};

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
    name: `${method} ${path}`,
  })),
);

const addressOf = (path: string, operation: Operation): string =>
  path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    for (const parameter of operation.parameters ?? []) {
      const known = parameter.$ref
        ? document.components.parameters[parameter.$ref.split('/').at(-1)!]
        : parameter;
      if (known?.name === name) return String(known.example ?? 'none');
    }
    throw new Error(`${path} does not describe ${name}`);
  });

describe('docs/openapi.yaml', () => {
  let app: RunningApp;
  let routes: string[];
  beforeAll(async () => {
    app = await startApp();
    const { express } = await buildApp(app.core);
    routes = routesOf(express);
    const lin = (await app.core.samplePerson('lin'))!;
    await app.core.credentials.ensureCertificate(lin, 'driving_licence', { actor: 'test' });
    const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ]);
    await app.core.credentials.issueCopies({
      account: lin,
      type: 'driving_licence',
      format: 'dc+sd-jwt',
      deviceKeys: [(await crypto.subtle.exportKey('jwk', key.publicKey)) as never],
      context: { actor: 'test' },
    });
  }, 60_000);
  afterAll(() => app.stop());

  it('names every route of the API, and no other', () => {
    const mounted = routes
      .filter((route) => !notApi.some((page) => page.test(route.split(' ')[1]!)))
      .map((route) => route.replace(/:(\w+)/g, '{$1}'));
    expect([...new Set(mounted)].sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it.each(operations.filter(({ operation }) => !operation.security).map((o) => [o.name, o] as const))(
    'describes what %s answers',
    async (_name, { path, method, operation }) => {
      const answer = await fetch(`${app.baseUrl}${addressOf(path, operation)}`, {
        method,
        headers: { accept: 'application/json' },
      });
      const described = responseOf(operation, answer.status);
      expect([path, answer.status, described !== undefined]).toEqual([path, answer.status, true]);
      const type = (answer.headers.get('content-type') ?? '').split(';')[0]!;
      expect(Object.keys(described!.content!)).toContain(type);
      const body = await answer.text();
      const validate = ajv.compile(described!.content![type]!.schema);
      const ok = validate(type.includes('json') || type === 'application/vc' ? JSON.parse(body) : body);
      expect([path, ok, validate.errors]).toEqual([path, true, null]);
    },
  );

  it.each(operations.filter(({ operation }) => operation.security).map((o) => [o.name, o] as const))(
    'is closed by default: %s without a token, and with one that lacks the scope (security (a) 12)',
    async (_name, { path, method, operation }) => {
      const url = `${app.baseUrl}${addressOf(path, operation)}`;
      const body =
        method === 'post'
          ? JSON.stringify({ item: 'driving-licence-renewal', type: 'driving_licence' })
          : undefined;
      const headers = { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) };
      for (const authorization of [undefined, 'Bearer x', 'Basic eDp5', 'Bearer']) {
        const answer = await fetch(url, {
          method,
          body,
          headers: { ...headers, ...(authorization ? { authorization } : {}) },
        });
        expect([path, authorization, answer.status]).toEqual([path, authorization, 401]);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        const scheme = operation.security![0]!.counterProof ? /^Counter / : /^Bearer /;
        expect(answer.headers.get('www-authenticate')).toMatch(scheme);
      }
    },
  );

  it('answers as described with a token', async () => {
    const redirectUri = 'http://localhost:1/callback';
    const added = await app.core.apps.add({
      client_name: 'API test',
      redirect_uris: [redirectUri],
      scope: app.core.appScopes.join(' '),
    });
    const portal = {
      baseUrl: app.baseUrl,
      clientId: added.clientId,
      clientSecret: added.clientSecret!,
      redirectUri,
    };
    const lin = app.core.people.find(({ id }) => id === 'lin')!;
    const person = { loginName: lin.phone, password: app.passwordOf('lin') };
    const { accessToken } = await signInPortal(portal, person, 'openid profile item:driving-licence-renewal');
    for (const [method, path, address, status] of [
      ['get', '/portal/items/{code}', '/portal/items/driving-licence-renewal', 200],
      ['post', '/portal/cases', '/portal/cases', 201],
      ['get', '/portal/cases', '/portal/cases', 200],
      ['get', '/wallet/api/me', '/wallet/api/me', 403],
    ] as const) {
      const answer = await fetch(`${app.baseUrl}${address}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: method === 'post' ? JSON.stringify({ item: 'driving-licence-renewal' }) : undefined,
      });
      expect([address, answer.status]).toEqual([address, status]);
      if (status === 403) continue;
      const { schema } = responseOf(document.paths[path]![method]!, status)!.content!['application/json']!;
      const validate = ajv.compile(schema);
      expect([address, validate(await answer.json()), validate.errors]).toEqual([address, true, null]);
    }
  });
});
