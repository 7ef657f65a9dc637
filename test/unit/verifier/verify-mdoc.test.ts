import { beforeAll, describe, expect, it } from '@jest/globals';
import { encode, Tagged } from 'cborg';
import { base64url } from 'jose';
import { type Trusted, verify } from '../../../src/verifier/core/index.ts';
import {
  deviceResponseOf,
  issuerSignedOf,
  type MdocChanges,
  mdocType,
  namespace,
  type ShownChanges,
  session,
  textOf,
} from './make-mdoc.ts';
import { certificateOf } from './test-certificate.ts';
import {
  baseUrl,
  createTestProvince,
  day,
  now,
  type PackChanges,
  revokedIndex,
  suspendedIndex,
  type TestProvince,
  undefinedIndex,
} from './test-province.ts';

let province: TestProvince;
let trusted: Trusted;

const trustedWith = (changes: PackChanges = {}) =>
  province.trustedWith({
    ...changes,
    pack: (payload) => {
      payload.types = [structuredClone(mdocType)];
      changes.pack?.(payload);
    },
  });

beforeAll(async () => {
  province = await createTestProvince();
  trusted = await trustedWith();
});

const verdictOf = (text: string, by = trusted) => verify(text, by, { now });
const issuedCode = async (changes: MdocChanges = {}, by = trusted) =>
  (await verdictOf(textOf(await issuerSignedOf(province, changes)), by)).code;
const shownCode = async (changes: ShownChanges = {}, transcript = session('n-1')) =>
  (
    await verify(textOf(await deviceResponseOf(province, changes)), trusted, {
      now,
      sessionTranscript: transcript,
    })
  ).code;

const infoOf = (mso: Record<string, unknown>) => mso.validityInfo as Record<string, unknown>;
const at = (seconds: number) => new Tagged(0, `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`);

describe('an ISO mdoc as issued', () => {
  it('is valid, says what it shows with its labels, and that a bare file proves no holder', async () => {
    const verdict = await verdictOf(textOf(await issuerSignedOf(province)));
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict).toMatchObject({
      code: 'valid',
      format: 'mso_mdoc',
      holderProven: false,
      issuer: { id: 'zj-police' },
    });
    expect(verdict.fields.map(({ name, value }) => [name, value])).toEqual([
      ['name', '张三'],
      ['licence_number', '33010119900307123X'],
      ['valid_until', '2032-05-04'],
      ['organ_donor', '是 Yes'],
      ['photo', '/9j/2Q=='],
    ]);
  });

  it('takes the digest algorithm that the signed object names, SHA-512 as well', async () => {
    expect(await issuedCode({ digestAlgorithm: 'SHA-512' })).toBe('valid');
  });

  it('is never valid with one byte of items or signed object changed', async () => {
    const good = Buffer.from(textOf(await issuerSignedOf(province)), 'base64url');
    const certificate = good.indexOf(Uint8Array.of(0x30, 0x82)); // its other words nobody goes by
    const length = good.readUInt16BE(certificate + 2) + 4;
    for (let i = 0; i < good.length; i += 7) {
      if (i >= certificate && i < certificate + length) continue;
      const changed = Buffer.from(good);
      changed[i] = changed[i]! ^ 1;
      expect((await verdictOf(changed.toString('base64url'))).code).not.toBe('valid');
    }
  });
});

