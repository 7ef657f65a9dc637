/**
 * The keys folder: one file a key, `<purpose>-<owner>-<kid8>.json`. The root's private key lies apart, in `offline/`,
 * so that the folder without it is what a server gets. `unrecorded/` holds what happened to keys until somebody has
 * recorded it (KeyringEvent).
 */
import { type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { KeyRecord, KeyringEvent, KeyringMode } from './index.ts';
import { fitsAlgorithm, importPrivateJwk, publicMembers, thumbprint } from './key-material.ts';
import { createFile, makeFolder, removeAndErase, replaceAndErase } from './write-file.ts';

const OFFLINE = 'offline';
const UNRECORDED = 'unrecorded';

/** A key as loaded. `order` grows with every key of one purpose, owner and algorithm: the highest is the newest. */
export interface HeldKey {
  record: KeyRecord;
  order: number;
  privateKey?: KeyObject;
  privateJwk?: JWK;
}

const recordSchema = z.strictObject({
  kid: z.string(),
  alg: z.enum(['ES256', 'EdDSA', 'RS256']),
  purpose: z.enum(['root', 'document-ca', 'trust-list', 'certificate', 'status', 'pack', 'login', 'audit']),
  owner: z.string().regex(/^[a-z0-9-]{1,64}$/),
  publicJwk: z.record(z.string(), z.string()),
  notBefore: z.int(),
  notAfter: z.int(),
  state: z.enum(['active', 'standby', 'retired', 'compromised']),
  createdAt: z.int(),
  heldIn: z.literal('pkcs11').optional(),
});

const keyFile = z.strictObject({
  format: z.literal(1),
  order: z.int().positive(),
  record: recordSchema,
  privateJwk: z.record(z.string(), z.string()).optional(),
});

const pendingFile = z.strictObject({
  change: z.enum(['created', 'activated', 'retired', 'compromised']),
  kid: z.string(),
  actor: z.string(),
  at: z.int(),
});

export type PendingEvent = Omit<KeyringEvent, 'record'> & { kid: string };

export interface KeyFolder {
  /** Every key by kid; whatever is wrong goes into `faults`, named by file and never by content. */
  load(faults: string[]): Map<string, HeldKey>;
  /** Changes whenever a file of the folder was made, replaced or removed. */
  signature(): string;
  /** Without `privateJwk` for a key that a token holds. */
  add(key: { record: KeyRecord; order: number; privateJwk?: JWK }): Promise<void>;
  /** Writes the record; unless `keepPrivate`, the private part is destroyed in the same step. */
  update(key: HeldKey, keepPrivate: boolean): Promise<void>;
  /** Ends what a crash left undone: the offline part of a root whose public record says it has ended. */
  destroyLeftovers(keys: Iterable<HeldKey>): Promise<void>;
  /** Stored before the change itself, so that no change can go unrecorded. */
  addPending(event: PendingEvent): Promise<string>;
  pending(): { name: string; event: PendingEvent }[];
  removePending(name: string): Promise<void>;
}

export function openKeyFolder(dir: string, mode: KeyringMode): KeyFolder {
  const offline = join(dir, OFFLINE);
  const unrecorded = join(dir, UNRECORDED);
  const importedKeys = new Map<string, { d?: string; key: KeyObject }>();

  function readKey(folder: string, name: string, faults: string[]): HeldKey | undefined {
    const label = folder === offline ? `${OFFLINE}/${name}` : name;
    const fault = (what: string) => void faults.push(`key file ${label}: ${what}`);
    let text: string;
    try {
      text = readFileSync(join(folder, name), 'utf8');
    } catch (error) {
      return fault(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    }
    let stored: z.infer<typeof keyFile>;
    try {
      stored = keyFile.parse(JSON.parse(text));
    } catch {
      return fault('is damaged: restore it from the backup, or take the key out of service');
    }
    const { order, privateJwk } = stored;
    const record = stored.record as KeyRecord;
    if (mode !== 'development' && looseMode(join(folder, name)))
      return fault('may be read by others: chmod 600');
    if (!fitsAlgorithm(record.publicJwk, record.alg)) return fault('its key is not of its algorithm');
    if (thumbprint(record.publicJwk) !== record.kid) return fault('its kid does not fit its public key');
    if (name !== fileName(record)) return fault(`belongs under the name ${fileName(record)}`);
    if (Object.keys(record.publicJwk).some((member) => !publicNames.has(member))) {
      return fault('its public key has members that are not public');
    }
    if (!privateJwk) return { record, order };
    if (mode === 'production' && isKeptOffline(record)) {
      return fault(
        `is the private key of the ${record.purpose === 'root' ? 'province root' : 'document authority'}: it belongs on the offline machine, not on a server`,
      );
    }
    if (isKeptOffline(record) && folder !== offline)
      return fault(`a root's private key belongs in ${OFFLINE}/`);
    if (hasEnded(record)) return { record, order };
    const privateKey = imported(record, privateJwk);
    if (!privateKey) return fault('its private key does not fit its public key: restore it from the backup');
    return { record, order, privateJwk, privateKey };
  }

  /** Importing an RSA key costs a millisecond, and the folder is read again after every change. */
  function imported(record: KeyRecord, privateJwk: JWK): KeyObject | undefined {
    const known = importedKeys.get(record.kid);
    if (known && known.d === privateJwk.d) return known.key;
    const key = importPrivateJwk(privateJwk, record.alg, record.publicJwk);
    if (key) importedKeys.set(record.kid, { d: privateJwk.d, key });
    return key;
  }

  return {
    load(faults) {
      if (mode !== 'development' && looseMode(dir))
        faults.push('the keys folder may be read by others: chmod 700');
      const keys = new Map<string, HeldKey>();
      for (const name of keyFiles(dir)) {
        const key = readKey(dir, name, faults);
        if (key) keys.set(key.record.kid, key);
      }
      for (const name of keyFiles(offline)) {
        const key = readKey(offline, name, faults);
        if (!key) continue;
        // The public file says what became of the key; the offline one only holds the private part.
        const known = keys.get(key.record.kid);
        keys.set(key.record.kid, known && hasEnded(known.record) ? known : { ...key, ...known });
      }
      return keys;
    },

    signature() {
      return [dir, offline]
        .flatMap((folder) => keyFiles(folder).map((name) => join(folder, name)))
        .map((path) => {
          const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
          return `${path}:${stat?.ino}:${stat?.ctimeNs}:${stat?.size}`;
        })
        .join('\n');
    },

    async add({ record, order, privateJwk }) {
      const isRoot = isKeptOffline(record);
      await makeFolder(isRoot && privateJwk ? offline : dir);
      const name = fileName(record);
      if (isRoot && privateJwk)
        await createFile(join(offline, name), serialise({ record, order, privateJwk }));
      if (
        !(await createFile(
          join(dir, name),
          serialise({ record, order, privateJwk: isRoot ? undefined : privateJwk }),
        ))
      ) {
        throw new Error(`key file ${name} exists already`);
      }
    },

    async update({ record, order, privateJwk }, keepPrivate) {
      const name = fileName(record);
      const kept = keepPrivate && !isKeptOffline(record) ? privateJwk : undefined;
      const text = serialise({ record, order, privateJwk: kept });
      // Only the offline file is there when the process ended between the two.
      if (existsSync(join(dir, name))) await replaceAndErase(join(dir, name), text);
      else await createFile(join(dir, name), text);
      if (!keepPrivate && existsSync(join(offline, name))) await removeAndErase(join(offline, name));
    },

    async destroyLeftovers(keys) {
      for (const { record } of keys) {
        const path = join(offline, fileName(record));
        if (hasEnded(record) && existsSync(path)) await removeAndErase(path);
      }
    },

    async addPending(event) {
      await makeFolder(unrecorded);
      const name = `${event.at}-${randomBytes(6).toString('hex')}.json`;
      await createFile(join(unrecorded, name), JSON.stringify(event));
      return name;
    },

    pending() {
      return keyFiles(unrecorded).flatMap((name) => {
        try {
          const event = pendingFile.parse(JSON.parse(readFileSync(join(unrecorded, name), 'utf8')));
          return [{ name, event }];
        } catch {
          // Another process recorded and removed it meanwhile.
          return [];
        }
      });
    },

    async removePending(name) {
      try {
        await unlink(join(unrecorded, name));
      } catch (error) {
        // ENOENT: another process was faster. A read-only folder keeps it, and the change is recorded again.
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT' && code !== 'EROFS' && code !== 'EACCES') throw error;
      }
    },
  };
}

const publicNames = new Set(['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg']);

/** Roots: of the trust list, and of the X.509 certificates. */
export const isKeptOffline = ({ purpose }: Pick<KeyRecord, 'purpose'>): boolean =>
  purpose === 'root' || purpose === 'document-ca';

export const hasEnded = ({ state }: KeyRecord): boolean => state === 'retired' || state === 'compromised';

const fileName = (record: KeyRecord): string =>
  `${record.purpose}-${record.owner}-${record.kid.slice(0, 8)}.json`;

const looseMode = (path: string): boolean => (statSync(path).mode & 0o077) !== 0;

/** Names starting with a dot are files being written. */
const keyFiles = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json') && !name.startsWith('.') && name !== 'secrets.json')
        .sort()
    : [];

function serialise(key: { record: KeyRecord; order: number; privateJwk?: JWK }): string {
  const { record, order, privateJwk } = key;
  const publicJwk = { ...publicMembers(record.publicJwk), kid: record.kid, alg: record.alg };
  const content = { format: 1, order, record: { ...record, publicJwk }, privateJwk };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
