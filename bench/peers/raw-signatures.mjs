// The floor: one signature over bytes of the size that a certificate's signature is over, by node:crypto.
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';

const keys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  Ed25519: generateKeyPairSync('ed25519'),
};

const signBy = {
  ES256: (data) => sign('sha256', data, { key: keys.ES256.privateKey, dsaEncoding: 'ieee-p1363' }),
  Ed25519: (data) => sign(null, data, keys.Ed25519.privateKey),
};

const verifyBy = {
  ES256: (data, signature) =>
    verify('sha256', data, { key: keys.ES256.publicKey, dsaEncoding: 'ieee-p1363' }, signature),
  Ed25519: (data, signature) => verify(null, data, keys.Ed25519.publicKey, signature),
};

export const rawSign = (alg, bytes, signatures = 1) => {
  const data = randomBytes(bytes);
  return {
    subject: `raw ${alg} sign${signatures > 1 ? ` ×${signatures}` : ''}`,
    run() {
      for (let made = 0; made < signatures; made += 1) signBy[alg](data);
    },
  };
};

export const rawVerify = (alg, bytes, signatures = 1) => {
  const data = randomBytes(bytes);
  const signature = signBy[alg](data);
  return {
    subject: `raw ${alg} verify${signatures > 1 ? ` ×${signatures}` : ''}`,
    run() {
      for (let made = 0; made < signatures; made += 1) {
        if (!verifyBy[alg](data, signature)) throw new Error('a good signature was refused');
      }
    },
  };
};
