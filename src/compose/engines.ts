/** Part of the composition root: which store and which keys an instance has. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import {
  type KeyPurpose,
  type Keyring,
  type OpenKeyringInput,
  openKeyring,
  openPkcs11Token,
} from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import { openStorage } from '../storage/open-storage.ts';
import { makesOwnKeys } from './sandbox.ts';

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

export const keyringOf = async (config: Config, clock: Clock, generateSecrets: boolean): Promise<Keyring> =>
  openKeyring({
    dir: config.keysDir,
    clock,
    mode: makesOwnKeys(config) ? 'development' : config.mode,
    env: config.kind === 'sandbox' ? {} : process.env,
    generateSecrets,
    token: await tokenOf(config),
  });

/** The token this instance's keys are made in; undefined when all are files. The sandbox's keys always are. */
const tokenOf = async ({ kind, keyring }: Config): Promise<OpenKeyringInput['token']> => {
  const { pkcs11, ...backEnds } = keyring;
  if (!pkcs11 || kind === 'sandbox') return undefined;
  const purposes = Object.entries(backEnds)
    .filter(([, backEnd]) => backEnd === 'pkcs11')
    .map(([purpose]) => purpose as KeyPurpose);
  return { device: await openPkcs11Token(pkcs11, process.env), purposes };
};
