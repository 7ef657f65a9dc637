/** Checkpoints outside the store: one JWS a line, appended and synced, never rewritten. */
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface OutsideFile {
  lines: string[];
  /** The last line has no end: the process stopped while writing it. */
  torn: boolean;
}

/** Undefined when there is no such file. */
export async function readOutsideFile(path: string): Promise<OutsideFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parts = text.split('\n');
  const rest = parts.pop() ?? '';
  return { lines: parts.filter(Boolean), torn: rest !== '' };
}

export async function appendOutside(
  path: string,
  lines: readonly string[],
  before: OutsideFile | undefined,
): Promise<void> {
  if (lines.length === 0) return;
  const handle = await open(path, 'a', 0o600);
  try {
    // A torn line is ended, so that it spoils no other; the checkpoint it was meant to hold comes again.
    await handle.appendFile(`${before?.torn ? '\n' : ''}${lines.join('\n')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (before) return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
