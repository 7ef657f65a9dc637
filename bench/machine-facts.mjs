import { readFileSync, statfsSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { parseOptions } from '@node-rs/argon2';
import { createPasswordHasher } from '../dist/accounts/password-hash.js';

const fileSystems = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
};

const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

const measured = [
  'oidc-provider',
  '@digitalbazaar/vc',
  '@sd-jwt/core',
  '@sd-jwt/jwt-status-list',
  'jose',
  'libsql',
  'mongoose',
  'redis',
  '@node-rs/argon2',
];

/** What the figures depend on. A store on tmpfs does not wait for any disk. */
export const machineFacts = async () => {
  const { type } = statfsSync(tmpdir());
  const { memoryCost, timeCost, parallelism } = parseOptions(await createPasswordHasher().hash('bench'));
  return {
    bench: 'machine',
    date: new Date().toISOString(),
    cores: cpus().length,
    model: cpus()[0]?.model,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    openssl: process.versions.openssl,
    packages: Object.fromEntries(measured.map((name) => [name, versionOf(name)])),
    engine: {
      documents: process.env.MONGODB_URL ? 'mongodb' : 'sqlite',
      ephemeral: process.env.REDIS_URL ? 'redis' : 'sqlite',
    },
    temp_folder_on: fileSystems[type] ?? `0x${type.toString(16)}`,
    argon2id: { memory_kib: memoryCost, passes: timeCost, lanes: parallelism },
    load_average_1m: loadavg()[0],
  };
};