describe('security (b) mdoc checks left out', () => {
  it('wrong digest: a changed, renamed or added element is refused', async () => {
    expect(
      await issuedCode({ shownItems: (items) => Object.assign(items[0]!, { elementValue: '李四' }) }),
    ).toBe('tampered');
    expect(
      await issuedCode({ shownItems: (items) => Object.assign(items[1]!, { elementIdentifier: 'donor2' }) }),
    ).toBe('tampered');
    const added = { digestID: 9, random: new Uint8Array(32), elementIdentifier: 'x', elementValue: 1 };
    expect(await issuedCode({ shownItems: (items) => void items.push(added) })).toBe('tampered');
  });

  it('hash algorithm: never that of the presentation, and none that nobody named', async () => {
    const mixed = await issuerSignedOf(province, { digestAlgorithm: 'SHA-512' });
    const wrong = await issuerSignedOf(province, {
      mso: (mso) => void Object.assign(mso, { digestAlgorithm: 'SHA-384' }),
    });
    expect((await verdictOf(textOf(wrong))).code).toBe('tampered');
    // Beside the signed object there is no room to name one.
    expect((await verdictOf(textOf({ ...mixed, digestAlgorithm: 'SHA-256' }))).code).toBe('malformed');
    for (const digestAlgorithm of ['SHA-1', 'MD5', 'sha-256', '', 7])
      expect(await issuedCode({ mso: (mso) => void Object.assign(mso, { digestAlgorithm }) })).toBe(
        'malformed',
      );
  });

  it('expired MSO: refused, and so is one that is not valid yet', async () => {
    expect(await issuedCode({ from: now - 40 * day, to: now - 1 })).toBe('expired');
    expect(await issuedCode({ from: now + day })).toBe('not_yet_valid');
    const later = (mso: Record<string, unknown>) =>
      void Object.assign(infoOf(mso), { validFrom: at(now + day) });
    expect(await issuedCode({ mso: later })).toBe('not_yet_valid');
  });

  it('untrusted root: a key that only a certificate names is unknown', async () => {
    expect(await issuedCode({ signer: province.keys['other-device'] })).toBe('unknown_issuer');
  });

  it('another’s certificate beside a listed key’s signature is refused', async () => {
    const finance = await certificateOf(province.keys.finance, { signer: province.keys.root });
    expect(await issuedCode({ certificate: finance })).toBe('tampered');
    expect(await issuedCode({ signer: province.keys.finance })).toBe('issuer_not_allowed');
  });

  it('a certificate that had ended, or had not begun, when the document was signed is refused', async () => {
    const { police, root } = province.keys;
    const ended = await certificateOf(police, { signer: root, to: now - day });
    const coming = await certificateOf(police, { signer: root, from: now });
    expect(await issuedCode({ certificate: ended })).toBe('unknown_issuer');
    expect(await issuedCode({ certificate: coming })).toBe('unknown_issuer');
  });

  it('cloned device key: shown with another key it is refused', async () => {
    expect(await shownCode()).toBe('valid');
    expect(await shownCode({ holder: province.keys['other-device'] })).toBe('wrong_holder');
  });

  it('other transcript: shown for another session it is refused', async () => {
    expect(await shownCode({}, session('n-2'))).toBe('wrong_holder');
  });

  it('device signature missing: a bare credential does not answer a session', async () => {
    const text = textOf(await issuerSignedOf(province));
    const verdict = await verify(text, trusted, { now, sessionTranscript: session('n-1') });
    expect(verdict.code).toBe('wrong_holder');
  });

  it('document type: another than the signed one is refused, and one that no type of ours has', async () => {
    expect(await shownCode({ shownAs: 'org.iso.18013.5.1.other' })).toBe('tampered');
    expect(await issuedCode({ mso: (mso) => void Object.assign(mso, { docType: 'other' }) })).toBe(
      'unsupported',
    );
  });

  it('device elements: what the phone itself claims is signed over, and never shown as the issuer’s', async () => {
    const deviceNameSpaces = { [namespace]: { family_name: '李四' } };
    const text = textOf(await deviceResponseOf(province, { deviceNameSpaces }));
    const verdict = await verify(text, trusted, { now, sessionTranscript: session('n-1') });
    expect(verdict.fields.find(({ name }) => name === 'name')?.value).toBe('张三');
    expect(verdict).toMatchObject({ code: 'valid', holderProven: true });
  });

  it('a MAC, which only the reader of its session could check, is unsupported', async () => {
    const mac = [encode(new Map([[1, 5]])), new Map(), null, new Uint8Array(32)];
    const document = (one: Record<string, unknown>) =>
      void Object.assign(one.deviceSigned as object, { deviceAuth: { deviceMac: mac } });
    expect(await shownCode({ document })).toBe('unsupported');
  });
});

describe('keys and status of an ISO mdoc', () => {
  it.each([
    ['compromised', 'key_compromised'],
    ['retired', 'valid'],
  ] as const)('a key that is %s: %s', async (state, code) => {
    const by = await trustedWith({ list: (list) => void Object.assign(list.keys[0]!, { state }) });
    expect(await issuedCode({}, by)).toBe(code);
  });

  it('refuses a key outside its time and types', async () => {
    const late = await trustedWith({
      list: (list) => void Object.assign(list.keys[0]!, { to: now - 10 * day }),
    });
    expect(await issuedCode({}, late)).toBe('unknown_issuer');
    const other = await trustedWith({ list: (list) => void Object.assign(list.keys[0]!, { types: [] }) });
    expect(await issuedCode({}, other)).toBe('issuer_not_allowed');
  });

  it.each([
    [revokedIndex, 'revoked'],
    [suspendedIndex, 'suspended'],
    [undefinedIndex, 'status_unknown'],
    [2 ** 31, 'status_unknown'],
  ])('status entry %i: %s', async (index, code) => {
    expect(await issuedCode({ index })).toBe(code);
  });

  it('without a status, or with one in no list of the pack, it is not valid', async () => {
    expect(await issuedCode({ mso: (mso) => void delete mso.status })).toBe('status_unknown');
    const elsewhere = { status_list: { idx: 1, uri: `${baseUrl}/status/9` } };
    expect(await issuedCode({ mso: (mso) => void Object.assign(mso, { status: elsewhere }) })).toBe(
      'status_unknown',
    );
  });
});

