/** The root's ceremony on a folder of its own: only public records ever reach the server's keys. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import { type Keyring, openKeyring } from '../keyring/index.ts';

const rootDays = 3650;

/** With links followed, also when only its parent is there yet. */
const realPath = (path: string): string => {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  const parent = dirname(full);
  return parent === full ? full : join(realPath(parent), full.slice(parent.length));
};

const contains = (outer: string, inner: string): boolean => `${inner}${sep}`.startsWith(`${outer}${sep}`);

/** Throws conflict when the root's folder and one of the server's lie within each other. */
export const assertApart = (ceremonyDir: string, config: Config): void => {
  const ceremony = realPath(ceremonyDir);
  for (const [name, path] of [
    ['KEYS_DIR', realPath(config.keysDir)],
    ['DATA_DIR', realPath(config.dataDir)],
  ] as const) {
    if (contains(path, ceremony) || contains(ceremony, path))
      throw new ServiceError('conflict', {
        detail: `the ceremony folder has to lie outside ${name}: the root's private key belongs on no server`,
      });
  }
};

/** Opens the ceremony's keyring with a root and the next root in it; found there, they are used again. */
export const openCeremony = async (ceremonyDir: string, clock: Clock): Promise<Keyring> => {
  const ceremony = await openKeyring({
    dir: ceremonyDir,
    clock,
    mode: 'ceremony',
    env: {},
    generateSecrets: false,
  });
  for (const standby of [false, true]) {
    const state = standby ? 'standby' : 'active';
    const has = ceremony.all().some((key) => key.purpose === 'root' && key.state === state);
    if (!has)
      await ceremony.create({
        purpose: 'root',
        owner: 'province',
        alg: 'ES256',
        days: rootDays,
        standby,
        actor: 'cli',
      });
  }
  return ceremony;
};

const jsonFiles = (folder: string, begin = ''): string[] =>
  existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('.json') && name.startsWith(begin))
    : [];

/** Takes the roots' public records to the server, and that they were made, for its audit. */
export const takePublicRoots = (ceremonyDir: string, keysDir: string): void => {
  const present = jsonFiles(keysDir, 'root-');
  const roots = jsonFiles(ceremonyDir, 'root-');
  if (present.some((name) => !roots.includes(name)))
    throw new ServiceError('conflict', { detail: 'this instance has another root than the ceremony folder' });
  mkdirSync(join(keysDir, 'unrecorded'), { recursive: true, mode: 0o700 });
  for (const name of roots.filter((each) => !present.includes(each))) {
    const { privateJwk } = JSON.parse(readFileSync(join(ceremonyDir, name), 'utf8')) as {
      privateJwk?: unknown;
    };
    if (privateJwk) throw new Error(`${name} holds a private key outside offline/`);
    copyFileSync(join(ceremonyDir, name), join(keysDir, name));
  }
  if (present.length > 0) return;
  for (const name of jsonFiles(join(ceremonyDir, 'unrecorded')))
    copyFileSync(join(ceremonyDir, 'unrecorded', name), join(keysDir, 'unrecorded', name));
};
