import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { UnusableStore } from '../record-store.ts';

export interface DatabaseKind {
  /** SQLite's application_id: tells our files from others'. */
  applicationId: number;
  /** FULL: a commit is on the disk when it returns. NORMAL: the last ones may be lost with the power, never the file. */
  synchronous: 'FULL' | 'NORMAL';
  /** What a person may do when the file is damaged. */
  remedy: string;
}

/** The documents: losing an acknowledged write is not an option. */
export const documentFile: DatabaseKind = {
  applicationId: 0x4f434431,
  synchronous: 'FULL',
  remedy: 'Restore it from a backup, or set DATA_DIR to another folder.',
};

/** The short memory: its content may be lost, so it does not wait for the disk. */
export const ephemeralFile: DatabaseKind = {
  applicationId: 0x4f434531,
  synchronous: 'NORMAL',
  remedy: 'It holds nothing that lasts: stop the service and delete it.',
};

const HEADER_BYTES = 100;

/**
 * Opens a database file of ours, or makes a new one. What is already there is looked at before anything is written:
 * a foreign or a damaged file is refused as it is.
 */
export function openDatabase(path: string, kind: DatabaseKind, busyTimeoutMs: number): Database.Database {
  const isNew = checkPlace(path);
  if (!isNew) checkHeader(path, kind);
  let database: Database.Database;
  try {
    database = new Database(path, { timeout: busyTimeoutMs });
  } catch (cause) {
    throw new UnusableStore(`${path} cannot be opened. Check that the folder can be written to.`, { cause });
  }
  try {
    if (isNew) {
      // Before WAL, so that the mark stands in the file itself whatever happens next.
      database.pragma(`application_id = ${kind.applicationId}`);
    }
    const [mode] = database.pragma('journal_mode = WAL') as { journal_mode: string }[];
    if (mode?.journal_mode !== 'wal') {
      throw new UnusableStore(
        `${path} is on a file system that cannot keep a write-ahead log (a network share?). Set DATA_DIR to a folder on a local disk.`,
      );
    }
    database.pragma(`synchronous = ${kind.synchronous}`);
    // Folded by SqliteConnection alone, which reads the log first.
    database.pragma('wal_autocheckpoint = 0');
    database.pragma('foreign_keys = ON');
    database.pragma('secure_delete = ON');
    database.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
    database.prepare('SELECT count(*) FROM sqlite_master').raw().get();
    return database;
  } catch (cause) {
    database.close();
    if (isDamage(cause)) throw damaged(path, kind, cause);
    throw cause;
  }
}

/** True when there is no database yet. */
function checkPlace(path: string): boolean {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new UnusableStore(
      `The data folder ${folder} cannot be written to (${reason(cause)}). Make it writable for this user, or set DATA_DIR to another folder.`,
      { cause },
    );
  }
  const file = statSync(path, { throwIfNoEntry: false });
  if (file && !file.isFile()) throw foreign(path);
  if (file && file.size > 0) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (cause) {
      throw new UnusableStore(
        `${path} cannot be written to (${reason(cause)}). Make it writable for this user, or set DATA_DIR to another folder.`,
        { cause },
      );
    }
    return false;
  }
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log && log.size > 0) {
    throw new UnusableStore(
      `${path} is gone, but its write-ahead log ${path}-wal is still there. Put the database file back beside it, or move the log away to start with an empty store.`,
    );
  }
  return true;
}

function checkHeader(path: string, kind: DatabaseKind): void {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  let read: number;
  try {
    read = readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (read < HEADER_BYTES || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw foreign(path);
  // Offsets as in "The Database Header" of SQLite's file format.
  if (header.readUInt32BE(68) !== kind.applicationId) throw foreign(path);
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const { size } = statSync(path);
  if (size % pageSize !== 0 || size / pageSize < header.readUInt32BE(28)) checkContent(path, kind);
}

/** A length that does not fit may be a checkpoint cut short, which the log repairs, or damage: only a look inside tells. */
function checkContent(path: string, kind: DatabaseKind): void {
  let verdict: unknown;
  try {
    // Without its log, looking must not make one: immutable also keeps the driver from creating files beside it.
    const mode = existsSync(`${path}-wal`) ? 'mode=ro' : 'mode=ro&immutable=1';
    const database = new Database(`${pathToFileURL(path).href}?${mode}`);
    try {
      verdict = database.prepare('PRAGMA quick_check(1)').raw().get();
    } finally {
      database.close();
    }
  } catch (cause) {
    throw damaged(path, kind, cause);
  }
  if (!Array.isArray(verdict) || verdict[0] !== 'ok') throw damaged(path, kind, undefined);
}

const foreign = (path: string): UnusableStore =>
  new UnusableStore(
    `${path} is not a database of OneCert. It was left as it is. Move it away, or set DATA_DIR to another folder.`,
  );

const damaged = (path: string, kind: DatabaseKind, cause: unknown): UnusableStore =>
  new UnusableStore(`${path} is damaged. It was left as it is. ${kind.remedy}`, { cause });

const isDamage = (error: unknown): boolean =>
  /^SQLITE_(CORRUPT|NOTADB)/.test(String((error as { code?: unknown }).code));

const reason = (error: unknown): string => String((error as { code?: unknown }).code ?? 'unknown reason');
