/** The pinned root, the pack and what must not go backwards: all a counter needs, kept in the browser. */
import { openPack, type PackMemory, type PublicKeyJwk } from '../../src/verifier/core/index.ts';
import { LocalDatabase } from '../shared/database.ts';
import { deviceSeconds, noteServerDate } from '../shared/server-time.ts';
import { keep } from './keeping.ts';

export interface SavedPack {
  jws: string;
  etag: string | null;
  memory: PackMemory;
}

export const database = new LocalDatabase(
  'onecert-counter',
  [{ name: 'trust' }, { name: 'seen' }, { name: 'device' }, { name: 'queue', keyPath: 'id' }],
  2,
);

export const seenStore = { database, name: 'seen' };

export const readRoot = (): Promise<PublicKeyJwk | undefined> => database.get('trust', 'root');
export const readPack = (): Promise<SavedPack | undefined> => database.get('trust', 'pack');

export type Opened = Awaited<ReturnType<typeof openPack>>;

/** Opens a pack under the pinned root; one that is older than what this device has seen is refused. */
export const openSaved = (root: PublicKeyJwk, pack: SavedPack): Promise<Opened> =>
  openPack(pack.jws, { root, now: deviceSeconds(), memory: pack.memory });

export type Fetched =
  | { kind: 'root_changed' }
  | { kind: 'refused'; opened: Opened }
  | { kind: 'fresh'; root: PublicKeyJwk; pack: SavedPack; opened: Opened };

/** Asks the server for its root and its pack. Throws when it cannot be reached. */
export const fetchPack = async (
  saved: SavedPack | undefined,
  pinned: PublicKeyJwk | undefined,
): Promise<Fetched> => {
  const served = (await (await get('/trust/root')).json()) as PublicKeyJwk;
  const root = (await readRoot().catch(() => undefined)) ?? pinned ?? (await pin(served));
  const response = await get('/pack', saved?.etag ? { 'if-none-match': saved.etag } : {});
  // Unchanged is opened again all the same: the clock may have been set right, and what was seen moves on.
  const jws = response.status === 304 && saved ? saved.jws : await response.text();
  const opened = await openPack(jws, { root, now: deviceSeconds(), memory: saved?.memory });
  const isOpen = 'trusted' in opened;
  // Another root is followed only when the one before named it; the pack tells.
  const known = (isOpen ? opened.memory : saved?.memory)?.root ?? root;
  if (!isSame(served, known)) return { kind: 'root_changed' };
  if (!isOpen) return { kind: 'refused', opened };
  const pack = { jws, etag: response.headers.get('etag') ?? saved?.etag ?? null, memory: opened.memory };
  await keepTrust(root, pack);
  return { kind: 'fresh', root, pack, opened };
};

/** The first root seen is the root: what it pins, only it can pass on. */
const pin = async ({ kty, crv, x, y, kid }: PublicKeyJwk): Promise<PublicKeyJwk> => {
  const root = { kty, crv, x, y, kid };
  await keep('pack', () => database.put('trust', root, 'root'));
  return root;
};

/** A full disk stops no counter: what could not be kept is in this page's memory until it is closed. */
export const keepTrust = (root: PublicKeyJwk, pack: SavedPack): Promise<void> =>
  keep('pack', async () => {
    await database.put('trust', root, 'root');
    await database.put('trust', pack, 'pack');
  });

const isSame = (one: PublicKeyJwk, other: PublicKeyJwk): boolean => one.x === other.x && one.y === other.y;

const get = async (url: string, headers: Record<string, string> = {}): Promise<Response> => {
  const response = await fetch(url, { headers, cache: 'no-store', signal: AbortSignal.timeout(8000) });
  if (!response.ok && response.status !== 304) throw new Error(`${url}: ${response.status}`);
  noteServerDate(response);
  return response;
};
