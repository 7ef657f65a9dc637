import { beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, CompactSign, generateKeyPair, UnsecuredJWT } from 'jose';
import { type Trusted, verify } from '../../../src/verifier/core/index.ts';
import { certificateOf } from './test-certificate.ts';
import {
  baseUrl,
  createTestProvince,
  day,
  fields,
  goodIndex,
  makeKey,
  now,
  revokedIndex,
  sha256,
  suspendedIndex,
  type TestProvince,
} from './test-province.ts';

let province: TestProvince;
let trusted: Trusted;

beforeAll(async () => {
  province = await createTestProvince();
  trusted = await province.trustedWith();
});

const codeOf = async (text: string, options: object = {}, by: Trusted = trusted): Promise<string> =>
  (await verify(text, by, { now, ...options })).code;

const disclosure = (...parts: unknown[]): string => base64url.encode(JSON.stringify(parts));

describe('an SD-JWT VC', () => {
  it('is valid as issued, and says that a bare file proves no holder', async () => {
    const verdict = await verify(await province.sdJwtOf(), trusted, { now });
    expect(verdict).toMatchObject({
      code: 'valid',
      format: 'dc+sd-jwt',
      holderProven: false,
      issuer: { id: 'zj-police' },
      statusEntry: { list: 1, index: goodIndex },
      statusAsOf: now - 60,
    });
    expect(verdict.fields.map(({ name, value }) => [name, value])).toEqual(Object.entries(fields));
    expect(verdict.advice.zh).toMatch(/^文件本身不能证明/);
  });

  it('shows only what was disclosed', async () => {
    const [jwt, ...disclosures] = (await province.sdJwtOf()).split('~');
    expect(disclosures).toHaveLength(3);
    const verdict = await verify(`${jwt}~`, trusted, { now });
    expect(verdict.code).toBe('valid');
    expect(verdict.fields.map(({ name }) => name)).not.toContain('name');
  });

  it('follows its status, and without one is never valid', async () => {
    expect(await codeOf(await province.sdJwtOf({}, { index: revokedIndex }))).toBe('revoked');
    expect(await codeOf(await province.sdJwtOf({}, { index: suspendedIndex }))).toBe('suspended');
    for (const status of [
      undefined,
      {},
      { status_list: { idx: -1, uri: `${baseUrl}/status/1` } },
      { status_list: { idx: '7', uri: 'x' } },
    ]) {
      expect(await codeOf(await province.sdJwtOf({ status }))).toBe('status_unknown');
    }
    const elsewhere = { status_list: { idx: 1, uri: 'https://evil.example/status/1' } };
    expect(await codeOf(await province.sdJwtOf({ status: elsewhere }))).toBe('status_unknown');
  });

  it('is judged by iat, nbf and exp, and needs iat and exp', async () => {
    expect(await codeOf(await province.sdJwtOf({ exp: now }))).toBe('expired');
    expect(await codeOf(await province.sdJwtOf({ nbf: now + 301 }))).toBe('not_yet_valid');
    expect(await codeOf(await province.sdJwtOf({ iat: now + 301 }))).toBe('not_yet_valid');
    for (const change of [{ exp: undefined }, { iat: undefined }, { exp: `${now + day}` }, { exp: 1e300 }]) {
      expect(await codeOf(await province.sdJwtOf(change))).toBe('malformed');
    }
  });

  it('must be of a known type, by a key that may sign it, and named as its own issuer', async () => {
    expect(await codeOf(await province.sdJwtOf({ vct: `${baseUrl}/types/unknown` }))).toBe('unsupported');
    expect(await codeOf(await province.sdJwtOf({}, { signer: province.keys.finance }))).toBe(
      'issuer_not_allowed',
    );
    expect(await codeOf(await province.sdJwtOf({ iss: `${baseUrl}/issuers/zj-finance` }))).toBe(
      'issuer_not_allowed',
    );
    const by = await province.trustedWith({
      list: ({ keys }) => Object.assign(keys[0]!, { state: 'compromised' }),
    });
    expect(await codeOf(await province.sdJwtOf(), {}, by)).toBe('key_compromised');
  });

  it('with a value that is not plain is malformed', async () => {
    expect(await codeOf(await province.sdJwtOf({ authority: { nested: true } }))).toBe('malformed');
  });
});

