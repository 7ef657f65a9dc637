import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { parseDeviceKey, parseDeviceKeys } from '../../../src/credentials/device-key.ts';

const newKey = async (alg: string): Promise<{ publicJwk: JWK; privateJwk: JWK }> => {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { publicJwk: await exportJWK(pair.publicKey), privateJwk: await exportJWK(pair.privateKey) };
};

const refused = { code: 'invalid_request' };

describe('device keys', () => {
  it('takes public P-256 and Ed25519 keys and keeps only their own members', async () => {
    const p256 = (await newKey('ES256')).publicJwk;
    const ed25519 = (await newKey('EdDSA')).publicJwk;
    const parsed = await parseDeviceKey({ ...p256, use: 'sig', kid: 'mine', x5c: ['a'] });
    expect(Object.keys(parsed.jwk)).toEqual(['kty', 'crv', 'x', 'y']);
    expect((await parseDeviceKey(ed25519)).alg).toBe('EdDSA');
  });

  it('refuses private, symmetric, RSA, P-384 and off-curve keys', async () => {
    const { publicJwk, privateJwk } = await newKey('ES256');
    const offCurve = { ...publicJwk, y: publicJwk.x! };
    const others = [
      (await newKey('RS256')).publicJwk,
      (await newKey('ES384')).publicJwk,
      { kty: 'oct', k: 'AAAA' },
    ];
    for (const jwk of [privateJwk, offCurve, ...others, {}])
      await expect(parseDeviceKey(jwk)).rejects.toMatchObject(refused);
  });

  it('refuses a second spelling of the same key', async () => {
    const { publicJwk } = await newKey('ES256');
    const last = publicJwk.x!.slice(-1);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = publicJwk.x!.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1];
    expect(Buffer.from(other, 'base64url').equals(Buffer.from(publicJwk.x!, 'base64url'))).toBe(true);
    for (const x of [other, `${publicJwk.x}=`])
      await expect(parseDeviceKey({ ...publicJwk, x })).rejects.toMatchObject(refused);
  });

  it('refuses none, too many, repeated keys, and kinds the format does not take', async () => {
    const { publicJwk } = await newKey('ES256');
    const ed25519 = (await newKey('EdDSA')).publicJwk;
    const parse = (keys: JWK[], algs = ['ES256', 'EdDSA'], most = 2) => parseDeviceKeys(keys, algs, most);
    for (const keys of [[], [publicJwk, publicJwk], [publicJwk, ed25519, publicJwk]])
      await expect(parse(keys)).rejects.toMatchObject(refused);
    await expect(parse([ed25519], ['ES256'])).rejects.toMatchObject(refused);
    expect(await parse([publicJwk, ed25519])).toHaveLength(2);
  });
});
