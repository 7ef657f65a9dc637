import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { verify } from '../../../src/verifier/core/index.ts';
import {
  createTestProvince,
  day,
  listSize,
  makeKey,
  now,
  type PackChanges,
  signJws,
  type TestProvince,
} from './test-province.ts';

let province: TestProvince;

beforeAll(async () => {
  province = await createTestProvince();
});

const codeOf = async (pack: string, options: object = {}): Promise<string> => {
  const opened = await province.open(pack, options);
  return 'verdict' in opened ? opened.verdict.code : 'opened';
};
const codeWith = async (changes: PackChanges): Promise<string> => codeOf(await province.packOf(changes));

describe('an offline pack', () => {
  it('opens by the pinned root, and says what to remember', async () => {
    const opened = await province.open(await province.packOf());
    if ('verdict' in opened) throw new Error('not opened');
    expect(opened.memory).toEqual({
      packNumber: 40,
      trustListNumber: 5,
      latestTime: now,
      root: province.keys.root.publicJwk,
      nextRoot: province.keys.device.kid,
      statementNumber: 1,
    });
    expect(opened.trusted).toMatchObject({ packNumber: 40, issuedAt: now - 60, expiresAt: now + 7 * day });
    expect(opened.payload.iss).toBe('https://zj.example');
  });

  it('answers status by number and by any of its three addresses, and nothing outside the list', async () => {
    const { statusOf } = await province.trustedWith();
    const asOf = now - 60;
    for (const reference of [
      { list: 1 },
      ...['', '/revocation', '/suspension'].map((path) => ({ uri: `https://zj.example/status/1${path}` })),
    ]) {
      expect(statusOf(reference, 77)).toEqual({ status: 'invalid', asOf, list: 1 });
      expect(statusOf(reference, 0)).toEqual({ status: 'valid', asOf, list: 1 });
    }
    for (const index of [-1, listSize, 1.5, Number.NaN, 2 ** 53])
      expect(statusOf({ list: 1 }, index)).toBeUndefined();
    expect(statusOf({ list: 2 }, 0)).toBeUndefined();
    expect(statusOf({ uri: 'https://zj.example/status/2' }, 0)).toBeUndefined();
  });

  it('under another root is not a pack, though it carries that root itself', async () => {
    const rootKey = await makeKey('ES256');
    expect(await codeWith({ rootKey })).toBe('pack_invalid');
    expect(
      await codeWith({
        rootKey,
        statement: (payload) => Object.assign(payload, { root: rootKey.publicJwk }),
      }),
    ).toBe('pack_invalid');
    expect(
      await codeWith({ statement: (payload) => Object.assign(payload, { root: rootKey.publicJwk }) }),
    ).toBe('pack_invalid');
  });

  it('needs each signature by the key that the layer above names', async () => {
    expect(await codeWith({ listKey: await makeKey('ES256') })).toBe('pack_invalid');
    expect(await codeWith({ listKey: province.keys.root })).toBe('pack_invalid');
    expect(await codeWith({ packKey: await makeKey('ES256') })).toBe('pack_invalid');
    expect(await codeWith({ packKey: province.keys.status })).toBe('pack_invalid');
    expect(await codeWith({ packKey: province.keys['trust-list'] })).toBe('pack_invalid');
    const forger = { ...(await makeKey('ES256')), kid: province.keys.pack.kid };
    expect(await codeWith({ packKey: forger })).toBe('pack_invalid');
  });

  it('needs a pack key that is in its time and not compromised', async () => {
    const change = (value: object): PackChanges => ({ list: ({ keys }) => Object.assign(keys[3]!, value) });
    expect(await codeWith(change({ state: 'compromised' }))).toBe('pack_invalid');
    expect(await codeWith(change({ to: now - 61 }))).toBe('pack_invalid');
    expect(await codeWith(change({ from: now + day }))).toBe('pack_invalid');
    expect(await codeWith(change({ state: 'retired' }))).toBe('opened');
  });

  it('keeps its layers apart by type', async () => {
    const pack = await province.packOf();
    const payload = JSON.parse(Buffer.from(pack.split('.')[1]!, 'base64url').toString());
    expect(await codeOf(await signJws(province.keys.pack, 'onecert-trust-list+jwt', payload))).toBe(
      'pack_invalid',
    );
    expect(
      await codeOf(
        await signJws(province.keys.pack, 'onecert-pack+jwt', {
          ...payload,
          trust_list: payload.root_statement,
        }),
      ),
    ).toBe('pack_invalid');
  });

  it('older than the last one seen is refused, the same again is not', async () => {
    const pack = await province.packOf();
    const memory = { packNumber: 40, trustListNumber: 5, latestTime: now };
    expect(await codeOf(pack, { memory })).toBe('opened');
    expect(await codeOf(pack, { memory: { ...memory, packNumber: 41 } })).toBe('pack_invalid');
    expect(await codeOf(pack, { memory: { ...memory, trustListNumber: 6 } })).toBe('pack_invalid');
  });

  it('is not opened by a clock that went back', async () => {
    const pack = await province.packOf();
    const memory = { packNumber: 1, trustListNumber: 1, latestTime: now };
    expect(await codeOf(pack, { memory, now: now - 300 })).toBe('opened');
    expect(await codeOf(pack, { memory, now: now - 301 })).toBe('clock_wrong');
    expect(await codeOf(pack, { now: now - 361 })).toBe('clock_wrong');
  });

  it('does not remember a clock that was set past its end', async () => {
    const opened = await province.open(await province.packOf(), { now: now + 900 * day });
    expect(opened).toMatchObject({ memory: { latestTime: now - 60 } });
  });

  it('past its end opens, and calls nothing valid; the end of any layer is its end', async () => {
    for (const layer of ['pack', 'list', 'statement'] as const) {
      const by = await province.trustedWith({
        [layer]: (payload: { exp: number }) => Object.assign(payload, { exp: now - 1 }),
      });
      expect((await verify(await province.showCodeOf(), by, { now })).code).toBe('stale_pack');
    }
  });

  it('with a changed context, a repeated list or a key under another name is refused', async () => {
    expect(
      await codeWith({
        pack: ({ contexts }) => Object.assign(Object.values(contexts)[1]!, { document: {} }),
      }),
    ).toBe('pack_invalid');
    expect(
      await codeWith({
        pack: ({ status_lists }) => void status_lists.push({ ...status_lists[0]!, list: 2 }),
      }),
    ).toBe('pack_invalid');
    expect(await codeWith({ list: ({ keys }) => Object.assign(keys[0]!, { kid: keys[1]!.kid }) })).toBe(
      'pack_invalid',
    );
    expect(await codeWith({ list: ({ keys }) => void keys.push({ ...keys[0]!, state: 'active' }) })).toBe(
      'pack_invalid',
    );
  });

  it.each([
    ['format', 2],
    ['number', '40'],
    ['exp', undefined],
    ['status_lists', {}],
    ['types', [{ id: 'x' }]],
    ['contexts', []],
    ['trust_list', 'x.y.z'],
  ])('with %s of %j is refused', async (name, value) => {
    expect(await codeWith({ pack: (payload) => Object.assign(payload, { [name]: value }) })).toBe(
      'pack_invalid',
    );
  });

  it.each(['', 'x', 'a.b.c', '{}', '..', 'SC1:'])('is refused when it reads %j', async (text) => {
    expect(await codeOf(text)).toBe('pack_invalid');
  });

  it('has sentences a clerk can act on', async () => {
    const opened = await province.open('x');
    expect(opened).toMatchObject({
      verdict: { outcome: 'check', advice: { zh: '请从本省服务器重新下载验证包。' } },
    });
  });
});

describe('security (b) Status list fail-open: bombs and short lists', () => {
  const withList = (change: object): PackChanges => ({
    pack: ({ status_lists }) => Object.assign(status_lists[0]!, change),
  });

  it('refuses a list that inflates to more than its size', async () => {
    const pack = await province.packOf(
      withList({ lst: deflateSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64url') }),
    );
    expect(await codeOf(pack)).toBe('pack_invalid');
  });

  it('refuses a list that is too short, not zlib, or of an impossible size', async () => {
    expect(await codeWith(withList({ lst: deflateSync(Buffer.alloc(16)).toString('base64url') }))).toBe(
      'pack_invalid',
    );
    expect(await codeWith(withList({ lst: 'AAAA' }))).toBe('pack_invalid');
    expect(await codeWith(withList({ size: 0 }))).toBe('pack_invalid');
    expect(await codeWith(withList({ size: 2 ** 40 }))).toBe('pack_invalid');
    expect(await codeWith(withList({ size: listSize + 4 }))).toBe('pack_invalid');
  });
});