describe('security (b) alg none, HS-RS mix-up, key injected by header', () => {
  const resign = async (header: Record<string, unknown>, key: CryptoKey | Uint8Array): Promise<string> => {
    const payload = new TextEncoder().encode(JSON.stringify(province.sdJwtClaims(goodIndex)));
    return `${await new CompactSign(payload).setProtectedHeader(header as { alg: string }).sign(key)}~`;
  };

  it.each(['none', 'None', 'NONE', 'nOnE'])('refuses alg %s', async (alg) => {
    const unsecured = new UnsecuredJWT(province.sdJwtClaims(goodIndex)).encode().split('.')[1];
    const header = base64url.encode(JSON.stringify({ alg, typ: 'dc+sd-jwt', kid: province.keys.police.kid }));
    expect(await codeOf(`${header}.${unsecured}.~`)).toBe('malformed');
  });

  it('refuses HS256 keyed with the public key', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(province.keys.police.publicJwk));
    const text = await resign({ alg: 'HS256', typ: 'dc+sd-jwt', kid: province.keys.police.kid }, secret);
    expect(await codeOf(text)).toBe('malformed');
  });

  it('refuses other algorithms and an ES256 header over a P-384 signature', async () => {
    const { privateKey } = await generateKeyPair('ES384');
    const text = await resign({ alg: 'ES384', typ: 'dc+sd-jwt', kid: province.keys.police.kid }, privateKey);
    expect(await codeOf(text)).toBe('malformed');
    const [, payload, signature] = text.slice(0, -1).split('.');
    const header = base64url.encode(
      JSON.stringify({ alg: 'ES256', typ: 'dc+sd-jwt', kid: province.keys.police.kid }),
    );
    expect(await codeOf(`${header}.${payload}.${signature}~`)).toBe('tampered');
  });

  it.each([
    ['another typ', { typ: 'vc+sd-jwt' }],
    ['no typ', { typ: undefined }],
    ['b64', { b64: true }],
    ['crit', { crit: ['kid'] }],
  ])('refuses %s', async (_, header) => {
    expect(await codeOf(await province.sdJwtOf({}, { header }))).toBe('malformed');
  });

  it('never takes a key from the header', async () => {
    const forger = await makeKey('ES256');
    for (const kid of [forger.kid, province.keys.police.kid, undefined]) {
      const header = {
        kid,
        jwk: forger.publicJwk,
        jku: 'https://evil.example/jwks',
        x5u: 'https://evil.example/x',
        x5c: ['MIIB'],
      };
      const code = await codeOf(await province.sdJwtOf({}, { signer: forger, header }));
      expect(code).toBe(kid === province.keys.police.kid ? 'tampered' : 'unknown_issuer');
    }
  });
});

describe('security (b) SD-JWT disclosure not tied to hash', () => {
  const withDigests = async (
    digests: string[],
    disclosures: string[],
    more: object = {},
  ): Promise<string> => {
    const { name: _, ...claims } = province.sdJwtClaims(goodIndex);
    return codeOf(
      await province.rawSdJwtOf({ ...claims, _sd: digests, _sd_alg: 'sha-256', ...more }, disclosures),
    );
  };
  const good = disclosure('salt-1', 'name', '张三');

  it('accepts one that is referenced once', async () => {
    expect(await withDigests([await sha256(good)], [good])).toBe('valid');
    expect(await withDigests([await sha256(good)], [good], { _sd_alg: undefined })).toBe('valid');
  });

  it('refuses a forged, an unreferenced and a repeated one', async () => {
    const forged = disclosure('salt-1', 'name', '李四');
    expect(await withDigests([await sha256(good)], [forged])).toBe('tampered');
    expect(await withDigests([], [good])).toBe('tampered');
    expect(await withDigests([await sha256(good)], [good, good])).toBe('tampered');
    const digest = await sha256(good);
    expect(await withDigests([digest, digest], [good])).toBe('tampered');
  });

  it.each(['_sd', '...', '_sd_alg', 'iss', 'exp', 'cnf', 'vct', 'status', 'authority', '__proto__'])(
    'refuses one that is named %s',
    async (name) => {
      const bad = disclosure('salt-1', name, 'x');
      expect(await withDigests([await sha256(bad)], [bad])).toBe('tampered');
    },
  );

  it('refuses two that say one name', async () => {
    const second = disclosure('salt-2', 'name', '李四');
    expect(await withDigests([await sha256(good), await sha256(second)], [good, second])).toBe('tampered');
  });

  it('refuses array elements, nested digests and values that are not plain', async () => {
    const element = disclosure('salt-1', 'x');
    expect(await withDigests([await sha256(element)], [element])).toBe('tampered');
    expect(await withDigests([], [], { address: { _sd: ['x'] } })).toBe('tampered');
    expect(await withDigests([], [], { list: [{ '...': 'x' }] })).toBe('tampered');
    const nested = disclosure('salt-1', 'name', { _sd: [await sha256(good)] });
    expect(await withDigests([await sha256(nested), await sha256(good)], [nested, good])).toBe('tampered');
  });

  it('refuses a digest algorithm other than SHA-256 and digests that are not text', async () => {
    expect(await withDigests([await sha256(good)], [good], { _sd_alg: 'sha-512' })).toBe('tampered');
    expect(await withDigests([await sha256(good)], [good], { _sd_alg: 'md5' })).toBe('tampered');
    expect(await withDigests([await sha256(good)], [good], { _sd: 'x' })).toBe('tampered');
    expect(await withDigests([await sha256(good)], [good], { _sd: [1] })).toBe('tampered');
  });

  it('refuses one that is not base64url of JSON text', async () => {
    for (const bad of [
      '!',
      'AAAA',
      base64url.encode('["s","name","x"],1'),
      base64url.encode('["s","name","x"]}'),
    ]) {
      expect(['tampered', 'malformed']).toContain(await withDigests([await sha256(bad)], [bad]));
    }
  });

  it('refuses a text without its closing ~ and one with 101 disclosures', async () => {
    expect(await codeOf((await province.sdJwtOf()).split('~')[0]!)).toBe('malformed');
    expect(await withDigests([], new Array(101).fill(good))).toBe('malformed');
  });
});

