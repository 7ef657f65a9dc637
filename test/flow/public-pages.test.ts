import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

  it('says of each certificate where it is accepted and where not yet, in her language', async () => {
    const zh = await (await open('/certificate-types')).text();
    const en = await (await open('/certificate-types', 'en')).text();
    for (const { name, whereAccepted, notYetAccepted } of app.core.catalogue.types()) {
      for (const text of [name, whereAccepted, notYetAccepted]) {
        expect(zh).toContain(text.zh);
        expect(en).toContain(text.en);
      }
    }
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
