import { mkdirSync } from 'node:fs';
import { readBackup, restoreFiles, storeLines } from '../backup/index.ts';
import { systemClock } from '../clock.ts';
import { keyringOf, storageOf } from '../compose/engines.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';

/** A backup onto an empty machine: checked to its last line, then keys, then the store. */
export const restoreInstance = async (config: Config, input: { file: string; passphrase?: string }) => {
  const facts = await readBackup(input.file, input.passphrase);
  if (facts.baseUrl !== config.baseUrl) {
    throw new ServiceError('conflict', {
      detail: `the backup belongs to ${facts.baseUrl}: start with that BASE_URL`,
    });
  }
  mkdirSync(config.dataDir, { recursive: true });
  const keyFiles = await restoreFiles({
    ...input,
    keysDir: config.keysDir,
    outsideFile: config.audit.outsideFile,
  });
  const keyring = await keyringOf(config, systemClock, false);
  const storage = await storageOf(config, keyring, systemClock, 5_000);
  try {
    const records = await storage.load(storeLines(input.file, input.passphrase));
    return { records, keyFiles };
  } finally {
    await storage.close();
  }
};
