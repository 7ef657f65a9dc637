import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { z } from 'zod';
import { errorCodes, errorEntry, ServiceError } from '../../../src/errors.ts';
import {
  closeEdge,
  createMetrics,
  formBody,
  html,
  openEdge,
  parse,
  staticApp,
} from '../../../src/http/index.ts';
import { securityHeaders } from '../../../src/http/security-headers.ts';
import { AlreadyExists, Conflict } from '../../../src/storage/index.ts';

const uuid = '0b6f3a3e-2c55-4a4e-9d63-0a2d5a3f9c11';

describe('the Express edge', () => {
  let server: Server;
  let baseUrl: string;
  const lines: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'onecert-app-'));
  const script = 'let one = 1;\n'.repeat(100);

  beforeAll(async () => {
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>app</title>');
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'assets/app-1.js'), script);
    writeFileSync(join(folder, 'assets/app-1.js.gz'), gzipSync(script));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    const metrics = createMetrics({ processMetrics: false });
    const settings = { baseUrl, trustedProxies: [], logger, metrics };
    const app = openEdge(settings);
    app.get('/metrics', metrics.handler);
    app.get('/fail/:code', (req) => {
      throw new ServiceError(req.params.code as never, {
        detail: 'what to do',
        cause: new Error('inner secret'),
      });
    });
    app.get('/people/:id', (_req, res) => void res.json({}));
    app.get('/throw/:what', (req) => {
      const errors: Record<string, unknown> = {
        type: new TypeError('inner secret'),
        text: 'inner secret',
        exists: new AlreadyExists('accounts', 'document'),
        conflict: new Conflict('accounts'),
        precondition: Object.assign(new Error('inner secret'), { status: 412, expose: true }),
        hidden: Object.assign(new Error('inner secret'), { status: 400, expose: false }),
      };
      throw errors[req.params.what as string];
    });
    app.use('/form', ...formBody());
    app.post('/form', (req, res) => void res.json(parse(z.object({ name: z.string().max(5) }), req.body)));
    app.post('/json', express.json({ limit: '1kb' }), (req, res) => void res.json(req.body));
    app.use(staticApp('/app', folder));
    closeEdge(app, settings);
    server.on('request', app);
  });
  afterAll(() => {
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
    return new Promise((resolve) => server.close(resolve));
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${baseUrl}${path}`, { headers: { accept: 'application/json', ...headers } });

  it('answers 405 with Allow where the address takes another method, and 404 where it takes none', async () => {
    const ask = (path: string, method: string) =>
      fetch(`${baseUrl}${path}`, { method, headers: { accept: 'application/json' } });
    const wrong = await ask('/metrics', 'POST');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await wrong.json()).toMatchObject({ code: 'method_not_allowed', status: 405 });
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const none = await ask('/nothing-here', method);
      expect([none.status, none.headers.get('allow')]).toEqual([404, null]);
    }
  });

  it('sends what the build compressed to who takes gzip, and the file itself to who does not', async () => {
    for (const [accept, encoding] of [
      ['gzip', 'gzip'],
      ['identity', null],
      ['gzip;q=0', null],
    ] as const) {
      const answer = await get('/app/assets/app-1.js', { 'accept-encoding': accept });
      expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, encoding]);
      expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
      expect(await answer.text()).toBe(script);
    }
  });

  it('names each request by an id of its own, or by the UUID it came with', async () => {
    expect((await get('/people/1')).headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect((await get('/people/1', { 'x-request-id': uuid })).headers.get('x-request-id')).toBe(uuid);
    for (const forged of ['1', 'x'.repeat(36), `${uuid}x`]) {
      expect((await get('/people/1', { 'x-request-id': forged })).headers.get('x-request-id')).not.toBe(
        forged,
      );
    }
  });

  it.each(errorCodes)(
    'answers %s as a problem with its status, in both languages, and the request’s id',
    async (code) => {
      const answer = await get(`/fail/${code}`, { 'x-request-id': uuid });
      const { status, en, zh } = errorEntry(code);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(await answer.json()).toEqual({
        type: `${baseUrl}/errors/${code}`,
        title: en,
        title_zh: zh,
        status,
        code,
        detail: 'what to do',
        detail_zh: zh,
        requestId: uuid,
      });
    },
  );

  it.each([
    ['type', 500, 'internal_error'],
    ['text', 500, 'internal_error'],
    ['exists', 409, 'already_exists'],
    ['conflict', 409, 'conflict'],
    ['precondition', 400, 'invalid_request'],
    ['hidden', 500, 'internal_error'],
  ])('turns a thrown %s into %i and tells nothing of it', async (what, status, code) => {
    const answer = await get(`/throw/${what}`);
    const text = await answer.text();
    expect(answer.status).toBe(status);
    expect(text).toContain(code);
    expect(text).not.toContain('secret');
  });

  it('writes the cause to the log, with the request’s id', () => {
    expect(lines.join('')).toContain('inner secret');
    expect(lines.join('')).toContain(uuid);
  });

  it('shows people a page in their language, with the code and the id', async () => {
    const zh = await get('/nothing-here', { accept: 'text/html', 'x-request-id': uuid });
    const text = await zh.text();
    for (const part of ['<html lang="zh-CN">', 'not_found', uuid, '没有找到您要的内容'])
      expect(text).toContain(part);
    const en = await get('/nothing-here', { accept: 'text/html', 'accept-language': 'en' });
    expect(await en.text()).toContain('There is nothing here.');
  });

  it('lets them read an error in the other language, and leads from a wrong address to the start page', async () => {
    const page = await (await get('/nothing-here?case=%22%3E7', { accept: 'text/html' })).text();
    expect(page).toContain('href="?lang=en"');
    expect(page).not.toContain('nothing-here');
    expect(page).toContain('href="/"');
    const other = await get('/nothing-here?lang=en', { accept: 'text/html' });
    expect(await other.text()).toContain('<html lang="en">');
    for (const path of ['//evil.example/x', '/%5Cevil.example/x', '/\\evil.example/x'])
      expect(await (await get(path, { accept: 'text/html' })).text()).not.toMatch(/href="[/\\]{2}/);
  });

  it('refuses fields given twice, NUL, broken text, too much and what is no form', async () => {
    const post = (path: string, body: string, type = 'application/x-www-form-urlencoded') =>
      fetch(`${baseUrl}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': type, accept: 'application/json' },
      });
    expect((await post('/form', 'name=abc')).status).toBe(200);
    for (const body of ['name=a&name=b', 'name=%00', 'name[]=a', '', 'name=toolong']) {
      expect([body, (await post('/form', body)).status]).toEqual([body, 400]);
    }
    expect((await post('/form', `name=${'a'.repeat(20_000)}`)).status).toBe(413);
    expect((await post('/json', '{"a":', 'application/json')).status).toBe(400);
    expect((await post('/json', JSON.stringify('a'.repeat(2000)), 'application/json')).status).toBe(413);
  });

  it('names the field at fault and not what was in it', async () => {
    const answer = await fetch(`${baseUrl}/form`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'very-secret' }),
      headers: { accept: 'application/json' },
    });
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'invalid_request', detail: 'fields: name' });
    expect(text).not.toContain('very-secret');
  });

  it.each(['/people/%00', '/people/%ff', '/people/1?q=%00', '/people/1?q=%c0%af', '/%'])(
    'refuses the address %s',
    async (path) => {
      expect((await get(path)).status).toBe(400);
    },
  );

  it.each(['/app/', '/app/index.html', '/app/some/view'])(
    'serves %s whole when a part is asked for, and blames itself for no precondition',
    async (path) => {
      expect((await get(path, { range: 'bytes=999999999-' })).status).toBe(200);
      expect((await get(path, { range: 'bytes=1-2' })).status).toBe(200);
      expect((await get(path, { 'if-match': '"other"' })).status).toBe(400);
    },
  );

  it('sends a policy that allows nothing inline and nobody to frame it', async () => {
    const { headers } = await get('/people/1');
    const policy = headers.get('content-security-policy')!;
    for (const rule of [
      "default-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('sends every header helmet has for it, in one and the same form at each request', async () => {
    const sent = ['http://a.example', 'https://a.example'].map((address) => {
      const headers: Record<string, string> = {};
      const answer = { setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value) };
      securityHeaders(address)({} as never, answer as never, () => undefined);
      const { 'content-security-policy': policy, ...others } = headers;
      return { others, upgrades: policy?.endsWith(';upgrade-insecure-requests') };
    });
    const others = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
      'permissions-policy': 'camera=(self), geolocation=(), microphone=(), payment=()',
    };
    const https = { ...others, 'strict-transport-security': 'max-age=31536000; includeSubDomains' };
    expect(sent).toEqual([
      { others, upgrades: false },
      { others: https, upgrades: true },
    ]);
  });

  it('measures by route pattern: no id, no path', async () => {
    await get('/people/13800138000');
    await get('/unknown/330102199003076111');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('route="/people/:id"');
    expect(text).not.toMatch(/13800138000|330102199003076111/);
  });
});

describe('html', () => {
  it('escapes every value but its own', () => {
    const odd = `<b>&"'\``;
    expect(
      html`<p title="${odd}">${odd}${html`<br>`}${['<', html`<i>`]}${undefined}${false}${0}</p>`.text,
    ).toBe('<p title="&lt;b&gt;&amp;&quot;&#39;&#96;">&lt;b&gt;&amp;&quot;&#39;&#96;<br>&lt;<i>0</p>');
  });
});
