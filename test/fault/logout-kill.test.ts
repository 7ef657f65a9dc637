import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { jsonOf, type OwnServer, ownServer } from '../flow/own-server.ts';
import { TestBrowser } from '../flow/test-browser.ts';
import { startSite, type TestSite, within } from '../flow/test-site.ts';

describe('kill -9 of the server with logouts to tell', () => {
  let own: OwnServer;
  let site: TestSite;
  beforeAll(async () => {
    own = await ownServer({ OUTGOING_HOSTS: '127.0.0.1' });
    await own.server.start();
    site = await startSite('k');
    const file = join(own.dataDir, 'site.json');
    writeFileSync(file, JSON.stringify({ ...site.metadata, scope: 'openid profile' }));
    const added = jsonOf<{ client_id: string; client_secret: string }>(
      await own.server.onecert('app', 'add', '--metadata', file, '--json'),
    );
    await site.configure(own.server.baseUrl, added.client_id, added.client_secret);
  }, 60_000);
  afterAll(async () => {
    await site.close();
    await own.remove();
  });

  const people = readSamplePeople(join(projectDir, 'config/sample/people.yaml'));
  const enter = async (id: string): Promise<TestBrowser> => {
    const browser = new TestBrowser(() => false);
    const { phone } = people.find((person) => person.id === id)!;
    let page = await browser.signIn(await browser.open(`${site.origin}/login`), phone, own.passwordOf(id));
    if (page.text.includes('/consent"')) page = await browser.submit(page, '/consent', { decision: 'agree' });
    expect(page.text).toBe('signed in at k');
    return browser;
  };
  const leave = async (browser: TestBrowser): Promise<void> => {
    const question = await browser.open(`${own.server.baseUrl}/session/end`);
    await browser.submit(question, '/session/end/confirm', { logout: 'yes' });
  };

  it('tells the site after the next start, and what an operator sends again as well', async () => {
    const browser = await enter('lin');
    // The site hangs: the try is under way when the server is killed.
    await site.close();
    await leave(browser);
    await own.server.stop('SIGKILL');
    await site.reopen();
    await own.server.start();
    expect(await within(20, () => site.told.length === 1)).toBe(true);
    expect(site.sessions()).toBe(0);

    site.answers = 400;
    await leave(await enter('lin'));
    const list = async () =>
      jsonOf<{ id: string; reason: string; client_id: string }[]>(
        await own.server.onecert('logouts', 'list', '--json'),
      );
    expect(await within(5, () => site.knocks >= 2)).toBe(true);
    const [dead] = await list();
    expect(dead).toMatchObject({ reason: 'http_400' });
    site.answers = undefined;
    expect(jsonOf(await own.server.onecert('logouts', 'retry', dead!.id, '--json'))).toEqual({ retried: 1 });
    expect(await within(10, () => site.told.length === 2)).toBe(true);
    expect([site.sessions(), await list()]).toEqual([0, []]);
    expect(jsonOf(await own.server.onecert('logouts', 'retry', '--app', dead!.client_id, '--json'))).toEqual({
      retried: 0,
    });
    expect((await own.server.onecert('logouts', 'retry')).exitCode).toBe(2);
    expect((await own.server.onecert('logouts', 'retry', 'nothing')).exitCode).toBe(1);
  }, 90_000);
});
