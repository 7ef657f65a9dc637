import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Storage } from '../storage/index.ts';
import { newHeader } from './backup-file.ts';

export interface BackupSummary {
  file: string;
  records: number;
  keyFiles: number;
  encrypted: boolean;
  bytes: number;
}

const filesBelow = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? filesBelow(join(dir, entry.name)) : [join(dir, entry.name)],
      )
    : [];

/** Writes one file (0600), complete or not at all: a temporary name is renamed at the end. */
export const writeBackup = async (input: {
  storage: Storage;
  keysDir: string;
  outsideFile: string;
  baseUrl: string;
  file: string;
  passphrase?: string;
  now: number;
}): Promise<BackupSummary> => {
  let records = 0;
  const keyFiles = filesBelow(input.keysDir).filter((file) => !file.endsWith('README.md'));
  const hash = createHash('sha256');
  let lines = 0;
  const count = (line: string): string => {
    lines += 1;
    hash.update(line).update('\n');
    return `${line}\n`;
  };
  async function* content(): AsyncIterable<string> {
    yield count(JSON.stringify({ backup: 'onecert', version: 1, at: input.now, baseUrl: input.baseUrl }));
    for (const file of keyFiles) {
      const base64 = readFileSync(file).toString('base64');
      yield count(JSON.stringify({ key: relative(input.keysDir, file), base64 }));
    }
    if (existsSync(input.outsideFile)) {
      yield count(JSON.stringify({ checkpoints: readFileSync(input.outsideFile).toString('base64') }));
    }
    for await (const line of input.storage.dump()) {
      records += 1;
      yield count(JSON.stringify({ store: line }));
    }
    yield `${JSON.stringify({ end: lines, sha256: hash.digest('hex') })}\n`;
  }

  const { header, cipher } = newHeader(input.passphrase);
  const temporary = `${input.file}.part`;
  const out = createWriteStream(temporary, { mode: 0o600 });
  out.write(header);
  await pipeline(Readable.from(content()), createGzip(), cipher ?? new PassThrough(), out, { end: true });
  const handle = await open(temporary, 'a');
  try {
    if (cipher) await handle.appendFile(cipher.getAuthTag());
    await handle.sync();
  } finally {
    await handle.close();
  }
  renameSync(temporary, input.file);
  return {
    file: input.file,
    records,
    keyFiles: keyFiles.length,
    encrypted: cipher !== undefined,
    bytes: statSync(input.file).size,
  };
};
