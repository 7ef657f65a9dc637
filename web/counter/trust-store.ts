/** The pinned root, the pack and what must not go backwards: all a counter needs, kept in the browser. */
import { applyDelta, openPack, type PackMemory, type PublicKeyJwk } from '../../src/verifier/core/index.ts';
import { LocalDatabase } from '../shared/database.ts';
import { deviceSeconds, noteServerDate, serverSeconds } from '../shared/server-time.ts';
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

/** Asks the server for its root and what is new of its pack. Throws when it cannot be reached. */
export const fetchPack = async (
  saved: SavedPack | undefined,
  pinned: PublicKeyJwk | undefined,
): Promise<Fetched> => {
  const served = (await (await get('/trust/root')).json()) as PublicKeyJwk;
  const root = (await readRoot().catch(() => undefined)) ?? pinned ?? (await pin(served));
  const { opened, jws, etag } = await fetchNext(root, saved);
  const isOpen = 'trusted' in opened;
  // Another root is followed only when the one before named it; the pack tells.
  const known = (isOpen ? opened.memory : saved?.memory)?.root ?? root;
  if (!isSame(served, known)) return { kind: 'root_changed' };
  if (!isOpen) return { kind: 'refused', opened };
  const pack = { jws, etag, memory: opened.memory };
  await keepTrust(root, pack);
  return { kind: 'fresh', root, pack, opened };
};

interface Next {
  opened: Opened;
  jws: string;
  etag: string | null;
}

/** The changes since the saved pack; what they do not lead from or to, whole. */
const fetchNext = async (root: PublicKeyJwk, saved: SavedPack | undefined): Promise<Next> => {
  // The server has just said what time it is: what a wrong clock here once made of it must not be remembered.
  const options = () => {
    const now = serverSeconds();
    const memory = saved && { ...saved.memory, latestTime: Math.min(saved.memory.latestTime, now) };
    return { root, now, ...(memory ? { memory } : {}) };
  };
  for (const from of saved ? [saved.memory.packNumber, 0] : [0]) {
    const response = await get(`/pack/delta?from=${from}`, saved, 404);
    if (response.status === 404) continue;
    const etag = response.headers.get('etag') ?? saved?.etag ?? null;
    // Unchanged is opened again all the same: the clock may have been set right, and what was seen moves on.
    if (response.status === 304 && saved)
      return { opened: await openPack(saved.jws, options()), jws: saved.jws, etag };
    const opened = await applyDelta(await response.text(), saved?.jws, options());
    if ('jws' in opened) return { opened, jws: opened.jws, etag };
  }
  const response = await get('/pack', saved);
  const jws = response.status === 304 && saved ? saved.jws : await response.text();
  return { opened: await openPack(jws, options()), jws, etag: response.headers.get('etag') ?? null };
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
    // Another tab may be further on; what it has kept does not go back.
    await database.update<SavedPack>('trust', 'pack', (before) =>
      before && isNewer(before, pack) ? before : pack,
    );
  });

const isNewer = ({ memory: one }: SavedPack, { memory: other }: SavedPack): boolean =>
  one.packNumber > other.packNumber && !!one.root && !!other.root && isSame(one.root, other.root);

const isSame = (one: PublicKeyJwk, other: PublicKeyJwk): boolean => one.x === other.x && one.y === other.y;

const get = async (url: string, saved?: SavedPack, expected?: number): Promise<Response> => {
  const headers: Record<string, string> = saved?.etag ? { 'if-none-match': saved.etag } : {};
  const response = await fetch(url, { headers, cache: 'no-store', signal: AbortSignal.timeout(8000) });
  if (!response.ok && response.status !== 304 && response.status !== expected)
    throw new Error(`${url}: ${response.status}`);
  noteServerDate(response);
  return response;
};
