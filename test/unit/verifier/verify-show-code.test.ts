import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  createReplayMemory,
  makeShowCode,
  type Trusted,
  verify,
  verifyView,
} from '../../../src/verifier/core/index.ts';
import {
  createTestProvince,
  day,
  fields,
  goodIndex,
  holderKeyOf,
  makeKey,
  now,
  revokedIndex,
  suspendedIndex,
  type TestProvince,
  undefinedIndex,
  viewValues,
} from './test-province.ts';

let province: TestProvince;
let trusted: Trusted;

beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith();
});

const codeOf = async (text: string, options: object = {}, by: Trusted = trusted): Promise<string> =>
  (await verify(text, by, { now, ...options })).code;

describe('a show code', () => {
  it('is valid when issuer, phone, time and status fit, and says what was read and as of when', async () => {
    const verdict = await verify(await province.showCodeOf(), trusted, { now });
    expect(verdict).toMatchObject({
      code: 'valid',
      outcome: 'valid',
      format: 'show-code',
      type: { id: 'driving_licence' },
      view: { number: 11 },
      issuer: { id: 'zj-police' },
      holderProven: true,
      madeAt: now,
      statusAsOf: now - 60,
      statusEntry: { list: 1, index: goodIndex },
      packNumber: 40,
    });
    expect(verdict.advice.zh).toBe('请核对姓名与身份证一致。');
    expect(verdict.fields.map(({ name, value }) => [name, value])).toEqual(Object.entries(fields));
    expect(verdict.fields[0]).toMatchObject({ label: { zh: '姓名', en: 'Name' }, compare: true });
    expect(verdict.checks.every(({ ok }) => ok)).toBe(true);
  });

  it.each([
    ['59 seconds old', -59, 'valid'],
    ['60 seconds old', -60, 'valid'],
    ['61 seconds old', -61, 'code_expired'],
    ['30 seconds ahead', 30, 'valid'],
    ['31 seconds ahead', 31, 'clock_wrong'],
  ])('that is %s is %s: %s', async (_, offset, code) => {
    expect(await codeOf(await province.showCodeOf({}, { iat: now + (offset as number) }))).toBe(code);
  });

  it('must be made by the phone the issuer bound', async () => {
    expect(await codeOf(await province.showCodeOf({}, { holder: province.keys['other-device'] }))).toBe(
      'wrong_holder',
    );
  });

  it('signed by a key outside the trust list has an unknown issuer', async () => {
    expect(await codeOf(await province.showCodeOf({}, { signer: await makeKey('ES256') }))).toBe(
      'unknown_issuer',
    );
  });

  it('signed by a department that may not issue that type is refused', async () => {
    const verdict = await verify(await province.showCodeOf({}, { signer: province.keys.finance }), trusted, {
      now,
    });
    expect(verdict.code).toBe('issuer_not_allowed');
    expect(verdict.fields).toEqual([]);
  });

  it.each(['status', 'pack'] as const)('signed by the %s key is refused', async (name) => {
    expect(await codeOf(await province.showCodeOf({}, { signer: province.keys[name] }))).toBe(
      'issuer_not_allowed',
    );
  });

  it('under a known key id but another signature is tampered with', async () => {
    const forger = { ...(await makeKey('ES256')), kid: province.keys.police.kid };
    expect(await codeOf(await province.showCodeOf({}, { signer: forger }))).toBe('tampered');
  });

  it('tries every key that shares the short key id', async () => {
    const { kid, publicJwk } = province.keys.police;
    const twin = {
      ...trusted.keys[0]!,
      kid: `${kid.slice(0, 10)}${'A'.repeat(33)}`,
      jwk: province.keys.finance.publicJwk,
    };
    const both = { ...trusted, keys: [twin, ...trusted.keys] };
    expect(publicJwk.kid).toBe(kid);
    expect(await codeOf(await province.showCodeOf(), {}, both)).toBe('valid');
  });

  it('signed with a compromised key verifies nothing, whatever date it bears', async () => {
    const by = await province.trustedWith({
      list: ({ keys }) => Object.assign(keys[0]!, { state: 'compromised' }),
    });
    expect(await codeOf(await province.showCodeOf(), {}, by)).toBe('key_compromised');
  });

  it('signed before its key retired stays valid, after it does not', async () => {
    const retire = (to: number) =>
      province.trustedWith({ list: ({ keys }) => Object.assign(keys[0]!, { state: 'retired', to }) });
    expect(await codeOf(await province.showCodeOf(), {}, await retire(now - 300))).toBe('valid');
    expect(await codeOf(await province.showCodeOf(), {}, await retire(now - 301))).toBe('unknown_issuer');
  });

  it('dated before its key began is not by that key; rounding to the day is allowed', async () => {
    const from = (time: number) =>
      province.trustedWith({ list: ({ keys }) => Object.assign(keys[0]!, { from: time }) });
    expect(await codeOf(await province.showCodeOf(), {}, await from(now + day))).toBe('valid');
    expect(await codeOf(await province.showCodeOf(), {}, await from(now + day + 1))).toBe('unknown_issuer');
  });

  it('is judged by the view’s own dates', async () => {
    expect(await codeOf(await province.showCodeOf({ exp: now }))).toBe('expired');
    expect(await codeOf(await province.showCodeOf({ exp: now + 1 }))).toBe('valid');
    expect(await codeOf(await province.showCodeOf({ nbf: now + 301 }))).toBe('not_yet_valid');
  });

  it('follows its status entry', async () => {
    const withIndex = async (index: number, list = 1) =>
      codeOf(await province.showCodeOf({ status: { list, index } }));
    expect(await withIndex(revokedIndex)).toBe('revoked');
    expect(await withIndex(suspendedIndex)).toBe('suspended');
    expect(await withIndex(revokedIndex - 1)).toBe('valid');
    expect(await withIndex(undefinedIndex)).toBe('status_unknown');
    expect(await withIndex(131_072)).toBe('status_unknown');
    expect(await withIndex(1, 2)).toBe('status_unknown');
  });

  it('is never valid by a status older than its type allows, nor by a pack past its end', async () => {
    const at = async (time: number) => codeOf(await province.showCodeOf({}, { iat: time }), { now: time });
    expect(await at(now + day - 60)).toBe('valid');
    expect(await at(now + day - 59)).toBe('stale_pack');
    expect(await codeOf(await province.showCodeOf(), {}, { ...trusted, expiresAt: now - 1 })).toBe(
      'stale_pack',
    );
  });

  it('that was revoked stays revoked in an old pack', async () => {
    const text = await province.showCodeOf(
      { status: { list: 1, index: revokedIndex } },
      { iat: now + 8 * day },
    );
    expect(await codeOf(text, { now: now + 8 * day })).toBe('revoked');
  });

  it('is not judged by a clock that is before what was already seen', async () => {
    const text = await province.showCodeOf();
    expect(await codeOf(text, { latestTime: now + 300 })).toBe('valid');
    expect(await codeOf(text, { latestTime: now + 301 })).toBe('clock_wrong');
    expect(
      await codeOf(await province.showCodeOf({ nbf: now - day }, { iat: now - 400 }), { now: now - 400 }),
    ).toBe('clock_wrong');
  });

  it('is accepted once, whatever its signature bytes', async () => {
    const seen = createReplayMemory(() => now);
    expect(await codeOf(await province.showCodeOf(), { seen })).toBe('valid');
    expect(await codeOf(await province.showCodeOf(), { seen })).toBe('replayed');
    expect(await codeOf(await province.showCodeOf({}, { iat: now + 1 }), { seen })).toBe('valid');
  });

  it('carries the counter’s nonce when there was one', async () => {
    const nonce = Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2);
    expect(await codeOf(await province.showCodeOf({}, { nonce }), { nonce })).toBe('valid');
    expect(await codeOf(await province.showCodeOf({}, { nonce: nonce.toReversed() }), { nonce })).toBe(
      'replayed',
    );
    expect(await codeOf(await province.showCodeOf(), { nonce })).toBe('careful_second_code');
  });

  it('says a bad signature before an expiry, and an expiry before a status', async () => {
    const bad = { exp: now - 1, status: { list: 1, index: revokedIndex } };
    const forger = { ...(await makeKey('ES256')), kid: province.keys.police.kid };
    expect(await codeOf(await province.showCodeOf(bad, { signer: forger }))).toBe('tampered');
    expect(await codeOf(await province.showCodeOf(bad, { holder: province.keys['other-device'] }))).toBe(
      'wrong_holder',
    );
    expect(await codeOf(await province.showCodeOf(bad))).toBe('expired');
  });

  it('of a view or with a field this pack does not know is unsupported', async () => {
    expect(await codeOf(await province.showCodeOf({ view: 99 }))).toBe('unsupported');
    expect(await codeOf(await province.showCodeOf({ values: { ...viewValues, 8: 'x' } }))).toBe(
      'unsupported',
    );
  });

  it('with a value of the wrong kind is malformed', async () => {
    expect(await codeOf(await province.showCodeOf({ values: { ...viewValues, 5: '2016-05-04' } }))).toBe(
      'malformed',
    );
    expect(await codeOf(await province.showCodeOf({ values: { ...viewValues, 2: 7 } }))).toBe('malformed');
  });

  it.each(['SC1:', 'SC1:A', 'SC1:::::', 'SC1:AB', 'sc1:ABC', 'SC2:ABC', '', 'https://example.com/'])(
    'is malformed when it reads %j',
    async (text) => {
      expect(await codeOf(text)).toBe('malformed');
    },
  );

  it('longer than 2048 characters is not even decoded', async () => {
    const verdict = await verify(`SC1:${'0'.repeat(2048)}`, trusted, { now });
    expect(verdict).toMatchObject({ code: 'malformed', checks: [{ name: 'length', ok: false }] });
  });

  it('may end with a scanner’s line end', async () => {
    expect(await codeOf(`${await province.showCodeOf()}\r\n`)).toBe('valid');
  });
});

