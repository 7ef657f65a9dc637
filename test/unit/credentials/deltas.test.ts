import { describe, expect, it } from '@jest/globals';
import { createDeltas, sent } from '../../../src/credentials/offline-pack/deltas.ts';
import type { SignedPack } from '../../../src/credentials/offline-pack/offline-pack.ts';

const part = Buffer.from('{}').toString('base64url');
const jws = `${part}.${part}.${part}`;
const packOf = (number: number): SignedPack => {
  const payload = { number, trust_list: jws, root_statement: jws, status_lists: [] };
  return { jws, payload: payload as never, etag: `"${number}"`, sent: sent(jws, `"${number}"`) };
};

describe('deltas of the offline pack', () => {
  it('security (a) 20: whoever asks from each number there was makes the province write a bounded number of them', () => {
    const deltas = createDeltas();
    const packs = Array.from({ length: 300 }, (_, at) => packOf(at + 1));
    for (const pack of packs) deltas.remember(pack);
    const newest = packs.at(-1)!;
    const written = packs.map(({ payload }) => deltas.to(newest, payload.number));
    expect(written.filter((delta) => delta !== undefined)).toHaveLength(64);
    // What was written is there for everybody, and so is the way from nothing.
    expect(deltas.to(newest, 1)).toBe(written[0]);
    expect(deltas.to(newest, 0)).toBeDefined();
    const next = packOf(301);
    deltas.remember(next);
    expect(deltas.to(next, 300)).toBeDefined();
  });
});
