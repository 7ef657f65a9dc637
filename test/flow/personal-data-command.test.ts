import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectDir } from '../../src/config.ts';
import { readSamplePeople } from '../../src/credentials/index.ts';
import { type Portal, type SignedIn, signInPortal, userInfo } from '../../src/tour/sign-in-portal.ts';
import { jsonOf, type OwnServer, ownServer } from './own-server.ts';

interface Info {
  personal_data_master: string;
  older_masters?: string;
  index_keys: string;
}

const ouyang = readSamplePeople(join(projectDir, 'config/sample/people.yaml')).find(
  ({ id }) => id === 'ouyang',
)!;
const newKey = (): string => randomBytes(32).toString('base64url');

describe('onecert keys rewrap, keys reindex and person close', () => {
  let own: OwnServer;
  let portal: Portal;

  const info = async (): Promise<Info> =>
    jsonOf<{ secrets: Info }>(await own.server.onecert('info', '--json')).secrets;
  const signIn = (): Promise<SignedIn> =>
    signInPortal(
      portal,
      { loginName: ouyang.document.number, password: own.passwordOf('ouyang') },
      'openid document',
    );
  const restartWith = async (secrets: { master: string; indexKeys: string }): Promise<void> => {
    await own.server.stop();
    Object.assign(own.server.env, {
      ONECERT_PERSONAL_DATA_MASTER: secrets.master,
      ONECERT_INDEX_KEYS: secrets.indexKeys,
    });
    own.server.log = '';
    await own.server.start();
  };

  beforeAll(async () => {
    own = await ownServer();
    await own.server.start();
    const redirectUri = 'http://localhost:1/callback';
    const app = jsonOf<{ client_id: string; client_secret: string }>(
      await own.server.onecert('app', 'add', '--name', 'Test', '--redirect', redirectUri, '--json'),
    );
    const { client_id: clientId, client_secret: clientSecret } = app;
    portal = { baseUrl: own.server.baseUrl, clientId, clientSecret, redirectUri };
  }, 90_000);
  afterAll(() => own.remove());

  it('security (a) 15: both keys change under a running server, and then the old ones are taken away', async () => {
    const file = JSON.parse(readFileSync(join(own.dataDir, 'keys/secrets.json'), 'utf8'));
    const { personalDataMaster: oldMaster, indexKeys: oldIndex } = file as Record<string, string>;
    const [master, index] = [newKey(), `2:${newKey()}`];
    const { sub, ...claims } = await userInfo(portal, await signIn());
    expect(sub).toBeDefined();

    await restartWith({ master: `${master},${oldMaster}`, indexKeys: `${index},${oldIndex}` });
    const before = await info();
    expect(before).toMatchObject({ index_keys: '2 1' });
    expect(before.older_masters).toContain('onecert keys rewrap');
    const signedIn = await signIn();
    let running = true;
    const serving = (async () => {
      let answers = 0;
      for (; running; answers += 1)
        expect((await userInfo(portal, signedIn)).document_number).toBe(ouyang.document.number);
      return answers;
    })();
    const rewrapped = jsonOf<{ changed: number; masters: { older: string[] } }>(
      await own.server.onecert('keys', 'rewrap', '--json'),
    );
    const reindexed = jsonOf<{ changed: number; index_keys: number[] }>(
      await own.server.onecert('keys', 'reindex', '--json'),
    );
    running = false;
    expect(await serving).toBeGreaterThan(0);
    expect(rewrapped.changed).toBeGreaterThan(0);
    expect(rewrapped.masters.older).toEqual([]);
    expect(reindexed).toMatchObject({ index_keys: [2] });
    expect(reindexed.changed).toBeGreaterThan(0);
    expect(await info()).toEqual({ personal_data_master: before.personal_data_master, index_keys: '2' });

    await restartWith({ master, indexKeys: index });
    expect(await userInfo(portal, await signIn())).toMatchObject({ document_number: claims.document_number });
    await expect(restartWith({ master: oldMaster!, indexKeys: index })).rejects.toThrow(
      'written with another',
    );
    await expect(restartWith({ master, indexKeys: `3:${newKey()}` })).rejects.toThrow('onecert keys reindex');
    await restartWith({ master, indexKeys: index });
    expect(JSON.stringify(own.server.log)).not.toContain(master);
  }, 300_000);

  it('person close waits seven days and is taken back, or is done at once', async () => {
    const { server } = own;
    const closed = await server.onecert('person', 'close', 'ouyang', '--json');
    const { account, state } = jsonOf<{ account: string; state: string; due: string }>(closed);
    expect(state).toBe('waiting');
    expect(jsonOf(await server.onecert('person', 'keep', 'ouyang', '--json'))).toEqual({
      account,
      kept: true,
    });
    expect((await server.onecert('person', 'keep', 'ouyang', '--json')).exitCode).toBe(1);
    const signedIn = await signIn();
    const done = await server.onecert('person', 'close', 'ouyang', '--at-once', '--json');
    expect(jsonOf(done)).toEqual({ account, state: 'closed' });
    expect(jsonOf(await server.onecert('person', 'closed', '--json'))).toMatchObject([{ account }]);
    await expect(userInfo(portal, signedIn)).rejects.toThrow();
    await expect(signIn()).rejects.toThrow();
    expect((await server.onecert('person', 'close', account, '--json')).exitCode).not.toBe(0);
    expect((await server.onecert('audit', 'verify', '--json')).exitCode).toBe(0);
    expect((await server.onecert('check', '--json')).exitCode).toBe(0);
  }, 120_000);
});
