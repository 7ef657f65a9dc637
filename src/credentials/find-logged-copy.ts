import { createHash } from 'node:crypto';
import { viewOfShowCode } from '../verifier/core/index.ts';
import type { CopyDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { idOfEntry } from './status/status-value.ts';

/**
 * The copy these very signed bytes are of, by the status entry they name: their digest was stored before they were signed,
 * which no thief of the key can have done. Undefined for anything else.
 */
export const findLoggedCopy = async (
  { store, formats }: Pick<Dependencies, 'store' | 'formats'>,
  credential: string,
  entry: { list: number; index: number },
): Promise<CopyDocument | undefined> => {
  const claimed = await store.statusEntries.get(idOfEntry(entry.list, entry.index));
  const copy = claimed && (await store.copies.get(claimed.copy));
  if (!copy) return undefined;
  const view = viewOfShowCode(credential);
  const text = view ? Buffer.from(view).toString('base64url') : credential;
  try {
    const bytes = await formats[copy.format].signedBytes(text);
    return createHash('sha256').update(bytes).digest('base64url') === copy.digest ? copy : undefined;
  } catch {
    // Of another format than the copy that stands there.
    return undefined;
  }
};
