import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import { keyringOf, storageOf } from '../compose/engines.ts';
import type { Config } from '../config.ts';
import { readDepartments } from '../credentials/index.ts';
import { type KeyAlg, type KeyPurpose, type Keyring, KeyringFault } from '../keyring/index.ts';
import { administratorsFact, startedFact, treeFact } from '../officials/index.ts';

const provinceKeys: readonly [KeyPurpose, KeyAlg][] = [
  ['trust-list', 'ES256'],
  ['status', 'ES256'],
  ['status', 'EdDSA'],
  ['pack', 'ES256'],
  ['audit', 'ES256'],
  ['login', 'ES256'],
];

const missingKeys = (keyring: Keyring, issuers: readonly string[]): string[] => {
  const cannotSign = (purpose: KeyPurpose, owner: string, alg: KeyAlg): boolean => {
    try {
      keyring.active(purpose, owner, alg);
      return false;
    } catch {
      return true;
    }
  };
  const hasRoot = keyring.all().some(({ purpose, state }) => purpose === 'root' && state === 'active');
  return [
    ...(hasRoot ? [] : ['keys: the public record of the province root']),
    ...provinceKeys
      .filter(([purpose, alg]) => cannotSign(purpose, 'province', alg))
      .map(([purpose, alg]) => `keys: a ${purpose} key (${alg})`),
    ...issuers.flatMap((issuer) =>
      (['ES256', 'EdDSA'] as const)
        .filter((alg) => cannotSign('certificate', issuer, alg))
        .map((alg) => `keys: a certificate key (${alg}) of ${issuer}`),
    ),
  ];
};

const missingInStore = async (config: Config, keyring: Keyring, clock: Clock): Promise<string[]> => {
  const both = ['organisation tree', 'two administrators'];
  // Opening an embedded store would make it, and this only looks.
  if (!config.mongodbUrl && !existsSync(join(config.dataDir, 'onecert.db'))) return both;
  const storage = await storageOf(config, keyring, clock, 5_000);
  try {
    const [tree, administrators, started] = await Promise.all([
      storage.facts.get(treeFact),
      storage.facts.get(administratorsFact),
      storage.facts.get(startedFact),
    ]);
    const waiting = administrators ? Number(administrators) - Number(started ?? 0) : 0;
    return [
      ...(tree ? [] : [both[0]!]),
      ...(administrators ? [] : [both[1]!]),
      ...(waiting > 0
        ? [`start links: ${waiting} of ${administrators} administrators have not used theirs`]
        : []),
    ];
  } finally {
    await storage.close();
  }
};

/** What a production instance still lacks before it can serve, a line each. Makes and changes nothing. */
export const listLacks = async (config: Config, clock: Clock = systemClock): Promise<string[]> => {
  if (config.mode !== 'production') return [];
  if (!existsSync(config.keysDir))
    return ['keys: there is no keys folder', 'organisation tree', 'two administrators'];
  const issuers = config.departmentsFile ? readDepartments(config.departmentsFile).map(({ id }) => id) : [];
  try {
    const keyring = await keyringOf(config, clock, false);
    return [...missingKeys(keyring, issuers), ...(await missingInStore(config, keyring, clock))];
  } catch (error) {
    if (error instanceof KeyringFault) return error.faults.map((fault) => `keys: ${fault}`);
    return [`the store: ${error instanceof Error ? error.message : 'cannot be opened'}`];
  }
};
