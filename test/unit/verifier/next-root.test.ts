import { beforeAll, describe, expect, it } from '@jest/globals';
import type { PackMemory, RootStatementPayload } from '../../../src/verifier/core/index.ts';
import {
  createTestProvince,
  type KeyPair,
  makeKey,
  now,
  signJws,
  type TestProvince,
} from './test-province.ts';

describe('a pack under the next root', () => {
  let province: TestProvince;
  let first: KeyPair;
  let second: KeyPair;
  let third: KeyPair;
  let stranger: KeyPair;
  beforeAll(async () => {
    province = await createTestProvince();
    first = province.keys.root;
    [second, third, stranger] = (await Promise.all([1, 2, 3].map(() => makeKey('ES256')))) as [
      KeyPair,
      KeyPair,
      KeyPair,
    ];
  });

  /** A statement of this root that names that one as the next. */
  const statementOf = (root: KeyPair, next: KeyPair | undefined, number: number): Promise<string> =>
    signJws(root, 'onecert-root+jwt', {
      iss: 'https://zj.example',
      number,
      iat: now - 90,
      exp: now + 90,
      root: root.publicJwk,
      next_root: next?.kid ?? '',
      trust_list_key: province.keys['trust-list'].publicJwk,
    } satisfies RootStatementPayload);

  const packUnder = async (
    root: KeyPair,
    next: KeyPair | undefined,
    { number = 9, history = [] as string[] } = {},
  ): Promise<string> =>
    province.packOf({
      rootKey: root,
      statement: (payload) =>
        Object.assign(payload, { root: root.publicJwk, next_root: next?.kid ?? '', number }),
      pack: (payload) => Object.assign(payload, history.length > 0 ? { root_history: history } : {}),
    });

  const open = async (pack: string, memory?: PackMemory) => {
    const opened = await province.open(pack, { memory });
    return 'verdict' in opened ? opened.verdict.code : opened.memory;
  };
  const remembered = async (pack: string, memory?: PackMemory): Promise<PackMemory> => {
    const opened = await open(pack, memory);
    if (typeof opened === 'string') throw new Error(opened);
    return opened;
  };

  it('is accepted by a device that saw the pinned root name it, and remembered', async () => {
    const before = await remembered(await packUnder(first, second, { number: 1 }));
    const after = await remembered(await packUnder(second, third), before);
    expect(after).toMatchObject({ root: second.publicJwk, nextRoot: third.kid, statementNumber: 9 });
    const later = await remembered(await packUnder(third, undefined, { number: 10 }), after);
    expect(later.root).toEqual(third.publicJwk);
    expect(later.nextRoot).toBeUndefined();
  });

  it('is accepted by a fresh device when the pack shows that the pinned root named it', async () => {
    const history = [await statementOf(first, second, 8)];
    expect(await open(await packUnder(second, third, { history }))).toMatchObject({ root: second.publicJwk });
    const longer = [...history, await statementOf(second, third, 9)];
    expect(await open(await packUnder(third, undefined, { number: 10, history: longer }))).toMatchObject({
      root: third.publicJwk,
    });
  });

  it('is refused when nobody named it', async () => {
    expect(await open(await packUnder(second, third))).toBe('pack_invalid');
    const before = await remembered(await packUnder(first, second, { number: 1 }));
    expect(await open(await packUnder(stranger, undefined), before)).toBe('pack_invalid');
    expect(await open(await packUnder(third, undefined), before)).toBe('pack_invalid');
  });

  it('is refused when the one that names it is a stranger, or signed by one', async () => {
    for (const history of [
      [await statementOf(stranger, second, 8)],
      [await statementOf(second, second, 8)],
      [`${(await statementOf(first, second, 8)).slice(0, -6)}AAAAAA`],
      ['not a statement'],
    ])
      expect(await open(await packUnder(second, third, { history }))).toBe('pack_invalid');
  });

  it('cannot be renamed by a stolen root where the device remembers which one is next', async () => {
    const before = await remembered(await packUnder(first, second, { number: 1 }));
    const history = [await statementOf(first, stranger, 8)];
    expect(await open(await packUnder(stranger, undefined, { history }), before)).toBe('pack_invalid');
    const honest = [...history, await statementOf(second, third, 9)];
    expect(
      await open(await packUnder(third, undefined, { number: 10, history: honest }), before),
    ).toMatchObject({ root: third.publicJwk });
  });

  it('stays the one a device was told first, whatever the stolen root says in a pack of its own', async () => {
    const before = await remembered(await packUnder(first, second, { number: 1 }));
    const thiefs = await remembered(await packUnder(first, stranger, { number: 2 }), before);
    expect(thiefs.nextRoot).toBe(second.kid);
    expect(await remembered(await packUnder(first, undefined, { number: 3 }), before)).toMatchObject({
      nextRoot: second.kid,
    });
    expect(await open(await packUnder(stranger, undefined, { number: 4 }), thiefs)).toBe('pack_invalid');
    expect(await open(await packUnder(second, third), thiefs)).toMatchObject({ root: second.publicJwk });
  });

  it('is not locked out by the highest numbers that a stolen root can write', async () => {
    const before = await remembered(await packUnder(first, second, { number: 1 }));
    const highest = Number.MAX_SAFE_INTEGER;
    const thiefs = await remembered(
      await province.packOf({
        rootKey: first,
        statement: (payload) => Object.assign(payload, { next_root: second.kid, number: highest }),
        list: (payload) => Object.assign(payload, { number: highest }),
        pack: (payload) => Object.assign(payload, { number: highest }),
      }),
      before,
    );
    const after = await remembered(await packUnder(second, third), thiefs);
    expect(after).toMatchObject({ packNumber: 40, trustListNumber: 5, statementNumber: 9 });
    expect(await open(await packUnder(second, third, { number: 8 }), after)).toBe('pack_invalid');
  });

  it('ends the root before: there is no way back, and no older statement', async () => {
    const before = await remembered(await packUnder(first, second, { number: 1 }));
    const after = await remembered(await packUnder(second, third), before);
    expect(await open(await packUnder(first, second, { number: 10 }), after)).toBe('pack_invalid');
    expect(await open(await packUnder(second, third, { number: 8 }), after)).toBe('pack_invalid');
    expect(await open(await packUnder(second, third), after)).toMatchObject({ root: second.publicJwk });
  });
});
