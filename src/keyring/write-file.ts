/** Files that are whole or absent after a crash, whenever it comes. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The entry of a new or removed file is durable only once its folder is synced too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeTemporary(path: string, text: string): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await unlink(temporary);
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Makes a new file; false when somebody else made it first, whose content then stands. */
export async function createFile(path: string, text: string): Promise<boolean> {
  const temporary = await writeTemporary(path, text);
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(path));
  return true;
}

/**
 * Replaces a file and then overwrites the bytes of the one before, which nothing names any more: a crash in between
 * leaves a whole file. (A copy-on-write or flash medium may still hold old blocks: keys/README.md.)
 */
export async function replaceAndErase(path: string, text: string): Promise<void> {
  const before = await open(path, 'r+');
  try {
    await rename(await writeTemporary(path, text), path);
    await syncFolder(dirname(path));
    await erase(before);
  } finally {
    await before.close();
  }
}

export async function removeAndErase(path: string): Promise<void> {
  const before = await open(path, 'r+');
  try {
    await unlink(path);
    await syncFolder(dirname(path));
    await erase(before);
  } finally {
    await before.close();
  }
}

async function erase(handle: Awaited<ReturnType<typeof open>>): Promise<void> {
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size), 0, size, 0);
  await handle.sync();
}