describe('a careful view', () => {
  const careful = { view: 12, values: { 2: '张三', 3: true } };

  it('is green on a second code that the phone made after the first scan', async () => {
    const first = await verify(await province.showCodeOf(careful, { iat: now - 20 }), trusted, { now });
    expect(first).toMatchObject({ code: 'careful_second_code', outcome: 'check' });
    const { firstCode } = first;
    expect(firstCode).toEqual({ cti: '0102030405060708', madeAt: now - 20, scannedAt: now });
    const second = await verify(await province.showCodeOf(careful, { iat: now + 10 }), trusted, {
      now: now + 12,
      firstCode,
    });
    expect(second.code).toBe('valid');
    expect(second.firstCode).toBeUndefined();
    expect(second.fields.map(({ value }) => value)).toEqual(['张三', '是 Yes']);
  });

  it('waits on the same code, on one made before the first scan, on another certificate’s, and starts over after 3 minutes', async () => {
    const { firstCode } = await verify(await province.showCodeOf(careful, { iat: now - 20 }), trusted, {
      now,
    });
    const at = async (iat: number, time: number, claims: object = careful) =>
      verify(await province.showCodeOf(claims, { iat }), trusted, { now: time, firstCode });
    expect(await at(now - 20, now + 5)).toMatchObject({ code: 'careful_second_code', firstCode });
    expect(await at(now - 1, now + 5)).toMatchObject({ code: 'careful_second_code', firstCode });
    const other = await at(now + 5, now + 5, { ...careful, cti: new Uint8Array(8) });
    expect(other).toMatchObject({ code: 'careful_second_code', firstCode: { scannedAt: now + 5 } });
    expect(await at(now + 181, now + 181)).toMatchObject({
      code: 'careful_second_code',
      firstCode: { scannedAt: now + 181 },
    });
  });

  it('is green at once on the counter’s own nonce', async () => {
    const nonce = new Uint8Array(8).fill(5);
    expect(await codeOf(await province.showCodeOf(careful, { nonce }), { nonce })).toBe('valid');
    expect(await codeOf(await province.showCodeOf(careful, { nonce }))).toBe('careful_second_code');
  });

  it('says revoked on the first code', async () => {
    const status = { list: 1, index: revokedIndex };
    expect(await codeOf(await province.showCodeOf({ ...careful, status }))).toBe('revoked');
  });
});

