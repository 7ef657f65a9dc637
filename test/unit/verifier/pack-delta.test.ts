import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  applyDelta,
  makeDelta,
  type PackDelta,
  type PackMemory,
  type PackPayload,
  verify,
} from '../../../src/verifier/core/index.ts';
import { readChanges, writeChanges } from '../../../src/verifier/core/status-changes.ts';
import { createTestProvince, goodIndex, makeKey, now, type PackChanges } from './test-province.ts';

const province = await createTestProvince();
const root = province.keys.root.publicJwk;

/** A pack of format 2 with this number and these entries set. */
const packOf = async (number: number, set: Record<number, number>, more: PackChanges = {}) => {
  const jws = await province.packOf({
    ...more,
    pack: (payload) => {
      province.withGaps(payload, set);
      Object.assign(payload, { number, iat: payload.iat + number - 40 });
      more.pack?.(payload);
    },
  });
  return { jws, payload: decodeJwt<PackPayload>(jws) };
};
const apply = (delta: unknown, base?: string, memory?: PackMemory) =>
  applyDelta(typeof delta === 'string' ? delta : JSON.stringify(delta), base, { root, now, memory });
const codeOf = async (...given: Parameters<typeof apply>): Promise<string> => {
  const opened = await apply(...given);
  return 'verdict' in opened ? opened.verdict.code : 'opened';
};

const first = await packOf(40, { 77: 1, 78: 2 });
const second = await packOf(41, { 77: 1, [goodIndex]: 1, 100: 2 });
const delta = makeDelta(second.jws, second.payload, first.payload);

describe('CTR-2 a pack delta', () => {
  it('leads to the very pack that was signed, and to its answers', async () => {
    const opened = await apply(delta, first.jws);
    if ('verdict' in opened) throw new Error(opened.verdict.code);
    expect(opened.jws).toBe(second.jws);
    expect(opened.memory.packNumber).toBe(41);
    const { code } = await verify(await province.showCodeOf(), opened.trusted, { now });
    expect(code).toBe('revoked');
    expect([78, 77, 100].map((index) => opened.trusted.statusOf({ list: 1 }, index)?.status)).toEqual([
      'valid',
      'invalid',
      'suspended',
    ]);
  });

  it('says only what changed, and from nothing says all', async () => {
    expect(Object.keys(delta.set).sort()).toEqual([
      'iat',
      'number',
      'root_statement',
      'status_lists',
      'trust_list',
    ]);
    const [{ changes, ...list }] = delta.set.status_lists as [{ list: number; changes?: string }];
    expect(list).toEqual({ list: 1 });
    expect(changes!.length).toBeLessThan(20);
    const whole = makeDelta(second.jws, second.payload);
    expect(whole.from).toBe(0);
    for (const base of [undefined, first.jws, 'not a pack'])
      expect(await apply(whole, base)).toMatchObject({ jws: second.jws });
  });

  it('is refused before any list of it is written when they are too many together (security: unbounded work)', async () => {
    const widest = { size: 2 ** 24, changes: 'AAAAAA' };
    const many = (list: object) => Array.from({ length: 3000 }, (_, i) => ({ list: i, ...list }));
    const whole = makeDelta(second.jws, second.payload);
    const of = (from: object, status_lists: object[]) => ({ ...from, set: { ...whole.set, status_lists } });
    expect(await codeOf(of(whole, many(widest)))).toBe('pack_invalid');
    // A size below nothing makes no room for the others.
    expect(await codeOf(of(whole, [{ list: 0, size: -(2 ** 40), changes: 'AAAAAA' }, ...many(widest)]))).toBe(
      'pack_invalid',
    );
    // Nor does one list of the held pack that is named over and over.
    const again = many({ list: 1, changes: 'AAAAAA' });
    expect(await codeOf(of(delta, again.concat(again)), first.jws)).toBe('pack_invalid');
  });

  it('of a pack that was only signed again moves its date', async () => {
    const again = await packOf(
      40,
      { 77: 1, 78: 2 },
      { pack: (payload) => void Object.assign(payload, { iat: now - 30 }) },
    );
    const dated = makeDelta(again.jws, again.payload, first.payload);
    expect(dated.set.status_lists).toEqual([{ list: 1 }]);
    expect(await apply(dated, first.jws)).toMatchObject({ jws: again.jws, trusted: { issuedAt: now - 30 } });
    expect(await codeOf(makeDelta(first.jws, first.payload, again.payload), again.jws)).toBe('pack_invalid');
  });

  it('carries a list and a key that the device has not seen', async () => {
    const stranger = await makeKey('ES256');
    const third = await packOf(
      42,
      { 77: 1 },
      {
        list: ({ keys }) => void keys.push({ ...keys[0]!, kid: stranger.kid, jwk: stranger.publicJwk }),
        pack: (payload) =>
          void payload.status_lists.push({
            ...payload.status_lists[0]!,
            list: 2,
            uri: 'https://zj.example/status/2',
            revocation_url: 'https://zj.example/status/2/revocation',
            suspension_url: 'https://zj.example/status/2/suspension',
          }),
      },
    );
    const opened = await apply(makeDelta(third.jws, third.payload, first.payload), first.jws);
    expect(opened).toMatchObject({ jws: third.jws });
    expect(
      (
        await verify(
          await province.showCodeOf({}, { signer: stranger }),
          (opened as never as { trusted: never }).trusted,
          { now },
        )
      ).code,
    ).toBe('valid');
  });

  it('interrupted anywhere is refused', async () => {
    const text = JSON.stringify(delta);
    for (let end = 0; end < text.length; end += 97)
      expect(await codeOf(text.slice(0, end), first.jws)).toBe('pack_invalid');
  });

  it('for another pack, or for none where one is needed, is refused', async () => {
    const other = await packOf(39, { 77: 1, 78: 2 });
    expect(await codeOf(delta, other.jws)).toBe('pack_invalid');
    expect(await codeOf(delta, second.jws)).toBe('pack_invalid');
    expect(await codeOf(delta, undefined)).toBe('pack_invalid');
    // Another pack under the number it names: what comes of it is not what was signed.
    const twin = await packOf(40, { 77: 1, 5: 1 });
    expect(await codeOf(delta, twin.jws)).toBe('pack_invalid');
    const old = await province.packOf();
    expect(await codeOf(delta, old)).toBe('pack_invalid'); // format 1: its bytes cannot be written again
  });

  it('that goes back is refused, by what the device holds and by what it remembers', async () => {
    const back = makeDelta(first.jws, first.payload, second.payload);
    expect(await codeOf(back, second.jws)).toBe('pack_invalid');
    const memory = { packNumber: 42, trustListNumber: 5, latestTime: now };
    expect(await codeOf(delta, first.jws, memory)).toBe('pack_invalid');
    expect(await codeOf(delta, first.jws, { ...memory, packNumber: 41 })).toBe('opened');
    expect(await codeOf(makeDelta(first.jws, first.payload), undefined, memory)).toBe('pack_invalid');
  });

  it('to a pack by any other key, or with anything changed in it, is refused', async () => {
    const forger = { ...(await makeKey('ES256')), kid: province.keys.pack.kid };
    for (const packKey of [forger, province.keys.status, province.keys['trust-list']]) {
      const forged = await packOf(41, { 77: 1 }, { packKey });
      expect(await codeOf(makeDelta(forged.jws, forged.payload, first.payload), first.jws)).toBe(
        'pack_invalid',
      );
    }
    const list = delta.set.status_lists[0]!;
    const bent: Partial<PackDelta>[] = [
      { signature: first.jws.split('.')[2]! },
      { header: { ...delta.header, kid: province.keys.status.kid } },
      { set: { ...delta.set, number: 42 } },
      { set: { ...delta.set, exp: first.payload.exp + 1 } },
      { set: { ...delta.set, status_lists: [] } },
      { set: { ...delta.set, status_lists: [{ ...list, changes: 'AAAAAA' }] } },
      { set: { ...delta.set, status_lists: [{ ...list, changes: undefined }] } },
      { set: { ...delta.set, status_lists: [{ ...list, size: 2 ** 40 }] } },
      { set: { ...delta.set, status_lists: [null as never] } },
      { set: { ...delta.set, unknown: 1 } as never },
      { set: [] as never },
      { format: 2 as never },
    ];
    for (const change of bent) expect(await codeOf({ ...delta, ...change }, first.jws)).toBe('pack_invalid');
    expect(await codeOf(delta, first.jws)).toBe('opened');
  });
});

