import { describe, expect, it } from '@jest/globals';
import { credentialNonces } from '../../../src/credentials/openid4vci/credential-nonce.ts';

const secret = new Uint8Array(32).fill(7);

describe('c_nonce', () => {
  it('is good for five minutes, and not a second longer', () => {
    let time = 1_800_000_000_000;
    const nonces = credentialNonces(secret, { now: () => time });
    const nonce = nonces.nextChallenge();
    time += 300_000;
    expect(nonces.checkChallenge(nonce)).toBe(true);
    time += 1_000;
    expect(nonces.checkChallenge(nonce)).toBe(false);
  });

  it('is refused with any character changed, of another secret, or made up', () => {
    const clock = { now: () => 1_800_000_000_000 };
    const nonces = credentialNonces(secret, clock);
    const nonce = nonces.nextChallenge();
    for (let at = 0; at < nonce.length; at += 1) {
      const changed = `${nonce.slice(0, at)}${nonce[at] === 'b' ? 'c' : 'b'}${nonce.slice(at + 1)}`;
      expect(nonces.checkChallenge(changed)).toBe(false);
    }
    expect(credentialNonces(new Uint8Array(32), clock).checkChallenge(nonce)).toBe(false);
    for (const text of ['', '..', 'a.b.c', `${nonce}.x`]) expect(nonces.checkChallenge(text)).toBe(false);
  });

  it('has one spelling: what a lenient decoder would read alike is another nonce, and refused', () => {
    const nonces = credentialNonces(secret, { now: () => 1_800_000_000_000 });
    const nonce = nonces.nextChallenge();
    for (const more of ['=', '!', ' ', '\n']) expect(nonces.checkChallenge(nonce + more)).toBe(false);
  });
});
