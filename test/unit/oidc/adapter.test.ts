import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AdapterPayload } from 'oidc-provider';
import type { ModelAdapter } from '../../../src/oidc/adapter/create-adapter.ts';
import { createDurableAdapter } from '../../../src/oidc/adapter/durable-adapter.ts';
import type { DurableModel } from '../../../src/oidc/adapter/oidc-document.ts';
import { createOidcStore, keyOf, type OidcStore } from '../../../src/oidc/adapter/oidc-store.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';

describe('the adapter of oidc-provider', () => {
  let dir: string;
  let storage: Storage;
  let store: OidcStore;
  let now = 1_800_000_000_000;
  const clock = { now: () => now };
  const model = (name: DurableModel): ModelAdapter =>
    createDurableAdapter(name, { store, clock, baseUrl: 'http://localhost:3000', counts: async () => true });

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'onecert-adapter-'));
    const key = new Uint8Array(32).fill(7);
    storage = await openStorage({
      dataDir: dir,
      personalDataMaster: key,
      indexKeys: [{ version: 1, key }],
      clock,
    });
    store = createOidcStore({ storage, clock, intendLogout: async () => undefined });
    await storage.prepare();
  });
  afterEach(async () => {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('keeps a token under its hash only: the store holds nothing that could be presented', async () => {
    await model('AccessToken').upsert('the-token-itself', { jti: 'the-token-itself', accountId: 'p_1' }, 60);
    const lines: string[] = [];
    for await (const line of storage.dump()) lines.push(line);
    expect(lines.join('\n')).not.toContain('the-token-itself');
    expect(await model('AccessToken').find('the-token-itself')).toEqual({
      jti: 'the-token-itself',
      accountId: 'p_1',
    });
    expect(await model('AccessToken').find(keyOf('the-token-itself'))).toBeUndefined();
  });

  it.each(['AuthorizationCode', 'RefreshToken', 'PreAuthorizedCode', 'PushedAuthorizationRequest'] as const)(
    'lets one of fifty consume a %s',
    async (name) => {
      const codes = model(name);
      await codes.upsert('c', { jti: 'c', grantId: 'g', clientId: 'a' }, 60);
      const results = await Promise.allSettled(Array.from({ length: 50 }, () => codes.consume('c')));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected')
          expect(result.reason.error).toMatch(/^invalid_(grant|request_uri)$/);
      }
      expect((await codes.find('c'))?.consumed).toBe(now / 1000);
    },
  );

  it('forgets what expired, and remembers a used code longer than the code itself lives', async () => {
    await model('AccessToken').upsert('t', { jti: 't' }, 60);
    await model('AuthorizationCode').upsert('c', { jti: 'c' }, 60);
    now += 300_000;
    expect(await model('AccessToken').find('t')).toBeUndefined();
    expect(await model('AuthorizationCode').find('c')).toBeDefined();
    now += 900_000;
    expect(await model('AuthorizationCode').find('c')).toBeUndefined();
  });

  it('revokes hundreds of tokens of one grant and none of another', async () => {
    const tokens = model('AccessToken');
    for (let index = 0; index < 230; index += 1)
      await tokens.upsert(`a${index}`, { jti: `a${index}`, grantId: 'a' }, 60);
    await tokens.upsert('b', { jti: 'b', grantId: 'b' }, 60);
    await tokens.revokeByGrantId('a');
    expect(await store.collection('AccessToken').count()).toBe(1);
    expect(await tokens.find('b')).toBeDefined();
  });

  describe('for sessions', () => {
    const session = (over: Partial<AdapterPayload> = {}): AdapterPayload => ({
      jti: 'old',
      uid: 'u',
      accountId: 'p_1',
      iat: 1,
      authorizations: { app: { sid: 's', grantId: 'g' } },
      ...over,
    });

    it('lets an id that was given up never be saved again', async () => {
      const sessions = model('Session');
      await sessions.upsert('old', session(), 600);
      await sessions.destroy('old');
      await sessions.upsert('new', session({ jti: 'new' }), 600);
      await sessions.upsert('old', session(), 600);
      expect(await sessions.find('old')).toBeUndefined();
      expect(await sessions.findByUid('u')).toMatchObject({ uid: 'u' });
    });

    it('holds in a race of rotation and silent sign-ins', async () => {
      const sessions = model('Session');
      await sessions.upsert('old', session(), 600);
      const silent = Array.from({ length: 20 }, () => sessions.upsert('old', session(), 600));
      const rotate = (async () => {
        await sessions.destroy('old');
        await sessions.upsert('new', session({ jti: 'new' }), 600);
      })();
      await Promise.all([...silent, rotate]);
      expect(await sessions.find('old')).toBeUndefined();
      expect(await sessions.find('new')).toBeDefined();
    });

    it('ends as one when two requests give a session a new id at the same moment', async () => {
      const sessions = model('Session');
      await sessions.upsert('old', session(), 600);
      const rotate = async (id: string, app: string) => {
        await sessions.destroy('old');
        await sessions.upsert(
          id,
          session({ jti: id, authorizations: { [app]: { sid: app, grantId: app } } }),
          600,
        );
      };
      await rotate('one', 'first');
      await rotate('two', 'second');
      expect(await sessions.find('one')).toBeUndefined();
      expect(Object.keys((await sessions.find('two'))!.authorizations!).sort()).toEqual(['first', 'second']);
    });

    it('keeps the apps of both when two sign-ins save one session at once', async () => {
      const sessions = model('Session');
      await sessions.upsert('old', session({ authorizations: {} }), 600);
      const save = (app: string) =>
        sessions.upsert('old', session({ authorizations: { [app]: { sid: app } } }), 600);
      await Promise.all(['a', 'b', 'c', 'd'].map(save));
      expect(Object.keys((await sessions.find('old'))!.authorizations!).sort()).toEqual(['a', 'b', 'c', 'd']);
    });

    it('does not carry one person’s apps over to another', async () => {
      const sessions = model('Session');
      await sessions.upsert('old', session(), 600);
      await sessions.upsert('old', session({ accountId: 'p_2', authorizations: {} }), 600);
      expect((await sessions.find('old'))!.authorizations).toEqual({});
    });

    it('ends a session with its grants, but for those that outlive it', async () => {
      const apps = { gone: { grantId: 'gone' }, stays: { grantId: 'stays', persistsLogout: true } };
      await model('Session').upsert('old', session({ authorizations: apps }), 600);
      for (const grant of ['gone', 'stays']) {
        await model('Grant').upsert(grant, { jti: grant, accountId: 'p_1' }, 600);
        await model('RefreshToken').upsert(`r-${grant}`, { jti: `r-${grant}`, grantId: grant }, 600);
      }
      await store.endSessionByUid('u');
      expect(await model('Session').findByUid('u')).toBeUndefined();
      expect([await model('Grant').find('gone'), await model('RefreshToken').find('r-gone')]).toEqual([
        undefined,
        undefined,
      ]);
      expect(await model('RefreshToken').find('r-stays')).toBeDefined();
    });
  });
});
