import { encode } from 'base58-universal';
import type { JWK } from 'jose';

/** CID 1.0 §2.2.2: an Ed25519 key after 0xed 0x01, a compressed P-256 point after 0x80 0x24. */
const multicodec = ({ crv, x = '', y = '' }: JWK): Buffer => {
  const point = Buffer.from(x, 'base64url');
  if (crv === 'Ed25519') return Buffer.concat([Buffer.from([0xed, 0x01]), point]);
  const odd = (Buffer.from(y, 'base64url').at(-1) ?? 0) & 1;
  return Buffer.concat([Buffer.from([0x80, 0x24, 2 + odd]), point]);
};

/** `z` + base58btc of a public key, Ed25519 or P-256, as Multikey gives it. */
export const publicKeyMultibase = (jwk: JWK): string => `z${encode(multicodec(jwk))}`;
