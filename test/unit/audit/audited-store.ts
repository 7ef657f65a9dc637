/** A real store with an audit in it, and the hand of somebody who can write to the database file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { type Audit, type AuditEntry, type CreateAuditInput, createAudit } from '../../../src/audit/index.ts';
import type { Keyring } from '../../../src/keyring/index.ts';
import type { Storage } from '../../../src/storage/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { type KeysFolder, keysFolder } from '../keyring/keys-folder.ts';

export interface AuditedStore {
  folder: KeysFolder;
  keyring: Keyring;
  outsideFile: string;
  /** A new process start, with a writer of its own. */
  start(input?: Partial<CreateAuditInput>): Promise<Audit>;
  /** Writes to the database file, past the store. */
  tamper(sql: string, ...values: unknown[]): void;
  entries(): AuditEntry[];
  /** How a document stands in its row. */
  body(document: object): string;
  edit(id: string, change: (entry: AuditEntry) => void): void;
  remove(): Promise<void>;
}

export async function auditedStore(): Promise<AuditedStore> {
  const folder = await keysFolder();
  const keyring = await folder.open();
  await keyring.create({ purpose: 'audit', owner: 'province', alg: 'ES256', days: 100 });
  const dataDir = await mkdtemp(join(tmpdir(), 'onecert-audit-'));
  const outsideFile = join(dataDir, 'outside.jws');
  const stores: Storage[] = [];
  const database = <T>(work: (open: Database.Database) => T): T => {
    const open = new Database(join(dataDir, 'onecert.db'));
    try {
      return work(open);
    } finally {
      open.close();
    }
  };
  const rows = () =>
    database((open) => open.prepare('SELECT id, body FROM audit_entries ORDER BY id').all()) as {
      id: string;
      body: string;
    }[];
  return {
    folder,
    keyring,
    outsideFile,
    async start(input = {}) {
      const { personalDataMaster, indexKeys } = keyring.secrets;
      const { clock } = folder;
      const storage = await openStorage({
        dataDir,
        personalDataMaster,
        indexKeys,
        busyTimeoutMs: 5000,
        clock,
      });
      stores.push(storage);
      const audit = createAudit({ storage, keyring, clock, outsideFile, ...input });
      await storage.prepare();
      return audit;
    },
    tamper: (sql, ...values) => void database((open) => open.prepare(sql).run(...values)),
    entries: () => rows().map(({ body }) => JSON.parse(body).d),
    body: (document) => JSON.stringify({ d: document }),
    edit(id, change) {
      const stored = JSON.parse(rows().find((row) => row.id === id)?.body ?? '');
      change(stored.d);
      database((open) =>
        open.prepare('UPDATE audit_entries SET body = ? WHERE id = ?').run(JSON.stringify(stored), id),
      );
    },
    async remove() {
      for (const storage of stores) await storage.close();
      await folder.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
