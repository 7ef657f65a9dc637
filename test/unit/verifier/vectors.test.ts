import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openPack, type PackMemory, type PublicKeyJwk, verify } from '../../../src/verifier/core/index.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));

interface Case {
  title: string;
  input: string;
  now?: number;
  nonce?: string;
  expected: string;
}
const packs = read('pack.json') as {
  now: number;
  root: PublicKeyJwk;
  cases: { title: string; pack?: string; same?: number; memory?: PackMemory; expected: string }[];
};

describe('pack.json', () => {
  it.each(packs.cases)('$title: $expected', async ({ pack, same, memory, expected }) => {
    const opened = await openPack(pack ?? packs.cases[same!]!.pack!, {
      root: packs.root,
      now: packs.now,
      memory,
    });
    expect('verdict' in opened ? opened.verdict.code : 'opened').toBe(expected);
  });
});

describe.each(['show-code.json', 'credentials.json'])('%s', (name) => {
  const { now, cases } = read(name) as { now: number; cases: Case[] };
  it.each(cases)('$title: $expected', async ({ input, nonce, expected, now: at = now }) => {
    const opened = await openPack(packs.cases[0]!.pack!, { root: packs.root, now: packs.now });
    if ('verdict' in opened) throw new Error('the pack does not open');
    const asked = nonce ? new Uint8Array(Buffer.from(nonce, 'hex')) : undefined;
    expect((await verify(input, opened.trusted, { now: at, nonce: asked })).code).toBe(expected);
  });
});
