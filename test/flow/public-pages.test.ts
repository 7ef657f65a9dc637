import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { escapeHtml } from '../../src/http/index.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 60_000);
afterAll(() => app.stop());

const open = (path: string, language = 'zh-CN') =>
  fetch(`${app.baseUrl}${path}`, {
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': language },
  });

describe('the way in', () => {
  it('leads a person to pages she can read, and to opening an account', async () => {
    const home = await (await open('/')).text();
    const links = [...home.matchAll(/<li><a href="([^"]+)"/g)].map(([, href]) => href!);
    expect(links).toContain('/open-account');
    // The two web apps are built apart from the server.
    for (const link of links.filter((href) => !/^\/(wallet|counter)\//.test(href))) {
      const answer = await open(link);
      expect([link, answer.status, answer.headers.get('content-type')]).toEqual([
        link,
        200,
        'text/html; charset=utf-8',
      ]);
    }
  });

  it('lists every certificate type under its department, and leads to a page of its own', async () => {
    const zh = await (await open('/certificate-types')).text();
    for (const { id, name, issuers } of app.core.catalogue.types()) {
      expect(zh).toContain(`<a href="/certificate-types/${id}"><strong>${name.zh}</strong></a>`);
      expect(zh).toContain(`<h2>${app.core.trust.issuer(issuers[0]!)!.name.zh}</h2>`);
    }
  });

  it('says of each certificate where it is accepted and where not yet, in her language, also to print', async () => {
    for (const { id, name, whereAccepted, notYetAccepted, legalEffect } of app.core.catalogue.types()) {
      for (const path of [`/certificate-types/${id}`, `/certificate-types/${id}/notice`]) {
        const [zh, en] = [await (await open(path)).text(), await (await open(path, 'en')).text()];
        for (const text of [name, whereAccepted, notYetAccepted, legalEffect]) {
          expect(zh).toContain(escapeHtml(text.zh));
          expect(en).toContain(escapeHtml(text.en));
        }
      }
    }
  });

  it('says how large each way to show a certificate is in print, and who holds it', async () => {
    const page = await (await open('/certificate-types/resident_id_card')).text();
    expect(page).toMatch(/二维码最大为12版（M级），打印边长24\.8毫米/);
    expect(page).not.toContain('尚未开通');
    expect(await (await open('/certificate-types/business_licence')).text()).toMatch(
      /持证人<\/strong><span class="values">企业</,
    );
    expect((await open('/certificate-types/passport')).status).toBe(404);
  });

  it('serves the words of each version for ever, and those of the present one until they change', async () => {
    for (const { id, version } of app.core.catalogue.types()) {
      for (const path of [`/contexts/${id}/v1`, `/types/${id}/v1`]) {
        const answer = await fetch(`${app.baseUrl}${path}`);
        expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([
          path,
          200,
          'public, max-age=31536000, immutable',
        ]);
        const again = await fetch(`${app.baseUrl}${path}`, {
          headers: { 'if-none-match': answer.headers.get('etag')! },
        });
        expect([path, again.status]).toEqual([path, 304]);
      }
      const [current, first] = await Promise.all(
        [`/types/${id}`, `/types/${id}/v${version}`].map((path) => fetch(`${app.baseUrl}${path}`)),
      );
      expect(await current!.text()).toBe(await first!.text());
      expect(current!.headers.get('cache-control')).toBe('public, max-age=300');
    }
    expect((await fetch(`${app.baseUrl}/contexts/driving_licence/v9`)).status).toBe(404);
  });

  it('gives programs the document, and tells caches apart', async () => {
    for (const accept of ['application/json', '*/*']) {
      const answer = await fetch(`${app.baseUrl}/certificate-types`, { headers: { accept } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('vary')).toMatch(/accept/i);
      expect(((await answer.json()) as { types: object[] }).types).toHaveLength(
        app.core.catalogue.types().length,
      );
    }
  });
});
