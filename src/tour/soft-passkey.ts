/** A passkey in software: makes what a browser would post (WebAuthn Level 3 §6), with an ES256 key of its own. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { encode } from 'cborg';

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const present = 1;
const verified = 4;
const attested = 64;

export interface AnswerOver {
  origin?: string;
  rpId?: string;
  /** Default: user present and verified. */
  flags?: number;
  /** Default: one more than before. */
  counter?: number;
  userHandle?: string;
  type?: string;
}

export class SoftPasskey {
  readonly #origin: string;
  readonly #id = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter = 0;
  #userHandle = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  #client(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData(rpId: string, flags: number, counter: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count]);
  }

  /** The answer to `navigator.credentials.create`. */
  create(options: { challenge: string; rp: { id?: string }; user: { id: string } }): string {
    this.#userHandle = options.user.id;
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    // RFC 9053: kty EC2, alg ES256, crv P-256.
    const key = encode(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    );
    const head = this.#authenticatorData(options.rp.id!, present | verified | attested, 0);
    const length = Buffer.from([0, this.#id.length]);
    const authData = Buffer.concat([head, Buffer.alloc(16), length, this.#id, key]);
    return JSON.stringify({
      id: text(this.#id),
      rawId: text(this.#id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(this.#client('webauthn.create', options.challenge, this.#origin)),
        attestationObject: text(encode({ fmt: 'none', attStmt: {}, authData: new Uint8Array(authData) })),
        transports: ['internal'],
      },
    });
  }

  /** The answer to `navigator.credentials.get`. */
  answer(challenge: string, over: AnswerOver = {}): string {
    const { origin = this.#origin, rpId = new URL(origin).hostname, flags = present | verified } = over;
    const data = this.#authenticatorData(rpId, flags, over.counter ?? ++this.#counter);
    const client = this.#client(over.type ?? 'webauthn.get', challenge, origin);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#keys.privateKey);
    return JSON.stringify({
      id: text(this.#id),
      rawId: text(this.#id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(client),
        authenticatorData: text(data),
        signature: text(signature),
        userHandle: over.userHandle ?? this.#userHandle,
      },
    });
  }
}

/** What the passkey form of a page asks the browser for. */
export const passkeyOptionsOf = (page: { text: string }): Parameters<SoftPasskey['create']>[0] => {
  const options = /data-options="([^"]+)"/.exec(page.text)?.[1];
  if (options === undefined) throw new Error('no passkey form on the page');
  return JSON.parse(options.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
};

/** The challenge a page with a passkey form holds. */
export const challengeOf = (page: { text: string }): string => passkeyOptionsOf(page).challenge;
