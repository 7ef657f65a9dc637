/** Views and show codes: whatever is changed in a signed copy, it is not valid; what must not matter does not. */
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
  trusted = await province.trustedWith();
});

const codeOf = async (text: string): Promise<string> => (await verify(text, trusted, { now })).code;

describe('security (c) 35: a view and a show code', () => {
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
      const showing = base45Decode((await province.showCodeOf({}, { nonce: new Uint8Array(8) })).slice(4))!;
      expect(await codeOf(`SC1:${base45Encode(reassembled(showing, part, change))}`)).not.toBe('valid');
    },
  );

  it('a show code with any edit of its text is not valid', async () => {
    const text = await province.showCodeOf();
    await fc.assert(
      fc.asyncProperty(edits('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:\n'), async (change) => {
        const changed = edited(text, change);
        if ((await codeOf(changed)) === 'valid') expect(changed.trim()).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