describe('the entries of a list, written as gaps', () => {
  const bitsOf = (size: number, set: Record<number, number>): Uint8Array => {
    const bits = new Uint8Array(Math.ceil(size / 4));
    for (const [index, state] of Object.entries(set)) bits[+index >> 2]! |= state << ((+index & 3) * 2);
    return bits;
  };

  it('come back, from nothing and from any list before', () => {
    const sizes = [1, 3, 4, 17, 64, 1000, 131_072];
    for (const size of sizes) {
      const some = (share: number) =>
        bitsOf(
          size,
          Object.fromEntries(
            Array.from({ length: Math.ceil(size * share) }, () => [
              Math.floor(Math.random() * size),
              1 + Math.floor(Math.random() * 3),
            ]),
          ),
        );
      for (const share of [0, 0.001, 0.01, 0.3, 1]) {
        const [before, after] = [some(0.01), some(share)];
        expect(readChanges(writeChanges(after), size)).toEqual(after);
        expect(readChanges(writeChanges(after, before), size, before)).toEqual(after);
        expect(writeChanges(after).length).toBeLessThanOrEqual(after.length);
      }
    }
  });

  it('are the bytes that the format says', () => {
    // Nobody is set to 0; 5 and 300 are invalid; 6 is suspended; nobody in the fourth state.
    expect([...writeChanges(bitsOf(4096, { 5: 1, 300: 1, 6: 2 }))]).toEqual([0, 2, 5, 0xa6, 0x02, 1, 6, 0]);
    expect([...writeChanges(bitsOf(4096, { 6: 2 }), bitsOf(4096, { 5: 1, 6: 2 }))]).toEqual([1, 5, 0, 0, 0]);
    expect([...writeChanges(bitsOf(8, { 1: 2 }))]).toEqual([8, 0]);
  });

  it.each<[string, number[]]>([
    ['nothing', []],
    ['less than it says', [0, 2, 5, 0, 0]],
    ['more than it says', [0, 1, 5, 0, 0, 0]],
    ['an entry outside', [0, 1, 0x80, 0x20, 0, 0]],
    ['a number in more bytes than it needs', [0, 1, 0x85, 0, 0, 0]],
    ['a number of five bytes', [0, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['more entries than there are', [0xff, 0xff, 0x7f]],
  ])('refuse %s', (_, bytes) => {
    expect(readChanges(Uint8Array.from(bytes), 4096)).toBeUndefined();
  });

  it('refuse a size that no list has, and a list before of another size', () => {
    for (const size of [0, -1, 1.5, Number.NaN, 2 ** 24 + 1])
      expect(readChanges(new Uint8Array(4), size)).toBeUndefined();
    expect(readChanges(new Uint8Array(4), 4096, new Uint8Array(3))).toBeUndefined();
    expect(readChanges(new Uint8Array(2000), 4096)).toBeUndefined();
  });
});
