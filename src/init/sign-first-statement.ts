import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { storageOf } from '../compose/engines.ts';
import type { Config } from '../config.ts';
import { readDepartments } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { Keyring } from '../keyring/index.ts';
import { createTrust, signRootStatement, type Trust } from '../trust/index.ts';
import type { PublicKeyJwk } from '../verifier/core/index.ts';

const attempts = 100;

const isPublished = async (trust: Trust): Promise<boolean> => {
  try {
    await trust.publish();
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'key_unavailable') return false;
    throw error;
  }
};

/**
 * Brings a statement of the root into force, which everything the server publishes hangs on. Before the core opens:
 * that publishes at once. Returns the number of the statement signed; undefined when one is in force.
 */
export const signFirstStatement = async (input: {
  config: Config;
  ceremony: Keyring;
  ceremonyDir: string;
  keyring: Keyring;
  clock: Clock;
}): Promise<number | undefined> => {
  const { config, ceremony, keyring, clock } = input;
  const { baseUrl } = config;
  const issuers = config.departmentsFile ? readDepartments(config.departmentsFile) : [];
  const storage = await storageOf(config, keyring, clock, 5_000);
  try {
    const trust = createTrust({ keyring, storage, clock, baseUrl, issuers, province: config.province.name });
    await storage.prepare();
    if (await isPublished(trust)) return undefined;
    const trustListKey = keyring.active('trust-list', 'province', 'ES256').publicJwk as PublicKeyJwk;
    for (let number = 1; number <= attempts; number += 1) {
      const jws = await signRootStatement({ keyring: ceremony, clock, baseUrl, number, trustListKey });
      try {
        await trust.importRootStatement(jws);
      } catch (error) {
        // The number is taken by a statement that has run out.
        if (error instanceof ServiceError && error.code === 'conflict') continue;
        throw error;
      }
      writeFileSync(join(input.ceremonyDir, `root-statement-${number}.jwt`), `${jws}\n`, { mode: 0o600 });
      await trust.publish();
      return number;
    }
    throw new ServiceError('conflict', { detail: 'no number is free for the root statement' });
  } finally {
    await storage.close();
  }
};
