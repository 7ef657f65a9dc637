// @sd-jwt/core by itself: one issue or one verification of the same claims, nothing stored, no status looked up.
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { SDJwtInstance } from '@sd-jwt/core';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const dsaEncoding = 'ieee-p1363';

const instance = new SDJwtInstance({
  hashAlg: 'sha-256',
  hasher: (data) =>
    createHash('sha256')
      .update(typeof data === 'string' ? data : Buffer.from(data))
      .digest(),
  saltGenerator: () => randomBytes(16).toString('base64url'),
  signAlg: 'ES256',
  signer: (data) => sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding }).toString('base64url'),
  verifier: (data, signature) =>
    verify('sha256', Buffer.from(data), { key: publicKey, dsaEncoding }, Buffer.from(signature, 'base64url')),
});

/** `signed`: an SD-JWT VC of ours; the same fields are made selective. */
export const sdJwtCore = async (signed) => {
  const decoded = await instance.decode(signed);
  const { _sd: _digests, _sd_alg: _alg, ...open } = decoded.jwt.payload;
  const selective = Object.fromEntries(decoded.disclosures.map(({ key, value }) => [key, value]));
  const frame = { _sd: Object.keys(selective) };
  const issueOne = () =>
    instance.issue({ ...open, ...selective }, frame, {
      header: { typ: 'dc+sd-jwt', kid: decoded.jwt.header.kid },
    });
  const theirs = await issueOne();
  return {
    issue: {
      subject: '@sd-jwt/core issue',
      peer: true,
      run: issueOne,
      note: 'one signature, nothing stored',
    },
    verify: {
      subject: '@sd-jwt/core verify',
      peer: true,
      note: 'no trust list, no status, no type',
      run: () => instance.verify(theirs),
    },
  };
};
