import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { makeDelta, type PackPayload } from '../../verifier/core/index.ts';
import type { SignedPack } from './offline-pack.ts';

/** A text as it is sent, and compressed for those who take it so. */
export interface Sent {
  body: string;
  etag: string;
  gzip(): Promise<Buffer>;
}

/** Ten changes an hour for four days; a device that is further behind asks for the whole. */
const mostRemembered = 1000;

/**
 * Of one pack no more are written than this: each takes some 20 ms of a list of a million entries, and anybody may ask for
 * any. Whoever comes later takes the whole, which is written once.
 */
const mostWritten = 64;

const compress = promisify(gzip);

/** Compressed once, when the first asks for it. */
export const sent = (body: string, etag: string): Sent => {
  let compressed: Promise<Buffer> | undefined;
  return {
    body,
    etag,
    gzip() {
      compressed ??= compress(body, { level: 9 });
      return compressed;
    },
  };
};

/**
 * Remembers the packs this process has signed, and writes how each becomes the newest. Another process's are unknown here,
 * and so are all after a restart: whoever holds such a pack takes the whole, which costs it some 50 KB once.
 */
export const createDeltas = () => {
  const known = new Map<number, PackPayload>();
  let written: { etag: string; from: Map<number, Sent> } = { etag: '', from: new Map() };
  return {
    remember({ payload }: SignedPack): void {
      const last = known.get(payload.number) ?? known.get(payload.number - 1);
      // Texts of tens of kilobytes that seldom change are kept once.
      const shared = { ...payload };
      if (last?.trust_list === payload.trust_list) shared.trust_list = last.trust_list;
      known.set(payload.number, shared);
      if (known.size > mostRemembered) known.delete(known.keys().next().value!);
    },
    to({ jws, payload, etag }: SignedPack, from: number): Sent | undefined {
      const base = known.get(from);
      if (!base && from !== 0) return undefined;
      if (written.etag !== etag) written = { etag, from: new Map() };
      const there = written.from.get(from);
      if (there || (written.from.size >= mostWritten && from !== 0)) return there;
      const delta = sent(JSON.stringify(makeDelta(jws, payload, base)), etag);
      written.from.set(from, delta);
      return delta;
    },
  };
};