describe('bytes that are no mdoc', () => {
  const mso = (change: object) => ({
    mso: (one: Record<string, unknown>) => void Object.assign(one, change),
  });
  const item = (change: object) => ({
    items: (items: Record<string, unknown>[]) => void Object.assign(items[0]!, change),
  });

  it.each<[string, MdocChanges]>([
    ['another version', mso({ version: '2.0' })],
    ['a member nobody knows', mso({ more: 1 })],
    ['no device key', mso({ deviceKeyInfo: {} })],
    ['a device key of another curve', mso({ deviceKeyInfo: { deviceKey: new Map([[1, 1]]) } })],
    ['times as plain text', mso({ validityInfo: { signed: 'now', validFrom: 'now', validUntil: 'now' } })],
    ['times with fractions', mso({ validityInfo: { signed: new Tagged(0, '2026-11-23T00:00:00.5Z') } })],
    ['a short salt', item({ random: new Uint8Array(8) })],
    ['an element there twice', item({ elementIdentifier: 'donor' })],
    ['a digest there twice', item({ digestID: 3 })],
    ['an unknown tag', item({ elementValue: new Tagged(37, new Uint8Array(16)) })],
    ['a float', item({ elementValue: 1.5 })],
    ['a value no field of ours has', item({ elementValue: { a: 1 } })],
    ['no certificate', { issuerAuth: (parts) => void parts.splice(1, 1, new Map()) }],
    [
      'a certificate that is none',
      { issuerAuth: (parts) => void parts.splice(1, 1, new Map([[33, Uint8Array.of(1)]])) },
    ],
    ['an empty chain', { issuerAuth: (parts) => void parts.splice(1, 1, new Map([[33, []]])) }],
    [
      'another header beside it',
      { issuerAuth: (parts) => void (parts[1] as Map<number, unknown>).set(4, 'k') },
    ],
    ['another algorithm', { issuerAuth: (parts) => void parts.splice(0, 1, encode(new Map([[1, -35]]))) }],
    ['a DER signature', { issuerAuth: (parts) => void parts.splice(3, 1, new Uint8Array(70)) }],
  ])('%s', async (_, changes) => {
    expect(await issuedCode(changes)).toBe('malformed');
  });

  it.each<[string, ShownChanges]>([
    [
      'two documents',
      { response: (one) => void (one.documents as unknown[]).push((one.documents as unknown[])[0]) },
    ],
    ['no document', { response: (one) => void Object.assign(one, { documents: [] }) }],
    ['a failed status', { response: (one) => void Object.assign(one, { status: 10 }) }],
    ['both a signature and a MAC', { document: (one) => void addMac(one) }],
  ])('a response with %s', async (_, changes) => {
    expect(await shownCode(changes)).toBe('malformed');
  });

  const addMac = (one: Record<string, unknown>) => {
    const { deviceAuth } = one.deviceSigned as { deviceAuth: Record<string, unknown> };
    deviceAuth.deviceMac = deviceAuth.deviceSignature;
  };

  it.each([
    ['more bytes behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])])],
    ['less', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['an indefinite length', (bytes: Buffer) => Buffer.concat([Buffer.from([0xbf]), bytes.subarray(1)])],
    ['ten thousand arrays in each other', () => Buffer.alloc(20_000, 0x81)],
  ])('%s', async (_, change) => {
    const good = Buffer.from(textOf(await issuerSignedOf(province)), 'base64url');
    expect((await verdictOf(base64url.encode(change(good)))).code).toBe('malformed');
  });

  it('a text that is too long, and a second spelling of a good one', async () => {
    expect((await verdictOf(`o${'A'.repeat(300_000)}`)).code).toBe('malformed');
    let text = '';
    do text = textOf(await issuerSignedOf(province, { items: (items) => void items.pop() }));
    while (text.length % 4 === 0);
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spelt = text.slice(0, -1) + last[last.indexOf(text.at(-1)!) + 1];
    expect((await verdictOf(spelt)).code).toBe('malformed');
  });
});
