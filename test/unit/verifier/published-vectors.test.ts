/** Vectors of the specifications themselves (test/vectors/README.md), against our own code and not only a library's. */
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes, createDocumentSigner } from '../../../src/credentials/formats/data-integrity.ts';
import { renderBitstring, renderTokenList } from '../../../src/credentials/status/render-bits.ts';
import { verifyEs256 } from '../../../src/verifier/core/crypto.ts';
import { staticContexts, verify } from '../../../src/verifier/core/index.ts';
import { parseJws, verifyJws } from '../../../src/verifier/core/jws.ts';
import { decompressPoint } from '../../../src/verifier/core/p256.ts';
import { disclosedClaims, textDigest } from '../../../src/verifier/core/sd-jwt.ts';
import { inflateStatusList, statusAt } from '../../../src/verifier/core/status-bits.ts';
import type { PublicKeyJwk } from '../../../src/verifier/core/trust-list.ts';
import { createTestProvince, now } from './test-province.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Multibase base58-btc, by the definition: digits of one number, leading 1s are zero bytes. */
const fromMultibase = (text: string): Uint8Array<ArrayBuffer> => {
  let value = 0n;
  for (const digit of text.slice(1)) value = value * 58n + BigInt(base58.indexOf(digit));
  const hex = value.toString(16);
  return new Uint8Array(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
};

describe('RFC 9901 §5', () => {
  const rfc = read<{
    issuerKey: PublicKeyJwk;
    disclosures: { disclosure: string; digest: string }[];
    issued: string;
    presented: string;
    presentedSdHash: string;
  }>('rfc9901/section-5.json');
  const jwt = parseJws(rfc.issued.split('~')[0]!, 'example+sd-jwt')!;

  it('the issuer’s signature fits, and no longer after any change of its last part', async () => {
    expect(await verifyJws(jwt, rfc.issuerKey)).toBe(true);
    for (let at = 0; at < jwt.signature.length; at += 1) {
      const signature = jwt.signature.slice();
      signature[at]! ^= 1;
      expect(await verifyJws({ ...jwt, signature }, rfc.issuerKey)).toBe(false);
    }
  });

  it.each(rfc.disclosures)('the digest of $disclosure is $digest', async ({ disclosure, digest }) => {
    expect(await textDigest(disclosure)).toBe(digest);
  });

  it('the disclosures of plain values give the claims back by their digests', async () => {
    const plain = rfc.disclosures.filter(({ digest }) => (jwt.payload._sd as string[]).includes(digest));
    const flat = plain.filter(({ disclosure }) => !Buffer.from(disclosure, 'base64url').includes('{'));
    const { _sd, _sd_alg } = jwt.payload;
    expect(
      await disclosedClaims(
        { _sd, _sd_alg },
        flat.map(({ disclosure }) => disclosure),
      ),
    ).toEqual({
      given_name: 'John',
      family_name: 'Doe',
      email: 'johndoe@example.com',
      phone_number: '+1-202-555-0101',
      phone_number_verified: true,
      birthdate: '1940-01-01',
      updated_at: 1_570_000_000,
    });
  });

  it('objects and array elements that can be disclosed are none of our formats: refused, not half read', async () => {
    expect(await disclosedClaims(jwt.payload, rfc.issued.split('~').slice(1, -1))).toBeUndefined();
  });

  it('the KB-JWT fits the key in cnf and is over the presented text', async () => {
    const text = rfc.presented;
    const end = text.lastIndexOf('~') + 1;
    const keyBinding = parseJws(text.slice(end), 'kb+jwt')!;
    const { jwk } = jwt.payload.cnf as { jwk: PublicKeyJwk };
    expect(await verifyJws(keyBinding, jwk)).toBe(true);
    expect(await verifyJws(keyBinding, rfc.issuerKey)).toBe(false);
    expect(await textDigest(text.slice(0, end))).toBe(rfc.presentedSdHash);
    expect(keyBinding.payload).toMatchObject({ nonce: '1234567890', sd_hash: rfc.presentedSdHash });
  });

  it('the verifier takes none of it for a certificate', async () => {
    const trusted = await (await createTestProvince()).trustedWith();
    for (const text of [rfc.issued, rfc.presented])
      expect((await verify(text, trusted, { now })).outcome).toBe('not_valid');
  });
});

interface Signed {
  combinedHash: string;
  signed: Record<string, unknown> & {
    proof: { created: string; verificationMethod: string; proofValue: string };
  };
}

describe('Data Integrity', () => {
  /** What the vectors stand on, and nothing else. */
  const loadContext = async (url: string) => {
    const examples = { '@context': { '@vocab': 'https://www.w3.org/ns/credentials/examples#' } };
    const document =
      url === 'https://www.w3.org/ns/credentials/examples/v2'
        ? examples
        : (await staticContexts())[url]?.document;
    if (!document) throw new Error(url);
    return { contextUrl: null, documentUrl: url, document };
  };
  const eddsa = read<Signed>('w3c-vc-di-eddsa/alumni.json');
  const ecdsa = read<Signed>('w3c-vc-di-ecdsa/alumni-p256.json');

  describe('EdDSA Cryptosuites, eddsa-rdfc-2022', () => {
    const { signed, combinedHash } = eddsa;
    const { proof, ...document } = signed;
    const signature = fromMultibase(proof.proofValue);

    it('the bytes under the proof are those of the specification, read and written', async () => {
      expect(Buffer.from(await canonicalBytes(signed, loadContext)).toString('hex')).toBe(combinedHash);
      const terms = {
        verificationMethod: proof.verificationMethod,
        created: proof.created,
      };
      const sign = createDocumentSigner(loadContext);
      // First the library, then the template that was made beside it.
      for (const round of ['library', 'template']) {
        const { toBeSigned, assemble } = await sign({ ...document }, terms);
        expect([round, Buffer.from(toBeSigned).toString('hex')]).toEqual([round, combinedHash]);
        expect(await assemble(signature)).toEqual(signed);
      }
    });

    it('the signature fits the key that its method names', () => {
      const [, , ...raw] = fromMultibase(proof.verificationMethod.split('#')[1]!);
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') };
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      expect(verifySignature(null, Buffer.from(combinedHash, 'hex'), key, signature)).toBe(true);
    });
  });

  it('ECDSA Cryptosuites, ecdsa-rdfc-2019: our P-256 takes the signature by the compressed key of its method', async () => {
    const { signed, combinedHash } = ecdsa;
    const [, , parity, ...x] = fromMultibase(signed.proof.verificationMethod.split('#')[1]!);
    const key = decompressPoint(new Uint8Array(x), parity === 3)!;
    const signature = fromMultibase(signed.proof.proofValue);
    const data = await canonicalBytes(signed, loadContext, 'ecdsa-rdfc-2019');
    expect(Buffer.from(data).toString('hex')).toBe(combinedHash);
    const { proof, ...document } = signed;
    const { toBeSigned, assemble } = await createDocumentSigner(loadContext, 'ecdsa-rdfc-2019')(
      document,
      proof,
    );
    expect(Buffer.from(toBeSigned).toString('hex')).toBe(combinedHash);
    expect(await assemble(signature)).toEqual(signed);
    expect(await verifyEs256(key, data, signature)).toBe(true);
    for (const at of [0, 31, 32, 63]) {
      const changed = data.slice();
      changed[at]! ^= 1;
      expect(await verifyEs256(key, changed, signature)).toBe(false);
    }
  });

  it('the verifier takes neither for a certificate of the province', async () => {
    const trusted = await (await createTestProvince()).trustedWith();
    for (const { signed } of [eddsa, ecdsa])
      expect((await verify(JSON.stringify(signed), trusted, { now })).outcome).toBe('not_valid');
  });
});

describe('Token Status List', () => {
  const { lists } = read<{
    lists: { title: string; size: number; lst: string; statuses: Record<string, number> }[];
  }>('token-status-list/two-bits.json');
  const states = ['valid', 'invalid', 'suspended', undefined];

  describe.each(lists)('$title', ({ size, lst, statuses }) => {
    let bits: Uint8Array;
    beforeAll(async () => {
      bits = (await inflateStatusList(lst, size))!;
    });

    it('is read as the draft says, at every index and nowhere else', () => {
      const wrong = [];
      for (let index = 0; index < size; index += 1)
        if (statusAt(bits, size, index) !== states[statuses[index] ?? 0]) wrong.push(index);
      expect(wrong).toEqual([]);
      for (const index of [-1, size, size + 1, 0.5, Number.NaN])
        expect(statusAt(bits, size, index)).toBeUndefined();
    });

    it('is written by us so that the same bytes come out', async () => {
      const written = renderTokenList({ list: 1, size, bits, readAt: now });
      expect(await inflateStatusList(written, size)).toEqual(bits);
    });

    it('is refused when it holds more or fewer entries than it says', async () => {
      expect(await inflateStatusList(lst, size - 4)).toBeUndefined();
      expect(await inflateStatusList(lst, size + 1)).toBeUndefined();
      expect(await inflateStatusList(lst.slice(0, -4), size)).toBeUndefined();
    });
  });
});

it('Bitstring Status List: the example of a list with nobody on it is what we write for one', () => {
  const { entries, encodedList } = read<{ entries: number; encodedList: string }>(
    'bitstring-status-list/empty.json',
  );
  const none = { list: 1, size: entries, bits: new Uint8Array(entries / 4), readAt: now };
  const open = (text: string) => gunzipSync(Buffer.from(text.slice(1), 'base64url'));
  expect(encodedList[0]).toBe('u');
  for (const purpose of ['revocation', 'suspension'] as const)
    expect(open(renderBitstring(none, purpose))).toEqual(open(encodedList));
});
