/** An authenticator in software (WebAuthn Level 3 §6): one ES256 key with user verification, no attestation. */
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { encode } from 'cborg';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const userPresentAndVerified = 0x05;
const withCredential = 0x40;

export interface SoftPasskey {
  /** What the browser posts after making it. */
  attest(challenge: string): string;
  /** What the browser posts after signing with it. */
  assert(challenge: string): string;
}

export const softPasskey = (origin: string): SoftPasskey => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  let counter = 0;
  const authData = (flags: number): Buffer => {
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    counter += 1;
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(new URL(origin).hostname), head]);
  };
  const clientData = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const posted = (response: object): string =>
    JSON.stringify({
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response,
    });
  return {
    attest(challenge) {
      const key = new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x!, 'base64url')],
        [-3, Buffer.from(y!, 'base64url')],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const data = Buffer.concat([
        authData(userPresentAndVerified | withCredential),
        Buffer.alloc(16),
        length,
        id,
        Buffer.from(encode(key)),
      ]);
      const attestation = encode({ fmt: 'none', attStmt: {}, authData: data });
      return posted({
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: Buffer.from(attestation).toString('base64url'),
        transports: ['internal'],
      });
    },
    assert(challenge) {
      const data = authData(userPresentAndVerified);
      const client = clientData('webauthn.get', challenge);
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(privateKey);
      return posted({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      });
    },
  };
};
