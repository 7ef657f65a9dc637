import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { BackupFault, backupLines, parseLine } from './backup-file.ts';

export interface BackupFacts {
  at: number;
  baseUrl: string;
  records: number;
}

/** Reads the whole backup once and checks it to its last line, before anything is written. */
export const readBackup = async (file: string, passphrase: string | undefined): Promise<BackupFacts> => {
  const hash = createHash('sha256');
  let lines = 0;
  let records = 0;
  let first: { backup?: string; version?: number; at: number; baseUrl: string } | undefined;
  let end: { end: number; sha256: string } | undefined;
  for await (const line of backupLines(file, passphrase)) {
    if (end) throw new BackupFault(`${file} goes on after its end`);
    const value = parseLine(file, line);
    if ('end' in value) {
      end = value;
      continue;
    }
    first ??= value;
    if ('store' in value) records += 1;
    lines += 1;
    hash.update(line).update('\n');
  }
  if (first?.backup !== 'onecert' || first.version !== 1)
    throw new BackupFault(`${file} is not a OneCert backup we can read`);
  if (!end || end.end !== lines || end.sha256 !== hash.digest('hex'))
    throw new BackupFault(`${file} is cut or changed`);
  return { at: first.at, baseUrl: first.baseUrl, records };
};

const isEmpty = (dir: string): boolean =>
  !existsSync(dir) || readdirSync(dir).every((name) => name === 'README.md');

/** Writes the keys and the outside checkpoints back. Refuses a folder that already holds something. */
export const restoreFiles = async (input: {
  file: string;
  passphrase?: string;
  keysDir: string;
  outsideFile: string;
}): Promise<number> => {
  if (!isEmpty(input.keysDir))
    throw new BackupFault(`${input.keysDir} is not empty: restore only onto an empty machine`);
  let written = 0;
  for await (const line of backupLines(input.file, input.passphrase)) {
    const value = JSON.parse(line);
    if (typeof value.key === 'string') {
      const name = normalize(value.key);
      if (name.startsWith('..') || name.startsWith(sep))
        throw new BackupFault('a key file name leaves the keys folder');
      const target = join(input.keysDir, name);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      writeFileSync(target, Buffer.from(value.base64, 'base64'), { mode: 0o600, flag: 'wx' });
      written += 1;
    } else if (typeof value.checkpoints === 'string') {
      mkdirSync(dirname(input.outsideFile), { recursive: true });
      writeFileSync(input.outsideFile, Buffer.from(value.checkpoints, 'base64'), { mode: 0o600, flag: 'wx' });
    }
  }
  return written;
};

/** The store's own lines, for `Storage.load`. */
export async function* storeLines(file: string, passphrase: string | undefined): AsyncIterable<string> {
  for await (const line of backupLines(file, passphrase)) {
    const value = JSON.parse(line);
    if (typeof value.store === 'string') yield value.store;
  }
}
