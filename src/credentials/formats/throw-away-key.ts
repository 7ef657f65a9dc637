import { generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

/** A key made for one trial signature and forgotten: its copy is checked, never stored and never handed out. */
export interface ThrowAwayKey {
  publicJwk: JWK;
  sign(data: Uint8Array): Uint8Array;
}

const generate = promisify(generateKeyPair);

export const createThrowAwayKey = async (alg: 'ES256' | 'EdDSA'): Promise<ThrowAwayKey> => {
  const pair = alg === 'ES256' ? await generate('ec', { namedCurve: 'P-256' }) : await generate('ed25519');
  const { privateKey, publicKey } = pair as { privateKey: KeyObject; publicKey: KeyObject };
  return {
    publicJwk: publicKey.export({ format: 'jwk' }) as JWK,
    sign: (data) =>
      alg === 'ES256'
        ? sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
        : sign(null, data, privateKey),
  };
};
