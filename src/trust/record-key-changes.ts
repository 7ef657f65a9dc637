import type { Audit } from '../audit/index.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Trust } from './index.ts';

const recorded = new WeakSet<Keyring>();

/**
 * From now on every change to a key is written to the audit and then published, first those nobody has recorded yet.
 * Call once the store is prepared; calling it again does nothing.
 */
export async function recordKeyChanges(keyring: Keyring, trust: Trust, audit: Audit): Promise<void> {
  if (recorded.has(keyring)) return;
  recorded.add(keyring);
  await keyring.onChange(async ({ change, record, actor }) => {
    const { kid, purpose, owner, alg } = record;
    await audit.append({
      action: `key.${change}`,
      actor,
      object: kid,
      result: 'ok',
      details: { purpose, owner, alg },
    });
    try {
      await trust.publish();
    } catch (error) {
      // Without the root at hand its own change, or the trust-list key's, is published by the ceremony.
      if (purpose !== 'root' && purpose !== 'trust-list') throw error;
    }
  });
}
