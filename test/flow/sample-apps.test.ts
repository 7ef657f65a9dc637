import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { HttpSession, type PageView } from '../../src/tour/http-session.ts';
import { type OwnServer, ownServer } from './own-server.ts';

describe('the sample apps beside the server', () => {
  let own: OwnServer;
  let portal: string;
  let department: string;
  const session = new HttpSession();
  const person = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
    ({ id }) => id === 'lin',
  )!;

  beforeAll(async () => {
    own = await ownServer({ ONECERT_SAMPLE_APPS: 'true' });
    await own.server.start();
    const file = join(own.dataDir, 'sample-apps.json');
    let apps: Record<string, { port: number }> | undefined;
    for (let tries = 0; tries < 200; tries += 1) {
      try {
        apps = JSON.parse(readFileSync(file, 'utf8'));
        const up = await Promise.all(
          Object.values(apps!).map(({ port }) => fetch(`http://localhost:${port}/`).then((r) => r.ok)),
        );
        if (up.every(Boolean)) break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    portal = `http://localhost:${apps!.portal!.port}/`;
    department = `http://localhost:${apps!.department!.port}/`;
  }, 60_000);
  afterAll(() => own.remove());

  /** From the app's own sign-in link to the app's page behind it; what the province asked on the way. */
  const signInFrom = async (app: string): Promise<{ page: PageView; asked: string[] }> => {
    const asked: string[] = [];
    let page = await session.open(new URL('/login', app));
    while (page.url.origin === own.server.baseUrl) {
      const form = session.form(page, /\/(sign-in|consent)$/);
      const isSignIn = 'password' in form.fields;
      asked.push(isSignIn ? 'sign-in' : 'consent');
      const login = Object.keys(form.fields).find((name) => /login/i.test(name))!;
      const typed = { [login]: person.phone, password: own.passwordOf('lin') };
      page = await session.submit(form, isSignIn ? typed : { decision: 'agree' });
    }
    return { page, asked };
  };

  it('the portal fills in the renewal from what the province has and asks for nothing; the case is accepted', async () => {
    const { page, asked } = await signInFrom(portal);
    expect(asked).toEqual(['sign-in', 'consent']);
    expect(page.url.pathname).toBe('/renew');
    expect(page.html).toContain(person.name);
    expect(page.html).not.toContain(person.document.number);
    expect(page.html).not.toMatch(/<(input|select|textarea)/);
    const done = await session.submit(session.form(page, /^\/cases$/), {});
    expect(done.html).toMatch(/case_[\w-]{16}/);
  });

  it('the department’s app knows her without another password, under another name, and sees the case (NET-1)', async () => {
    const { page, asked } = await signInFrom(department);
    expect(asked).toEqual(['consent']);
    expect(page.html).toMatch(/case_[\w-]{16}/);
    expect(page.html).toMatch(/<code>[\w-]{43}<\/code>/);
  });

  it('each is under 150 lines', () => {
    for (const name of ['portal', 'department', 'office']) {
      const lines =
        readFileSync(join(projectDir, 'examples', name, 'server.js'), 'utf8').split('\n').length - 1;
      expect(lines).toBeLessThan(150);
    }
  });
});
