import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { type Portal, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

describe('onecert life-event, beside a running server', () => {
  let own: OwnServer;
  let dir: string;
  const chen = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
    ({ id }) => id === 'chen',
  )!;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-life-events-'));
    cpSync(join(projectDir, 'config/sample'), join(dir, 'sample'), { recursive: true });
    writeFileSync(join(dir, 'own.json'), JSON.stringify({ sample: { dir: join(dir, 'sample') } }));
    own = await ownServer({ ONECERT_CONFIG: join(dir, 'own.json'), LOG_LEVEL: 'debug' });
    await own.server.start();
  }, 90_000);
  afterAll(async () => {
    await own.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  it('apply ends a dead person’s session in the server at once, prints counts, and leaves no trace in the logs', async () => {
    const { server } = own;
    const redirectUri = 'http://localhost:1/callback';
    const added = jsonOf<{ client_id: string; client_secret: string }>(
      await server.onecert('app', 'add', '--name', 'Portal', '--redirect', redirectUri, '--json'),
    );
    const portal: Portal = {
      baseUrl: server.baseUrl,
      clientId: added.client_id,
      clientSecret: added.client_secret,
      redirectUri,
    };
    const person = { loginName: chen.document.number, password: own.passwordOf('chen') };
    const signedIn = await signInPortal(portal, person, 'openid profile');
    expect((await userInfo(portal, signedIn)).name).toBe(chen.name);
    // What is typed about others must not stand in a log, also where it is refused.
    await fetch(`${server.baseUrl}/wallet/api/family/children`, {
      method: 'POST',
      headers: { authorization: `Bearer ${signedIn.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...chen.document, name: chen.name }),
    });

    appendFileSync(join(dir, 'sample/life-events.csv'), `d-1,death,111,${chen.document.number},,,\n`);
    const applied = await server.onecert('life-event', 'apply', '--json');
    expect(jsonOf(applied)).toEqual({ received: 1, faulty: 0, pending: 0 });
    await expect(userInfo(portal, signedIn)).rejects.toThrow();
    await expect(signInPortal(portal, person, 'openid')).rejects.toThrow();
    const listed = await server.onecert('life-event', 'list', '--all', '--json');
    expect(jsonOf(listed)).toMatchObject([{ kind: 'death', state: 'applied' }]);
    expect((await server.onecert('life-event', 'apply')).stdout).toContain('0 received');
    const said = [server.log, applied.stderr, applied.stdout, listed.stdout].join('\n');
    for (const trace of [chen.name, chen.document.number]) expect(said.includes(trace)).toBe(false);
  }, 90_000);
});
