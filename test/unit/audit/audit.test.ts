import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, importJWK } from 'jose';
import { entryHash } from '../../../src/audit/entry-hash.ts';
import { type Audit, createAudit, PersonalDataInAudit } from '../../../src/audit/index.ts';
import { AlreadyExists, type Collection, type Document, type Storage } from '../../../src/storage/index.ts';
import { type AuditedStore, auditedStore } from './audited-store.ts';

const event = (subject?: string) => ({
  action: 'certificate.viewed',
  actor: 'cli',
  subject,
  result: 'ok' as const,
});

describe('the audit', () => {
  let store: AuditedStore;
  let audit: Audit;
  beforeEach(async () => {
    store = await auditedStore();
    audit = await store.start();
  });
  afterEach(() => store.remove());

  const appendMany = async (count: number, to = audit) => {
    for (let i = 0; i < count; i += 1) await to.append(event());
  };
  const outsideLines = async () => (await readFile(store.outsideFile, 'utf8')).trim().split('\n');

  describe('appending', () => {
    it('chains every entry to the one before it, from the first on', async () => {
      await appendMany(3);
      const entries = store.entries();
      expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(entries.map(({ previous }) => previous)).toEqual(['', entries[0]?.hash, entries[1]?.hash]);
      for (const entry of entries) {
        expect(entry.id).toBe(`${entry.writer}:${String(entry.seq).padStart(12, '0')}`);
        expect(entry.hash).toBe(entryHash(entry));
      }
    });

    it('keeps exactly what it was given and answers with it', async () => {
      const given = {
        action: 'certificate.state_changed',
        actor: 'client:counter',
        subject: 'p_abc',
        object: 'c_def',
        fields: ['state', 'valid_until'],
        result: 'refused' as const,
        details: { code: 'certificate_state', copies: 3, online: false },
        requestId: '8f14e45f-ceea-467f-ab1d-0242ac120002',
      };
      const entry = await audit.append(given);
      expect(entry).toMatchObject({ ...given, at: store.folder.clock.at });
      expect(store.entries()).toEqual([entry]);
    });

    it('keeps one chain under 100 parallel appends, and every acknowledged one is there', async () => {
      const acknowledged = await Promise.all(Array.from({ length: 100 }, () => audit.append(event())));
      // In the order of the calls: what was acknowledged first stands first.
      expect(acknowledged.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 100, writers: 1 });
    });

    it('gives every process start a chain of its own', async () => {
      const others = await Promise.all([store.start(), store.start()]);
      await Promise.all([audit, ...others].map((writer) => appendMany(5, writer)));
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 15, writers: 3 });
    });

    it('fails the caller when the store fails, and goes on without a gap', async () => {
      store.tamper('ALTER TABLE audit_entries RENAME TO away');
      await expect(audit.append(event())).rejects.toMatchObject({ code: 'store_unavailable' });
      store.tamper('ALTER TABLE away RENAME TO audit_entries');
      expect((await audit.append(event())).seq).toBe(1);
      expect((await audit.verify()).ok).toBe(true);
    });

    it('goes on behind an entry the store had kept although it said it failed', async () => {
      const writer = createAudit({
        storage: storeThatLosesTheAnswer(),
        keyring: store.keyring,
        clock: store.folder.clock,
      });
      await expect(writer.append(event())).rejects.toMatchObject({ code: 'store_unavailable' });
      expect((await writer.append(event())).seq).toBe(2);
      expect((await writer.append(event())).seq).toBe(3);
    });
  });

  describe('personal data', () => {
    // Invented: valid dates and shapes, of nobody.
    const number = '330102199003074514';
    const suspects: [string, object][] = [
      ['a citizen number', { details: { note: number } }],
      ['a citizen number with an X', { details: { note: '33010219900307451X' } }],
      [
        'a citizen number in full-width digits',
        { details: { note: number.replace(/\d/g, (d) => String.fromCodePoint(0xff10 + Number(d))) } },
      ],
      ['a citizen number of the old form', { details: { note: '330102900307451' } }],
      ['a citizen number as the name of a detail', { details: { [number]: true } }],
      ['a citizen number among the field names', { fields: ['name', number] }],
      ['a citizen number as the object', { object: `id:${number}` }],
      ['a phone number', { details: { to: '13800138000' } }],
      ['a phone number as a number', { details: { to: 13800138000 } }],
      ['a phone number with country code and blanks', { details: { to: '+86 138 0013 8000' } }],
      ['a phone number as the actor', { actor: 'phone:13800138000' }],
      ['a Chinese name', { details: { name: '王小明' } }],
      ['a Chinese name as the subject', { subject: '王小明' }],
      ['a nested value', { details: { person: { name: 'x' } } }],
      ['a text too long for a code', { details: { note: 'x'.repeat(201) } }],
    ];

    it.each(suspects)('is refused: %s', async (_, part) => {
      const error = await audit.append({ ...event(), ...part } as never).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error).toBeInstanceOf(PersonalDataInAudit);
      expect(error?.message).not.toMatch(/\d{11}|王小明/);
      expect(store.entries()).toEqual([]);
    });

    it.each(suspects)('is left out in production, where the act must go on: %s', async (_, part) => {
      const lenient = await store.start({ strict: false });
      const entry = await lenient.append({ ...event(), ...part } as never);
      expect(JSON.stringify(entry)).not.toMatch(/330102|1380013|王小明|[０-９]|x{9}/);
      expect(entry.details?.members_removed).toBe(1);
      expect((await lenient.verify()).ok).toBe(true);
    });

    it('is not seen in ids, codes, counts and times', async () => {
      const harmless = {
        object: 'u3Jr8xZ-13800_Qm1hYB0n5eX9l2VwTqPcRkAaSdFgH',
        fields: ['document_number', 'validUntil'],
        details: {
          code: 'too_many_requests',
          at: 1795420800000,
          uri: 'http://localhost:3000/status/1',
          share: 0.25,
        },
        requestId: '13800138-0001-4380-8000-138001380001',
      };
      await expect(
        audit.append({ ...event('p_4f9d2c61b7a0e3851c7d2f'), ...harmless }),
      ).resolves.toMatchObject(harmless);
    });
  });

  describe('about a person', () => {
    it('tells her entries of all writers, newest first, and nobody else’s', async () => {
      const other = await store.start();
      for (const [writer, subject] of [
        [audit, 'p_a'],
        [other, 'p_a'],
        [audit, 'p_b'],
        [other, 'p_a'],
      ] as const) {
        await writer.append(event(subject));
        store.folder.clock.advance(1);
      }
      const found = await audit.about('p_a');
      expect(found).toHaveLength(3);
      expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).toSorted((a, b) => b - a));
      expect(await audit.about('p_a', 1)).toEqual([found[0]]);
      expect(await audit.about('p_c')).toEqual([]);
      expect(Object.keys(found[0] ?? {})).not.toContain('ver');
    });
  });

  describe('checkpoints', () => {
    it('name the head of every writer and the checkpoint before, signed with the audit key', async () => {
      const other = await store.start();
      await appendMany(2);
      await appendMany(1, other);
      await audit.checkpoint();
      await appendMany(1);
      await audit.checkpoint();
      const lines = await outsideLines();
      expect(lines).toHaveLength(2);
      const key = store.keyring.active('audit', 'province', 'ES256');
      const { payload, protectedHeader } = await compactVerify(
        lines[1]!,
        await importJWK(key.publicJwk, 'ES256'),
      );
      expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'onecert-audit-checkpoint+jwt', kid: key.kid });
      const { heads, number, previous } = JSON.parse(new TextDecoder().decode(payload));
      expect(number).toBe(2);
      expect(previous).toMatch(/^[\w-]{43}$/);
      expect(heads.map(({ seq }: { seq: number }) => seq).sort()).toEqual([1, 3]);
      expect((await stat(store.outsideFile)).mode & 0o077).toBe(0);
    });

    it('are not repeated when nothing was added', async () => {
      await appendMany(1);
      await audit.checkpoint();
      await audit.checkpoint();
      expect(await audit.verify()).toMatchObject({ ok: true, checkpoints: 1 });
    });

    it('of several processes stand in one row', async () => {
      const others = await Promise.all([store.start(), store.start()]);
      for (let round = 0; round < 3; round += 1) {
        await Promise.all([audit, ...others].map((writer) => appendMany(1, writer)));
        await Promise.all([audit, ...others].map((writer) => writer.checkpoint()));
      }
      const report = await audit.verify();
      expect(report).toMatchObject({ ok: true, findings: [] });
      expect(report.checkpoints).toBeGreaterThanOrEqual(3);
    });

    it('missed by the outside file come with the next one', async () => {
      await appendMany(1);
      await (await store.start({ outsideFile: undefined })).checkpoint();
      await appendMany(1);
      await audit.checkpoint();
      expect(await outsideLines()).toHaveLength(2);
      expect((await audit.verify()).ok).toBe(true);
    });

    it('get over a line the process could not finish', async () => {
      await appendMany(1);
      await audit.checkpoint();
      await appendFile(store.outsideFile, 'eyJhbGciOi');
      expect((await audit.verify()).limits.join(' ')).toContain('was not written to its end');
      await appendMany(1);
      await audit.checkpoint();
      const report = await audit.verify();
      expect(report.findings.map(({ code }) => code)).toEqual(['checkpoint_signature']);
      expect(report.findings[0]?.message).toContain('line 2');
    });

    it('are not signed over entries that were edited, before the last checkpoint or behind it', async () => {
      await appendMany(2);
      await audit.checkpoint();
      await appendMany(2);
      const [, signed, , unsigned] = store.entries();
      for (const { id, actor } of [signed!, unsigned!]) {
        store.edit(id, (entry) => {
          entry.actor = 'somebody';
        });
        await expect(audit.checkpoint()).rejects.toThrow('run the audit check');
        store.edit(id, (entry) => {
          entry.actor = actor;
        });
      }
      await expect(audit.checkpoint()).resolves.toBeUndefined();
    });

    it('are not signed over an audit that lost its end', async () => {
      await appendMany(3);
      await audit.checkpoint();
      store.tamper('DELETE FROM audit_entries WHERE id > ?', store.entries()[1]!.id);
      await expect(audit.checkpoint()).rejects.toThrow('is not the one that was signed');
      store.tamper('DELETE FROM audit_entries');
      await expect(audit.checkpoint()).rejects.toThrow('are gone');
    });

    it('are not signed when the outside file knows more than the store', async () => {
      await appendMany(1);
      await audit.checkpoint();
      store.tamper('DELETE FROM audit_checkpoints');
      await expect((await store.start()).checkpoint()).rejects.toThrow('the store has lost');
    });

    it('need the audit key', async () => {
      await appendMany(1);
      await store.keyring.retire(store.keyring.active('audit', 'province', 'ES256').kid);
      await expect(audit.checkpoint()).rejects.toMatchObject({ code: 'key_unavailable' });
    });

    it('of a key that was rotated since still count', async () => {
      await appendMany(1);
      await audit.checkpoint();
      const old = store.keyring.active('audit', 'province', 'ES256');
      store.folder.clock.advance(60);
      await store.keyring.create({ purpose: 'audit', owner: 'province', alg: 'ES256', days: 100 });
      await store.keyring.retire(old.kid);
      await appendMany(1);
      await audit.checkpoint();
      expect(await audit.verify()).toMatchObject({ ok: true, checkpoints: 2 });
    });
  });

  /** The store takes the first entry and then says it failed. */
  function storeThatLosesTheAnswer(): Storage {
    const kept = new Map<string, Document>();
    let answers = 0;
    const collection = {
      async insert(document: Document) {
        if (kept.has(document.id)) throw new AlreadyExists('audit_entries', 'id');
        kept.set(document.id, document);
        answers += 1;
        if (answers === 1) throw new Error('the connection was lost');
        return { ...document, ver: 1 };
      },
      get: async (id: string) => kept.has(id) && { ...kept.get(id), ver: 1 },
    } as unknown as Collection<Document>;
    return { collection: () => collection } as unknown as Storage;
  }
});

describe('an audit nobody has written to', () => {
  it('is whole', async () => {
    const store = await auditedStore();
    const audit = await store.start();
    await audit.checkpoint();
    await writeFile(store.outsideFile, '', { flag: 'a' });
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 0, writers: 0 });
    await store.remove();
  });
});
