/**
 * Logos of apps. Fetched once, when an app comes in or names another; kept, and shown from our own origin: a page that
 * loaded it from the app's server would tell that server who is about to sign in, and our policy forbids it.
 */
import { createHash } from 'node:crypto';
import type { OutgoingFetch } from '../../outgoing/index.ts';
import {
  AlreadyExists,
  type Collection,
  type CollectionSpec,
  Conflict,
  type Storage,
} from '../../storage/index.ts';

export interface Logo {
  type: 'image/png' | 'image/jpeg' | 'image/webp';
  /** Of the bytes: part of the address, so that a new logo is seen at once. */
  digest: string;
  bytes: Buffer;
}

interface KeptLogo {
  /** The client_id. */
  id: string;
  /** The logo_uri it came from. */
  uri: string;
  type: Logo['type'];
  digest: string;
  base64: string;
}

const logoSpec: CollectionSpec<KeptLogo> = { name: 'app_logos', schemaVersion: 1 };

const mostBytes = 100_000;

/** By what the bytes are, whatever the server called them. SVG is a document with scripts and not taken. */
const typeOf = (bytes: Buffer): Logo['type'] | undefined => {
  if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (bytes.subarray(0, 3).toString('hex') === 'ffd8ff') return 'image/jpeg';
  const webp =
    bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP';
  return webp ? 'image/webp' : undefined;
};

const fetchLogo = async (fetch: OutgoingFetch, uri: string): Promise<Omit<KeptLogo, 'id'> | undefined> => {
  const headers = { accept: 'image/png, image/jpeg, image/webp' };
  const bytes = await fetch(uri, { headers, maxBytes: mostBytes })
    .then(async (answer) => (answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : undefined))
    .catch(() => undefined);
  const type = bytes && bytes.length <= mostBytes ? typeOf(bytes) : undefined;
  if (bytes === undefined || type === undefined) return undefined;
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
  return { uri, type, digest, base64: bytes.toString('base64') };
};

const put = async (logos: Collection<KeptLogo>, logo: KeptLogo, ver: number | undefined): Promise<void> => {
  try {
    if (ver === undefined) await logos.insert(logo);
    else await logos.replace({ ...logo, ver });
  } catch (error) {
    // Another process has just done the same.
    if (!(error instanceof AlreadyExists || error instanceof Conflict)) throw error;
  }
};

export interface AppLogos {
  /** Fetches what is new. A logo that cannot be had is none, and no reason to refuse the app. */
  keep(id: string, uri: string | undefined): Promise<void>;
  /** The logo kept for this address. */
  of(id: string, uri: string | undefined): Promise<Logo | undefined>;
}

export const createAppLogos = (deps: { storage: Storage; fetch: OutgoingFetch }): AppLogos => {
  const logos = deps.storage.collection(logoSpec);
  return {
    async keep(id, uri) {
      const present = await logos.get(id);
      if (present?.uri === uri) return;
      const logo = uri === undefined ? undefined : await fetchLogo(deps.fetch, uri);
      if (logo !== undefined) return put(logos, { id, ...logo }, present?.ver);
      if (present !== undefined) await logos.delete(id);
    },
    async of(id, uri) {
      const kept = uri === undefined ? undefined : await logos.get(id);
      if (kept === undefined || kept.uri !== uri) return undefined;
      const { type, digest, base64 } = kept;
      return { type, digest, bytes: Buffer.from(base64, 'base64') };
    },
  };
};

export const logoPath = (id: string, digest: string): string => `/apps/${id}/logo?v=${digest}`;
