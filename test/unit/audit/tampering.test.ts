/** security.md (a) 7 and domain.md SHR-6: edit, delete, reorder, truncate, splice, each by hand in the database. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { entryHash } from '../../../src/audit/entry-hash.ts';
import type { Audit, AuditEntry, AuditFinding } from '../../../src/audit/index.ts';
import { signJws } from '../../../src/keyring/index.ts';
import { type AuditedStore, auditedStore } from './audited-store.ts';

describe('tampering with the audit', () => {
  let store: AuditedStore;
  let audit: Audit;
  let first: AuditEntry[];
  let second: AuditEntry[];
  beforeEach(async () => {
    store = await auditedStore();
    audit = await store.start();
    const other = await store.start();
    first = [];
    second = [];
    for (let i = 0; i < 5; i += 1) {
      first.push(
        await audit.append({ action: 'certificate.viewed', actor: 'cli', subject: `p_${i}`, result: 'ok' }),
      );
      second.push(
        await other.append({ action: 'key.created', actor: 'system', object: `k${i}`, result: 'ok' }),
      );
      if (i === 1 || i === 3) await audit.checkpoint();
    }
    expect(await audit.verify()).toMatchObject({
      ok: true,
      entries: 10,
      writers: 2,
      checkpoints: 2,
      findings: [],
    });
  });
  afterEach(() => store.remove());

  const findings = async (outsideFile = store.outsideFile): Promise<AuditFinding[]> => {
    const report = await audit.verify({ outsideFile });
    expect(report.ok).toBe(report.findings.length === 0);
    return report.findings;
  };
  const found = async () => (await findings()).map(({ code, writer, seq }) => ({ code, writer, seq }));
  const writer = () => first[0]!.writer;
  const at = (seq: number) => ({ writer: writer(), seq });
  const remove = (...entries: AuditEntry[]) => {
    for (const { id } of entries) store.tamper('DELETE FROM audit_entries WHERE id = ?', id);
  };
  const put = (entry: AuditEntry) => {
    remove(entry);
    store.tamper(
      'INSERT INTO audit_entries (id, ver, schema, body) VALUES (?, 1, 1, ?)',
      entry.id,
      store.body(entry),
    );
  };
  const rehashed = (entry: AuditEntry): AuditEntry => ({ ...entry, hash: entryHash(entry) });

  it.each([
    ['who did it', { actor: 'client:x' }],
    ['whom it concerns', { subject: 'p_9' }],
    ['when', { at: 1 }],
    ['the result', { result: 'refused' as const }],
    ['a detail that is new', { details: { code: 'x' } }],
  ])('by editing %s shows at that entry', async (_, change) => {
    store.edit(first[2]!.id, (entry) => Object.assign(entry, change));
    expect(await found()).toEqual([{ code: 'entry_changed', ...at(3) }]);
  });

  it('by editing an entry and its hash shows at the entry behind it', async () => {
    put(rehashed({ ...first[2]!, actor: 'client:x' }));
    expect(await found()).toEqual([{ code: 'chain_broken', ...at(4) }]);
  });

  it('by editing an entry and writing the whole rest of the chain anew shows at the checkpoints', async () => {
    let previous = first[0]!.hash;
    for (const entry of first.slice(1)) {
      const forged = rehashed({ ...entry, previous, actor: 'client:x' });
      put(forged);
      previous = forged.hash;
    }
    expect(await found()).toEqual([
      { code: 'checkpoint_mismatch', ...at(2) },
      { code: 'checkpoint_mismatch', ...at(4) },
    ]);
  });

  it('by taking an entry out shows where it was', async () => {
    remove(first[2]!);
    expect(await found()).toEqual([{ code: 'entry_missing', ...at(3) }]);
  });

  it('by taking out the first entries shows where they were', async () => {
    remove(first[0]!, first[1]!);
    expect(await findings()).toEqual([
      expect.objectContaining({
        code: 'entry_missing',
        ...at(1),
        message: expect.stringContaining('2 entries'),
      }),
    ]);
  });

  it('by taking an entry out and closing the gap shows at the checkpoints', async () => {
    remove(first[1]!);
    let previous = first[0]!;
    for (const entry of first.slice(2)) {
      const seq = previous.seq + 1;
      const id = `${writer()}:${String(seq).padStart(12, '0')}`;
      remove(entry);
      previous = rehashed({ ...entry, id, seq, previous: previous.hash });
      put(previous);
    }
    expect((await found()).map(({ code }) => code)).toEqual(['checkpoint_mismatch', 'checkpoint_mismatch']);
  });

  it('by changing the order of two entries shows at both', async () => {
    const [, two, three] = first;
    store.edit(two!.id, (entry) => Object.assign(entry, { ...three, id: entry.id }));
    store.edit(three!.id, (entry) => Object.assign(entry, { ...two, id: entry.id }));
    const seqs = (await found()).filter(({ code }) => code === 'entry_changed').map(({ seq }) => seq);
    expect(seqs).toEqual([2, 3]);
  });

  it('by cutting off the end of a chain shows, as far as a checkpoint reached', async () => {
    remove(...first.slice(3));
    expect(await found()).toEqual([{ code: 'truncated', ...at(4) }]);
  });

  it('by removing a writer altogether shows', async () => {
    remove(...first);
    expect(await found()).toEqual([{ code: 'truncated', ...at(1) }]);
  });

  it("by splicing an entry of one writer into another's chain shows", async () => {
    put({ ...second[2]!, id: first[2]!.id });
    expect((await found()).map(({ code, seq }) => [code, seq])).toEqual([
      ['entry_changed', 3],
      ['chain_broken', 3],
      ['chain_broken', 4],
    ]);
    put(rehashed({ ...second[2]!, id: first[2]!.id, writer: writer(), previous: first[1]!.hash }));
    expect(await found()).toEqual([{ code: 'chain_broken', ...at(4) }]);
  });

  it('by adding an entry between two others shows', async () => {
    put({ ...first[2]!, id: `${first[2]!.id}x` });
    expect(await found()).toContainEqual(expect.objectContaining({ code: 'entry_changed' }));
  });

  it('by putting something else than an entry there shows, and stops nothing', async () => {
    store.tamper('UPDATE audit_entries SET body = ? WHERE id = ?', store.body({ seq: {} }), first[2]!.id);
    expect(await found()).toContainEqual({ code: 'entry_changed', ...at(3) });
  });

  it('by forging a checkpoint with another key shows', async () => {
    const thief = await store.keyring.create({ purpose: 'pack', owner: 'province', alg: 'ES256', days: 1 });
    const payload = await payloadOf(2);
    const forged = await signJws(store.keyring.signer(thief.kid), 'onecert-audit-checkpoint+jwt', payload);
    await replace(2, forged);
    expect((await found()).map(({ code }) => code)).toEqual(['checkpoint_signature', 'checkpoint_mismatch']);
  });

  it('by passing off another document of the audit key as a checkpoint shows', async () => {
    const payload = await payloadOf(2);
    await replace(2, await signJws(store.keyring.active('audit', 'province', 'ES256'), 'other+jwt', payload));
    expect((await found()).map(({ code }) => code)).toContain('checkpoint_signature');
  });

  it.each([
    ['that does not follow the one before it', { previous: 'A'.repeat(43) }],
    ['that covers less than the one before it', { heads: [] }],
  ])('by having the audit key sign a checkpoint %s shows', async (_, change) => {
    await replace(2, await resigned({ ...(await payloadOf(2)), ...change }));
    const inStore = await (await store.start({ outsideFile: undefined })).verify();
    expect(new Set(inStore.findings.map(({ code }) => code))).toEqual(new Set(['checkpoint_mismatch']));
  });

  it("by a checkpoint dated outside its key's time shows", async () => {
    await replace(2, await resigned({ ...(await payloadOf(2)), iat: 1 }));
    expect((await found()).map(({ code }) => code)).toContain('checkpoint_signature');
  });

  it('by removing entries with the checkpoint over them shows against the outside file, and not without', async () => {
    remove(...first.slice(2), ...second.slice(2));
    store.tamper("DELETE FROM audit_checkpoints WHERE id > 'checkpoint:000000000001'");
    expect((await found()).map(({ code }) => code)).toEqual([
      'outside_checkpoint_missing',
      'truncated',
      'truncated',
    ]);
    const blind = await (await store.start({ outsideFile: undefined })).verify();
    expect(blind.ok).toBe(true);
    expect(blind.limits.join(' ')).toContain('No outside checkpoints were given');
  });

  it('by removing a checkpoint in the middle shows', async () => {
    store.tamper("DELETE FROM audit_checkpoints WHERE id = 'checkpoint:000000000001'");
    expect((await found()).map(({ code }) => code)).toEqual([
      'checkpoint_mismatch',
      'outside_checkpoint_missing',
    ]);
  });

  it('by cutting the outside file shows when a middle line is gone, and its end is named as the limit', async () => {
    const lines = (await readFile(store.outsideFile, 'utf8')).trim().split('\n');
    await writeFile(store.outsideFile, `${lines[1]}\n`);
    expect((await found()).map(({ code }) => code)).toEqual(['outside_checkpoint_missing']);
    await writeFile(store.outsideFile, `${lines[0]}\n`);
    const report = await audit.verify({ outsideFile: store.outsideFile });
    expect(report.ok).toBe(true);
    expect(report.limits.join(' ')).toContain('reaches to checkpoint 1;');
    await writeFile(store.outsideFile, 'nonsense\n');
    expect((await found()).map(({ code }) => code)).toContain('checkpoint_signature');
  });

  it('by deleting the outside file shows', async () => {
    expect((await findings(`${store.outsideFile}.gone`)).map(({ code }) => code)).toEqual([
      'outside_checkpoint_missing',
      'outside_checkpoint_missing',
    ]);
  });

  it('behind the last checkpoint does not show, and the report says so with the number of entries', async () => {
    const before = await audit.verify();
    expect(before.limits[0]).toMatch(/^2 entries came after the last checkpoint/);
    remove(first[4]!);
    const after = await audit.verify();
    expect(after.ok).toBe(true);
    expect(after.limits[0]).toMatch(/^1 entries? came after/);
  });

  it('is possible for whoever stole the audit key, and the report says so once the key is marked', async () => {
    await store.keyring.markCompromised(store.keyring.active('audit', 'province', 'ES256').kid);
    const report = await audit.verify();
    expect(report.ok).toBe(true);
    expect(report.limits.join(' ')).toContain('by themselves they prove nothing');
  });

  const idOf = (number: number) => `checkpoint:${String(number).padStart(12, '0')}`;
  const stored = async (number: number) =>
    (await readFile(store.outsideFile, 'utf8')).trim().split('\n')[number - 1]!;
  const payloadOf = async (number: number) =>
    JSON.parse(Buffer.from((await stored(number)).split('.')[1] ?? '', 'base64url').toString());
  const resigned = (payload: object) =>
    signJws(store.keyring.active('audit', 'province', 'ES256'), 'onecert-audit-checkpoint+jwt', payload);
  const replace = async (number: number, jws: string) =>
    store.tamper(
      'UPDATE audit_checkpoints SET body = ? WHERE id = ?',
      store.body({ id: idOf(number), number, jws }),
      idOf(number),
    );
});
