import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * `OCB1` · flag (0 plain, 1 encrypted) · salt 16 · iv 12 · gzip of JSON lines (AES-256-GCM when encrypted) · tag 16.
 * First line: what it is. Last line: how many lines came before and their SHA-256, so that a cut file is noticed.
 */
export const magic = Buffer.from('OCB1');
export const headerLength = 4 + 1 + 16 + 12;
export const tagLength = 16;

export class BackupFault extends Error {}

const keyOf = (passphrase: string, salt: Buffer): Buffer =>
  scryptSync(passphrase, salt, 32, { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 });

export const newHeader = (passphrase: string | undefined) => {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const header = Buffer.concat([magic, Buffer.from([passphrase ? 1 : 0]), salt, iv]);
  const cipher = passphrase
    ? createCipheriv('aes-256-gcm', keyOf(passphrase, salt), iv).setAAD(header)
    : undefined;
  return { header, cipher };
};

/** One line of a backup. What is not JSON was changed: the authentication tag is only known at the end of the stream. */
export const parseLine = (file: string, line: string) => {
  try {
    const value = JSON.parse(line);
    if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
    return value;
  } catch (error) {
    throw new BackupFault(`${file} is damaged, cut or of another passphrase`, { cause: error });
  }
};

const readAt = (file: string, position: number, length: number): Buffer => {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    readSync(handle, buffer, 0, length, position);
    return buffer;
  } finally {
    closeSync(handle);
  }
};

/** The lines of a backup, decrypted. A wrong passphrase or a changed byte ends in BackupFault. */
export async function* backupLines(file: string, passphrase: string | undefined): AsyncIterable<string> {
  const size = statSync(file).size;
  const header = readAt(file, 0, headerLength);
  if (size <= headerLength || !header.subarray(0, 4).equals(magic))
    throw new BackupFault(`${file} is not a OneCert backup`);
  const encrypted = header[4] === 1;
  if (encrypted && !passphrase)
    throw new BackupFault('this backup is encrypted: set ONECERT_BACKUP_PASSPHRASE');
  const end = encrypted ? size - tagLength : size;
  const source: Readable = createReadStream(file, { start: headerLength, end: end - 1 });
  let opener: Transform = new PassThrough();
  if (encrypted) {
    const key = keyOf(passphrase!, header.subarray(5, 21));
    opener = createDecipheriv('aes-256-gcm', key, header.subarray(21, 33))
      .setAAD(header)
      .setAuthTag(readAt(file, end, tagLength));
  }
  const out = new PassThrough();
  const done = pipeline(source, opener, createGunzip(), out).catch((error: unknown) => {
    out.destroy(new BackupFault(`${file} is damaged, cut or of another passphrase`, { cause: error }));
  });
  for await (const line of createInterface({ input: out, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  await done;
  if (out.errored) throw out.errored;
}
