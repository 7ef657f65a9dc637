/** Views, show codes and paper slips: whatever is changed in a signed copy, it is not valid; what must not matter does not. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decode, encode } from 'cborg';
import fc from 'fast-check';
import {
  base45Decode,
  base45Encode,
  type Trusted,
  verify,
  verifyView,
} from '../../src/verifier/core/index.ts';
import { createTestProvince, now, type TestProvince } from '../unit/verifier/test-province.ts';
import { edited, edits } from './json-edits.ts';

let province: TestProvince;
let trusted: Trusted;
beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith({ pack: province.withSlips });
});

const codeOf = async (text: string): Promise<string> => (await verify(text, trusted, { now })).code;

describe('security (c) 35: a view, a show code and a slip', () => {
  /** The CBOR of each part taken apart and put together with one thing changed; signatures stay. */
  const parts = ['protected header', 'payload'] as const;
  const changes: [string, (map: Map<unknown, unknown>) => void][] = [
    ['a claim more', (map) => void map.set(999, 'x')],
    ['a registered claim more', (map) => void map.set(1, 'https://evil.example')],
    ['the first claim less', (map) => void map.delete([...map.keys()][0])],
    ['the last claim less', (map) => void map.delete([...map.keys()].at(-1))],
    [
      'two values exchanged',
      (map) => {
        const [[a, one], [b, other]] = [...map] as [[unknown, unknown], [unknown, unknown]];
        map.set(a, other).set(b, one);
      },
    ],
    [
      'another order',
      (map) => {
        const entries = [...map].reverse();
        map.clear();
        for (const [key, value] of entries) map.set(key, value);
      },
    ],
  ];

  const reassembled = (
    bytes: Uint8Array,
    part: (typeof parts)[number],
    change: (map: Map<unknown, unknown>) => void,
  ) => {
    const layer = decode(bytes, { useMaps: true }) as unknown[];
    const at = part === 'payload' ? 2 : 0;
    const map = decode(layer[at] as Uint8Array, { useMaps: true }) as Map<unknown, unknown>;
    change(map);
    // mapSorter off: the order is the forger's.
    return encode(layer.with(at, encode(map, { mapSorter: undefined as never })));
  };

  it.each(parts.flatMap((part) => changes.map(([title, change]) => [part, title, change] as const)))(
    'with its %s changed (%s) are not valid',
    async (part, _, change) => {
      const view = reassembled(await province.viewOf(), part, change);
      expect((await verifyView(view, trusted, { now })).code).not.toBe('valid');
      const showing = await province.showCodeOf({}, { nonce: new Uint8Array(8) });
      for (const text of [showing, await province.slipOf()]) {
        const changed = reassembled(base45Decode(text.slice(4))!, part, change);
        expect(await codeOf(text.slice(0, 4) + base45Encode(changed))).not.toBe('valid');
      }
    },
  );

  it.each(['show code', 'slip'])('a %s with any edit of its text is not valid', async (kind) => {
    const text = kind === 'slip' ? await province.slipOf() : await province.showCodeOf();
    expect(await codeOf(text)).toBe('valid');
    await fc.assert(
      fc.asyncProperty(edits('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:\n'), async (change) => {
        const changed = edited(text, change);
        // A scanner's line end is not part of what it read.
        if ((await codeOf(changed)) === 'valid') expect(changed.trim()).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('no layer passes for another: a slip, a view and a show code keep to their prefix', async () => {
    const [code, slip] = [await province.showCodeOf(), await province.slipOf()];
    const view = base45Encode(await province.viewOf());
    for (const text of [`PS1:${code.slice(4)}`, `SC1:${slip.slice(4)}`, `PS1:${view}`, `SC1:${view}`])
      expect(await codeOf(text)).toBe('malformed');
    expect((await verifyView(base45Decode(slip.slice(4))!, trusted, { now })).code).toBe('malformed');
  });
});
