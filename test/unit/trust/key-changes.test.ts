import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../../src/audit/index.ts';
import { compromiseKey, listKeys, recordKeyChanges, retireKey, rotateKey } from '../../../src/trust/index.ts';
import { type Process, type Province, removeKeys, startedProvince } from './province.ts';

describe('changing keys', () => {
  let home: Province & Process;
  beforeEach(async () => {
    home = await startedProvince();
    await recordKeyChanges(home.keyring, home.trust, home.audit);
  });
  afterEach(() => home.remove());
  afterAll(removeKeys);

  const audited = async (kid: string) => {
    const collection = await home.collection<AuditEntry>({
      name: 'audit_entries',
      schemaVersion: 1,
      indexes: ['writer', 'subject'],
    });
    const entries = await collection.list({ limit: 500 });
    return entries.filter(({ object }) => object === kid).map(({ action, actor }) => [action, actor]);
  };
  const listed = async (kid: string) =>
    (await home.trust.trustListPayload()).keys.find((key) => key.kid === kid);

  it('audits every key of the ceremony, made before there was an audit', async () => {
    for (const { kid } of home.keyring.all())
      expect(await audited(kid)).toEqual([['key.created', 'ceremony']]);
  });

  it('makes the next key beside the old one, lists both and audits once', async () => {
    const { keyring, trust, audit } = home;
    const old = keyring.active('certificate', 'wenzhou', 'ES256');
    const { key, others, published } = await rotateKey(keyring, trust, audit, {
      purpose: 'certificate',
      owner: 'wenzhou',
      alg: 'ES256',
    });
    expect(published).toBe(true);
    expect(others.map(({ kid }) => kid)).toEqual([old.kid]);
    expect(keyring.active('certificate', 'wenzhou', 'ES256').kid).toBe(key.kid);
    expect(keyring.signer(old.kid).kid).toBe(old.kid);
    expect([(await listed(old.kid))?.state, (await listed(key.kid))?.state]).toEqual(['active', 'active']);
    expect(await audited(key.kid)).toEqual([['key.created', 'cli']]);
  });

  it('makes keys only for departments there are', async () => {
    const { keyring, trust, audit } = home;
    const rotate = (purpose: 'certificate' | 'pack', owner: string) =>
      rotateKey(keyring, trust, audit, { purpose, owner, alg: 'ES256' });
    await expect(rotate('certificate', 'nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(rotate('certificate', 'province')).rejects.toMatchObject({ code: 'not_found' });
    await expect(rotate('pack', 'wenzhou')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('retires a key once another can take over, and the last one only by force', async () => {
    const { keyring, trust, audit } = home;
    const old = keyring.active('pack', 'province', 'ES256');
    await expect(retireKey(keyring, trust, audit, { kid: old.kid })).rejects.toMatchObject({
      code: 'conflict',
    });
    await rotateKey(keyring, trust, audit, {
      purpose: 'pack',
      owner: 'province',
      alg: 'ES256',
      notBefore: home.folder.clock.at / 1000 + 60,
    });
    await expect(retireKey(keyring, trust, audit, { kid: old.kid })).rejects.toMatchObject({
      code: 'conflict',
    });
    home.folder.clock.advance(60);
    const { key } = await retireKey(keyring, trust, audit, { kid: old.kid, actor: 'account:p_1' });
    expect(key.state).toBe('retired');
    expect((await listed(old.kid))?.state).toBe('retired');
    expect(await audited(old.kid)).toEqual([
      ['key.created', 'ceremony'],
      ['key.retired', 'account:p_1'],
    ]);
    const { kid } = keyring.active('audit', 'province', 'ES256');
    expect((await retireKey(keyring, trust, audit, { kid, force: true })).key.state).toBe('retired');
    await expect(retireKey(keyring, trust, audit, { kid: 'unknown' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('marks a stolen key at once, with no other to take over', async () => {
    const { keyring, trust, audit } = home;
    const { kid } = keyring.active('status', 'province', 'EdDSA');
    const { others } = await compromiseKey(keyring, trust, audit, { kid });
    expect(others).toEqual([]);
    expect((await listed(kid))?.state).toBe('compromised');
    expect(await audited(kid)).toContainEqual(['key.compromised', 'cli']);
  });

  it('gets over a stolen trust-list key: the root names the next', async () => {
    const { keyring, trust, audit } = home;
    const { kid } = keyring.active('trust-list', 'province', 'ES256');
    expect((await compromiseKey(keyring, trust, audit, { kid })).published).toBe(false);
    const { key, published } = await rotateKey(keyring, trust, audit, {
      purpose: 'trust-list',
      owner: 'province',
      alg: 'ES256',
    });
    expect(published).toBe(true);
    const statement = JSON.parse(
      Buffer.from((await trust.rootStatement()).split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(statement.trust_list_key.kid).toBe(key.kid);
    expect((await trust.trustListPayload()).number).toBe(2);
  });

  it.each(['rotated', 'stolen'])('lets the root named ahead take over from one that is %s', async (how) => {
    const { keyring, trust, audit } = home;
    const payload = async () =>
      JSON.parse(Buffer.from((await trust.rootStatement()).split('.')[1] ?? '', 'base64url').toString());
    const before = await payload();
    const { kid } = keyring.active('root', 'province', 'ES256');
    if (how === 'stolen') await compromiseKey(keyring, trust, audit, { kid });
    else await rotateKey(keyring, trust, audit, { purpose: 'root', owner: 'province', alg: 'ES256' });
    const after = await payload();
    expect(after.root.kid).toBe(before.next_root);
    expect(after.number).toBeGreaterThan(before.number);
    expect(after.next_root).not.toBe('');
    expect(after.next_root).not.toBe(before.next_root);
    expect(trust.rootPublicJwk().kid).toBe(before.next_root);
    expect(keyring.find(kid)?.state).toBe(how === 'stolen' ? 'compromised' : 'retired');
  });

  it('shows what each key can do and how long', () => {
    const { keyring, folder } = home;
    const shown = listKeys(keyring, folder.clock);
    expect(shown).toHaveLength(keyring.all().length);
    expect(shown.find(({ purpose }) => purpose === 'pack')).toMatchObject({ signs: true, daysLeft: 730 });
    expect(shown.find(({ state }) => state === 'standby')).toMatchObject({ signs: false, daysLeft: 0 });
  });
});
