import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Audit, AuditEvent } from '../../../src/audit/index.ts';
import { createOidcStore, keyOf, type OidcStore } from '../../../src/oidc/adapter/oidc-store.ts';
import { createSessions, type Sessions } from '../../../src/oidc/sessions/sessions.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';

const many = 520;

describe('the sign-ins of a person who has very many', () => {
  let dir: string;
  let storage: Storage;
  let store: OidcStore;
  let sessions: Sessions;
  const audited: AuditEvent[] = [];
  const clock = { now: () => 1_800_000_000_000 };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'onecert-sessions-'));
    const key = new Uint8Array(32).fill(7);
    storage = await openStorage({
      dataDir: dir,
      personalDataMaster: key,
      indexKeys: [{ version: 1, key }],
      clock,
    });
    store = createOidcStore({ storage, clock, intendLogout: async () => undefined });
    const audit = { append: async (event: AuditEvent) => void audited.push(event) } as unknown as Audit;
    sessions = createSessions({ store, audit, clock, networkOf: () => 'here' });
    await storage.prepare();
    for (let order = 0; order < many; order += 1) {
      const uid = `uid-${order}`;
      const payload = { uid, accountId: 'p_1', loginTs: 1_800_000_000, authorizations: {} };
      await store
        .collection('Session')
        .insert({ id: keyOf(uid), uid, accountId: 'p_1', expiresAt: 1_800_003_600, payload });
    }
  });
  afterEach(async () => {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('are all listed, and all ended but the one she sits at', async () => {
    expect(await sessions.of('p_1')).toHaveLength(many);
    await sessions.endAll('p_1', 'uid-7');
    expect(await sessions.of('p_1', { uid: 'uid-7' })).toMatchObject([{ current: true }]);
    expect(audited).toMatchObject([{ action: 'session.ended', details: { count: many - 1 } }]);
  }, 30_000);
});