describe('security (b) SD-JWT disclosure not tied to hash: a KB-JWT', () => {
  const keyBinding = { audience: 'counter-7', nonce: 'n-1' };

  it('proves the holder when audience, nonce, time, hash and key fit', async () => {
    const text = await province.withKeyBinding(await province.sdJwtOf());
    const verdict = await verify(text, trusted, { now, keyBinding });
    expect(verdict).toMatchObject({ code: 'valid', holderProven: true, madeAt: now });
    expect(verdict.advice.zh).toBe('请核对姓名与身份证一致。');
  });

  it('made for an unknown request proves nobody', async () => {
    const text = await province.withKeyBinding(await province.sdJwtOf());
    expect(await verify(text, trusted, { now })).toMatchObject({ code: 'valid', holderProven: false });
  });

  it('must be there when one was asked for', async () => {
    expect(await codeOf(await province.sdJwtOf(), { keyBinding })).toBe('wrong_holder');
  });

  it.each([
    ['another nonce', { nonce: 'n-2' }, 'replayed'],
    ['another audience', { aud: 'counter-8' }, 'replayed'],
    ['an audience list', { aud: ['counter-7'] }, 'replayed'],
    ['another hash', { sd_hash: 'x' }, 'tampered'],
    ['an old time', { iat: now - 301 }, 'code_expired'],
    ['a future time', { iat: now + 301 }, 'clock_wrong'],
    ['no time', { iat: undefined }, 'malformed'],
  ])('with %s is refused', async (_, payload, code) => {
    expect(
      await codeOf(await province.withKeyBinding(await province.sdJwtOf(), { payload }), { keyBinding }),
    ).toBe(code);
  });

  it('by another key is refused, and so is one moved to fewer disclosures', async () => {
    const sdJwt = await province.sdJwtOf();
    const byOther = await province.withKeyBinding(sdJwt, { holder: province.keys['other-device'] });
    expect(await codeOf(byOther, { keyBinding })).toBe('wrong_holder');
    const parts = (await province.withKeyBinding(sdJwt)).split('~');
    expect(await codeOf([parts[0], ...parts.slice(2)].join('~'), { keyBinding })).toBe('tampered');
  });

  it('without a bound key is malformed', async () => {
    expect(
      await codeOf(await province.withKeyBinding(await province.sdJwtOf({ cnf: undefined })), { keyBinding }),
    ).toBe('malformed');
  });
});

describe('x5c in the header of an SD-JWT VC', () => {
  const withX5c = async (x5c: unknown, key: 'police' | 'other-device' = 'police') =>
    codeOf(await province.sdJwtOf({}, { signer: province.keys[key], header: { x5c } }));

  it('is taken when it is the certificate of the listed key', async () => {
    const own = await certificateOf(province.keys.police, { signer: province.keys.root });
    expect(await withX5c([own])).toBe('valid');
  });

  it('security (b) mdoc and x5c: is never the anchor: a key that only a certificate names is unknown', async () => {
    const other = await certificateOf(province.keys['other-device'], { signer: province.keys.root });
    expect(await withX5c([other], 'other-device')).toBe('unknown_issuer');
  });

  it('refuses a certificate of another key beside the listed key', async () => {
    const other = await certificateOf(province.keys['other-device'], { signer: province.keys.root });
    expect(await withX5c([other])).toBe('tampered');
  });

  it.each([[[]], ['AAAA'], [['%%%']], [['AAAA']], [[7]], [{}], [['A'.repeat(60_000)]]])(
    'refuses what is no certificate: %j',
    async (x5c) => {
      expect(await withX5c(x5c)).toBe('malformed');
    },
  );
});
