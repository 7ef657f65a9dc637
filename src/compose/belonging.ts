/** Part of the composition root: whether this folder, these keys and this address belong together. */
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';

/** Facts kept beside the data, so that a folder of another instance or with other keys is noticed at the start. */
export const checkBelonging = async (storage: Storage, keyring: Keyring, config: Config): Promise<void> => {
  const known = await storage.facts.get('base-url');
  if (known && known !== config.baseUrl) {
    throw new ServiceError('conflict', {
      detail: `the store in use belongs to ${known}, and this start is for ${config.baseUrl}; set BASE_URL or DATA_DIR`,
    });
  }
  const kind = (await storage.facts.get('kind')) ?? (known && 'province');
  if (kind && kind !== config.kind) {
    throw new ServiceError('conflict', {
      detail: `the store in use belongs to a ${kind}, and this start is for a ${config.kind}; nothing was changed`,
    });
  }
  // The store itself looks after the personal-data masters: they change by `onecert keys rewrap`.
  const { personal_data_master: _, ...prints } = keyring.fingerprints();
  for (const [name, print] of Object.entries(prints)) {
    const fact = `fingerprint:${name}`;
    const before = await storage.facts.get(fact);
    if (before && before !== print) {
      throw new ServiceError('conflict', {
        detail: `the store in use was written with another ${name} than the one in ${config.keysDir}; nothing was changed`,
      });
    }
    if (!before) await storage.facts.set(fact, print);
  }
  if (!kind) await storage.facts.set('kind', config.kind);
  if (!known) await storage.facts.set('base-url', config.baseUrl);
};
