/** Part of the composition root: the stores, as the configuration names them. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import { openStorage } from '../storage/open-storage.ts';

export const storageOf = (
  config: Config,
  keyring: Keyring,
  clock: Clock,
  busyTimeoutMs: number,
): Promise<Storage> =>
  openStorage({
    dataDir: config.dataDir,
    mongodbUrl: config.mongodbUrl,
    redisUrl: config.redisUrl,
    requireReplicaSet: config.mode === 'production',
    personalDataMaster: keyring.secrets.personalDataMaster,
    olderMasters: keyring.secrets.olderMasters,
    indexKeys: keyring.secrets.indexKeys,
    busyTimeoutMs,
    clock,
  });
