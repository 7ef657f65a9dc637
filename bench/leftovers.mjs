// What a run makes outside this process, and takes away again: folders and databases.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = [];
const databases = [];

export const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'onecert-bench-'));
  folders.push(folder);
  return folder;
};

/** On MongoDB a database of its own, so that a run never meets an instance's data. */
export const ownDatabase = async () => {
  if (!process.env.MONGODB_URL) return {};
  const url = new URL(process.env.MONGODB_URL);
  url.pathname = `/onecert_bench_${process.pid}_${randomBytes(4).toString('hex')}`;
  databases.push(url.href);
  return { MONGODB_URL: url.href };
};

export const removeFolders = () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

export const removeDatabases = async () => {
  for (const address of databases.splice(0)) {
    const { default: mongoose } = await import('mongoose');
    const connection = await mongoose.createConnection(address).asPromise();
    await connection.dropDatabase();
    await connection.close();
  }
};