describe('a bare view', () => {
  it('is judged for issuer and wallet, and proves no holder', async () => {
    const verdict = await verifyView(await province.viewOf(), trusted, { now });
    expect(verdict).toMatchObject({ code: 'valid', holderProven: false });
    expect(verdict.advice.en).toContain('does not prove who brought it');
    expect((await verifyView(new Uint8Array(), trusted, { now })).code).toBe('malformed');
    expect((await verifyView(new Uint8Array(3000), trusted, { now })).code).toBe('malformed');
  });

  it('is not a show code', async () => {
    const text = Buffer.from(await province.viewOf()).toString('base64url');
    expect(await codeOf(text)).toBe('malformed');
  });
});

describe('the size of a show code', () => {
  const nonce = new Uint8Array(8).fill(1);

  it('is QR version 15-M at most for a typical licence: 600 characters', async () => {
    expect((await province.showCodeOf({}, { nonce })).length).toBeLessThanOrEqual(531);
    expect((await province.showCodeOf()).length).toBeLessThanOrEqual(514);
  });

  it('is QR version 16-M at most for the longest names: 656 characters', async () => {
    const values = {
      ...viewValues,
      2: '阿卜杜热依木阿卜杜热合曼买', // 13 characters
      4: 'A1A2D',
      7: '示例自治区示例自治州示例市公安局交通警察支队车管', // 24 characters
    };
    const status = { list: 65_535, index: 131_071 };
    expect((await province.showCodeOf({ values, status }, { nonce })).length).toBeLessThanOrEqual(656);
  });
});

it('a show code is made only round a view', async () => {
  const key = await holderKeyOf(province.keys.device);
  await expect(makeShowCode(Uint8Array.of(0x80), key, { iat: now })).rejects.toThrow(TypeError);
  await expect(province.viewOf({ deviceKey: { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' } })).rejects.toThrow(
    TypeError,
  );
});
