import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  applyDelta,
  createReplayMemory,
  openPack,
  type PackMemory,
  type PublicKeyJwk,
  type Verdict,
  type VerdictCode,
  verdictCodes,
  verify,
} from '../../../src/verifier/core/index.ts';
import { readChanges, writeChanges } from '../../../src/verifier/core/status-changes.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));

interface Case {
  title: string;
  input: string;
  now?: number;
  nonce?: string;
  before?: { input: string; now: number }[];
  pack?: number;
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
  it.each(cases)('$title: $expected', async ({ input, nonce, before, pack, expected, now: at = now }) => {
    const opened = await openPack(packs.cases[pack ?? 0]!.pack!, { root: packs.root, now: packs.now });
    if ('verdict' in opened) throw new Error('the pack does not open');
    const { trusted } = opened;
    const asked = nonce ? new Uint8Array(Buffer.from(nonce, 'hex')) : undefined;
    const seen = createReplayMemory(() => now);
    let firstCode: Verdict['firstCode'];
    for (const scan of before ?? [])
      ({ firstCode } = await verify(scan.input, trusted, { now: scan.now, seen, firstCode }));
    const { code } = await verify(input, trusted, { now: at, nonce: asked, seen, firstCode });
    expect(code).toBe(expected);
  });
});

describe('pack-delta.json', () => {
  const {
    now,
    root,
    packs: held,
    leads_to,
    changes,
    cases,
  } = read('pack-delta.json') as {
    now: number;
    root: PublicKeyJwk;
    packs: Record<string, string>;
    leads_to: string;
    changes: { note: string; size: number; before?: object; set: object; hex: string }[];
    cases: { title: string; held?: string; delta: unknown; memory?: PackMemory; expected: string }[];
  };
  it.each(cases)('$title: $expected', async ({ held: name, delta, memory, expected }) => {
    const text = typeof delta === 'string' ? delta : JSON.stringify(delta);
    const opened = await applyDelta(text, name && held[name], { root, now, memory });
    expect('verdict' in opened ? opened.verdict.code : 'opened').toBe(expected);
    if ('jws' in opened) expect(opened.jws).toBe(held[leads_to]);
  });

  it.each(changes)('changes: $note', ({ size, before = {}, set, hex }) => {
    const bitsOf = (states: object): Uint8Array => {
      const bits = new Uint8Array(Math.ceil(size / 4));
      for (const [index, state] of Object.entries(states)) bits[+index >> 2]! |= state << ((+index & 3) * 2);
      return bits;
    };
    expect(Buffer.from(writeChanges(bitsOf(set), bitsOf(before))).toString('hex')).toBe(hex);
    expect(readChanges(Buffer.from(hex, 'hex'), size, bitsOf(before))).toEqual(bitsOf(set));
  });
});

describe('the closed set of verdicts', () => {
  /** No vector can hold these. */
  const without: Partial<Record<VerdictCode, string>> = {
    superseded: 'a pack says revoked; only the online answer knows that a newer one took its place',
  };

  it('each is the answer to a vector, or it is written why there is none', () => {
    const covered = new Set(
      ['pack.json', 'pack-delta.json', 'show-code.json', 'slip.json', 'credentials.json'].flatMap((name) =>
        (read(name) as { cases: { expected: string }[] }).cases.map(({ expected }) => expected),
      ),
    );
    expect(verdictCodes.filter((code) => !covered.has(code))).toEqual(Object.keys(without));
    expect([...covered].filter((code) => !(verdictCodes as readonly string[]).includes(code))).toEqual([
      'opened',
    ]);
  });
});
