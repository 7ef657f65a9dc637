/**
 * Writes test/vectors/: fixed test keys, a pack, and codes and credentials with the verdict each must get.
 * ECDSA signatures are random, so a new run gives other bytes with the same verdicts. The keys are kept.
 * Run: node --import ./scripts/typescript.mjs scripts/make-verifier-vectors.ts
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JWK } from 'jose';
import { decodeJwt } from 'jose';
import {
  annotatedCopyTyp,
  applyDelta,
  base45Decode,
  base45Encode,
  createReplayMemory,
  makeDelta,
  type PackMemory,
  type PackPayload,
  type Trusted,
  type Verdict,
  verify,
} from '../src/verifier/core/index.ts';
import { inPlaceOf, showCodeOfPayload } from '../test/unit/verifier/sign-again.ts';
import {
  baseUrl,
  createTestProvince,
  day,
  fields,
  goodIndex,
  type KeyName,
  keyNames,
  makeKey,
  makeKeys,
  now,
  type PackChanges,
  revokedIndex,
  signJws,
  suspendedIndex,
  viewValues,
} from '../test/unit/verifier/test-province.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(`../test/vectors/${name}`, import.meta.url));
const write = (name: string, content: unknown): void =>
  writeFileSync(fileOf(name), `${JSON.stringify(content, null, 2)}\n`);

const readOrMakeKeys = async (): Promise<Record<KeyName, JWK>> => {
  if (existsSync(fileOf('verifier-keys.json'))) {
    return JSON.parse(readFileSync(fileOf('verifier-keys.json'), 'utf8')).private_keys;
  }
  const keys = await makeKeys();
  const privateKeys = Object.fromEntries(keyNames.map((name) => [name, keys[name].privateJwk])) as Record<
    KeyName,
    JWK
  >;
  write('verifier-keys.json', {
    note: 'Test keys, public on purpose. They sign nothing but these vectors.',
    private_keys: privateKeys,
  });
  return privateKeys;
};

interface Case {
  title: string;
  input: string;
  now?: number;
  /** Hex. */
  nonce?: string;
  /** Codes this device judged before, in order: it remembers what it accepted, and hands a first code on. */
  before?: { input: string; now: number }[];
  /** Place in pack.json of the pack it is judged by; the first without it. */
  pack?: number;
  expected: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const province = await createTestProvince(await readOrMakeKeys());
const trusted = await province.trustedWith();
const compromised: PackChanges = { list: ({ keys }) => Object.assign(keys[0]!, { state: 'compromised' }) };
/** Places in pack.json. */
const [compromisedPack, gapsPack] = [9, 10];
const trustedBy = new Map<number, Trusted>([
  [compromisedPack, await province.trustedWith(compromised)],
  [gapsPack, await province.trustedWith({ pack: (payload) => province.withGaps(payload) })],
]);
const stranger = await makeKey('ES256');
const forger = { ...stranger, kid: province.keys.police.kid };
const nonce = Uint8Array.from({ length: 8 }, (_, i) => 0xa0 + i);
const careful = { view: 12, values: { 2: '张三', 3: true } };
const flipLast = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
const other = { holder: province.keys['other-device'] };

/** As many bytes as the name has, in its place. */
const withName = (...bytes: number[]): Promise<string> =>
  showCodeOfPayload(province, (payload) =>
    inPlaceOf(payload, new TextEncoder().encode(fields.name), Uint8Array.from(bytes)),
  );

const carefulCode = await province.showCodeOf(careful);
const typical = await province.showCodeOf({}, { nonce });
const showCodes: Case[] = [
  { title: 'fresh, in order, with a nonce nobody asked for', input: typical, expected: 'valid' },
  { title: 'with the nonce that was asked for', input: typical, nonce: hex(nonce), expected: 'valid' },
  { title: 'with another nonce', input: typical, nonce: hex(nonce.toReversed()), expected: 'replayed' },
  {
    title: 'without the nonce that was asked for',
    input: await province.showCodeOf(),
    nonce: hex(nonce),
    expected: 'careful_second_code',
  },
  { title: '60 seconds old', input: typical, now: now + 60, expected: 'valid' },
  { title: '61 seconds old', input: typical, now: now + 61, expected: 'code_expired' },
  { title: '30 seconds ahead', input: typical, now: now - 30, expected: 'valid' },
  { title: '31 seconds ahead', input: typical, now: now - 31, expected: 'clock_wrong' },
  { title: 'by another phone', input: await province.showCodeOf({}, other), expected: 'wrong_holder' },
  {
    title: 'by a key outside the list',
    input: await province.showCodeOf({}, { signer: stranger }),
    expected: 'unknown_issuer',
  },
  {
    title: 'by a forger under a known key id',
    input: await province.showCodeOf({}, { signer: forger }),
    expected: 'tampered',
  },
  {
    title: 'by a department without the right',
    input: await province.showCodeOf({}, { signer: province.keys.finance }),
    expected: 'issuer_not_allowed',
  },
  {
    title: 'by the status key',
    input: await province.showCodeOf({}, { signer: province.keys.status }),
    expected: 'issuer_not_allowed',
  },
  {
    title: 'revoked',
    input: await province.showCodeOf({ status: { list: 1, index: revokedIndex } }),
    expected: 'revoked',
  },
  {
    title: 'suspended',
    input: await province.showCodeOf({ status: { list: 1, index: suspendedIndex } }),
    expected: 'suspended',
  },
  {
    title: 'index outside the list',
    input: await province.showCodeOf({ status: { list: 1, index: 131_072 } }),
    expected: 'status_unknown',
  },
  {
    title: 'list not in the pack',
    input: await province.showCodeOf({ status: { list: 9, index: 1 } }),
    expected: 'status_unknown',
  },
  { title: 'view expired', input: await province.showCodeOf({ exp: now }), expected: 'expired' },
  {
    title: 'view not begun',
    input: await province.showCodeOf({ nbf: now + 301 }),
    expected: 'not_yet_valid',
  },
  { title: 'view of another pack', input: await province.showCodeOf({ view: 99 }), expected: 'unsupported' },
  {
    title: 'day as text',
    input: await province.showCodeOf({ values: { ...viewValues, 5: '2016-05-04' } }),
    expected: 'malformed',
  },
  {
    title: 'a view that only answers: yes',
    input: await province.showCodeOf({ view: 13, values: { 2: true, 23: '李*' } }),
    expected: 'valid',
  },
  {
    title: 'a view that only answers: no',
    input: await province.showCodeOf({ view: 13, values: { 2: false } }),
    expected: 'answer_no',
  },
  {
    title: 'a view that only answers, and has no answer',
    input: await province.showCodeOf({ view: 13, values: {} }),
    expected: 'answer_no',
  },
  {
    title: 'a no among other fields, which are what is compared',
    input: await province.showCodeOf({ view: 12, values: { 2: '张三', 3: false } }, { nonce }),
    nonce: hex(nonce),
    expected: 'valid',
  },
  {
    title: 'careful view, first code',
    input: await province.showCodeOf(careful),
    expected: 'careful_second_code',
  },
  {
    title: 'careful view, on the counter’s nonce',
    input: await province.showCodeOf(careful, { nonce }),
    nonce: hex(nonce),
    expected: 'valid',
  },
  {
    title: 'careful view, a picture of a code forwarded 20 seconds later',
    input: carefulCode,
    now: now + 20,
    expected: 'careful_second_code',
  },
  {
    title: 'careful view, the same picture scanned again',
    before: [{ input: carefulCode, now: now + 20 }],
    input: carefulCode,
    now: now + 25,
    expected: 'careful_second_code',
  },
  {
    title: 'careful view, a second picture made before the first was scanned',
    before: [{ input: carefulCode, now: now + 20 }],
    input: await province.showCodeOf(careful, { iat: now + 19 }),
    now: now + 25,
    expected: 'careful_second_code',
  },
  {
    title: 'careful view, a code made after the first was scanned',
    before: [{ input: carefulCode, now: now + 20 }],
    input: await province.showCodeOf(careful, { iat: now + 24 }),
    now: now + 25,
    expected: 'valid',
  },
  {
    title: 'careful view, a second code more than 180 seconds later',
    before: [{ input: carefulCode, now }],
    input: await province.showCodeOf(careful, { iat: now + 181 }),
    now: now + 181,
    expected: 'careful_second_code',
  },
  {
    title: 'accepted here before',
    before: [{ input: typical, now }],
    input: typical,
    now: now + 5,
    expected: 'replayed',
  },
  { title: 'by a compromised key', input: typical, pack: compromisedPack, expected: 'key_compromised' },
  { title: 'by a pack of format 2', input: typical, pack: gapsPack, expected: 'valid' },
  {
    title: 'revoked, by a pack of format 2',
    input: await province.showCodeOf({ status: { list: 1, index: revokedIndex } }),
    pack: gapsPack,
    expected: 'revoked',
  },
  {
    title: 'status two days old',
    input: await province.showCodeOf({}, { iat: now + 2 * day }),
    now: now + 2 * day,
    expected: 'stale_pack',
  },
  {
    title: 'a name that is no UTF-8',
    input: await withName(0xff, 0xbc, 0xa0, 0xe4, 0xb8, 0x89),
    expected: 'malformed',
  },
  {
    title: 'a name behind a byte order mark',
    input: await withName(0xef, 0xbb, 0xbf, 0xe4, 0xb8, 0x89),
    expected: 'malformed',
  },
  { title: 'white space round it', input: `\ufeff\u00a0\n${typical}\r\n\u3000`, expected: 'valid' },
  { title: 'a control character behind it', input: `${typical}\u001c`, expected: 'malformed' },
  { title: 'last character changed', input: flipLast(typical), expected: 'wrong_holder' },
  { title: 'lower case prefix', input: typical.replace('SC1:', 'sc1:'), expected: 'malformed' },
  { title: 'only the prefix', input: 'SC1:', expected: 'malformed' },
];

const slipPack = await province.packOf({ pack: province.withSlips });
const slipTrusted = await province.trustedWith({ pack: province.withSlips });
const slip = await province.slipOf();
const slips: Case[] = [
  { title: 'in order', input: slip, expected: 'valid' },
  { title: 'in order, half a day later', input: slip, now: now + day / 2, expected: 'valid' },
  { title: 'past its end', input: await province.slipOf({ exp: now }), expected: 'expired' },
  { title: 'not begun', input: await province.slipOf({ iat: now + 301 }), expected: 'not_yet_valid' },
  {
    title: 'by a key outside the list',
    input: await province.slipOf({}, stranger),
    expected: 'unknown_issuer',
  },
  {
    title: 'by a forger under a known key id',
    input: await province.slipOf({}, forger),
    expected: 'tampered',
  },
  {
    title: 'by a department without the right',
    input: await province.slipOf({}, province.keys.finance),
    expected: 'issuer_not_allowed',
  },
  {
    title: 'revoked',
    input: await province.slipOf({ status: { list: 1, index: revokedIndex } }),
    expected: 'revoked',
  },
  {
    title: 'suspended',
    input: await province.slipOf({ status: { list: 1, index: suspendedIndex } }),
    expected: 'suspended',
  },
  {
    title: 'list not in the pack',
    input: await province.slipOf({ status: { list: 9, index: 1 } }),
    expected: 'status_unknown',
  },
  {
    title: 'another view of the type',
    input: await province.slipOf({ ...careful }),
    expected: 'unsupported',
  },
  { title: 'view of another pack', input: await province.slipOf({ view: 99 }), expected: 'unsupported' },
  {
    title: 'a key that the view does not have',
    input: await province.slipOf({ values: { ...viewValues, 9: 'x' } }),
    expected: 'unsupported',
  },
  {
    title: 'day as text',
    input: await province.slipOf({ values: { ...viewValues, 5: '2016-05-04' } }),
    expected: 'malformed',
  },
  {
    title: 'a whole identifier where its last parts belong',
    input: await province.slipOf({ identifier: '1.2.156.3005.2' }),
    expected: 'malformed',
  },
  {
    title: 'a view of a show code, under this prefix',
    input: `PS1:${base45Encode(await province.viewOf())}`,
    expected: 'malformed',
  },
  { title: 'under the prefix of a show code', input: slip.replace('PS1:', 'SC1:'), expected: 'malformed' },
  { title: 'last character changed', input: flipLast(slip), expected: 'tampered' },
  { title: 'lower case prefix', input: slip.replace('PS1:', 'ps1:'), expected: 'malformed' },
  { title: 'only the prefix', input: 'PS1:', expected: 'malformed' },
];

const sdJwt = await province.sdJwtOf();
const vc = await province.ldpVcOf();
const copyOf = (exp: number): Promise<string> =>
  signJws(province.keys.police, annotatedCopyTyp, {
    iss: `${baseUrl}/issuers/zj-police`,
    vct: `${baseUrl}/types/driving_licence`,
    jti: 'AC-1',
    iat: now - 300,
    exp,
    maker: { zh: '示例办事大厅', en: 'Sample service hall' },
    purpose: { zh: '办理示例事项', en: 'A sample matter' },
    fields: { name: fields.name, vehicle_class: fields.vehicle_class },
    status: { status_list: { idx: goodIndex, uri: `${baseUrl}/status/1` } },
  });
const credentials: Case[] = [
  { title: 'SD-JWT VC, all disclosed', input: sdJwt, expected: 'valid' },
  { title: 'SD-JWT VC, nothing disclosed', input: `${sdJwt.split('~')[0]}~`, expected: 'valid' },
  { title: 'SD-JWT VC, a disclosure twice', input: `${sdJwt}${sdJwt.split('~')[1]}~`, expected: 'tampered' },
  {
    title: 'SD-JWT VC, revoked',
    input: await province.sdJwtOf({}, { index: revokedIndex }),
    expected: 'revoked',
  },
  {
    title: 'SD-JWT VC, without status',
    input: await province.sdJwtOf({ status: undefined }),
    expected: 'status_unknown',
  },
  { title: 'SD-JWT VC, expired', input: await province.sdJwtOf({ exp: now }), expected: 'expired' },
  { title: 'annotated copy', input: await copyOf(now + day), expected: 'valid' },
  { title: 'annotated copy, past its time', input: await copyOf(now), expected: 'expired_copy' },
  { title: 'W3C VC', input: JSON.stringify(vc), expected: 'valid' },
  {
    title: 'W3C VC, suspended',
    input: JSON.stringify(await province.ldpVcOf({}, { index: suspendedIndex })),
    expected: 'suspended',
  },
  { title: 'W3C VC, name changed', input: JSON.stringify(vc).replace('张三', '李四'), expected: 'tampered' },
  {
    title: 'W3C VC, a name repeated',
    input: JSON.stringify(vc).replace('"name":', '"name":"李四","name":'),
    expected: 'malformed',
  },
  {
    title: 'W3C VC, inline context',
    input: JSON.stringify({ ...vc, '@context': [{ '@vocab': 'urn:x:' }] }),
    expected: 'malformed',
  },
];

for (const each of [...showCodes, ...credentials, ...slips]) {
  const { title, input, now: at = now, nonce: asked, before = [], pack, expected } = each;
  const by = slips.includes(each) ? slipTrusted : (trustedBy.get(pack ?? 0) ?? trusted);
  const seen = createReplayMemory(() => now);
  let firstCode: Verdict['firstCode'];
  for (const scan of before)
    ({ firstCode } = await verify(scan.input, by, { now: scan.now, seen, firstCode }));
  const { code } = await verify(input, by, {
    now: at,
    nonce: asked ? new Uint8Array(Buffer.from(asked, 'hex')) : undefined,
    seen,
    firstCode,
  });
  if (code !== expected) throw new Error(`${title}: ${code}, not ${expected}`);
}

const view = await province.viewOf();
write('show-code.json', {
  now,
  pack: 'pack.json',
  layers: {
    note: 'One code taken apart: the QR text, its bytes, and the issuer layer another signer would make for the same claims.',
    text: typical,
    bytes: hex(base45Decode(typical.slice(4))!),
    issuer_layer: hex(view),
    issuer_kid: province.keys.police.kid,
    device_key: province.keys.device.publicJwk,
  },
  cases: showCodes,
});
write('slip.json', {
  now,
  root: province.keys.root.publicJwk,
  pack: slipPack,
  layers: {
    note: 'One slip taken apart: the QR text and its bytes.',
    text: slip,
    bytes: hex(base45Decode(slip.slice(4))!),
    issuer_kid: province.keys.police.kid,
  },
  cases: slips,
});
write('credentials.json', { now, pack: 'pack.json', cases: credentials });

const past = { packNumber: 40, trustListNumber: 5, latestTime: now };
const packs = [
  { title: 'in order', pack: await province.packOf(), expected: 'opened' },
  { title: 'the same again', same: 0, memory: past, expected: 'opened' },
  {
    title: 'older than the last one',
    same: 0,
    memory: { ...past, packNumber: 41 },
    expected: 'pack_invalid',
  },
  {
    title: 'an older trust list',
    same: 0,
    memory: { ...past, trustListNumber: 6 },
    expected: 'pack_invalid',
  },
  {
    title: 'a clock that went back',
    same: 0,
    memory: { ...past, latestTime: now + 301 },
    expected: 'clock_wrong',
  },
  {
    title: 'under a root of its own',
    pack: await province.packOf({
      rootKey: stranger,
      statement: (payload) => Object.assign(payload, { root: stranger.publicJwk }),
    }),
    expected: 'pack_invalid',
  },
  {
    title: 'trust list by another key',
    pack: await province.packOf({ listKey: stranger }),
    expected: 'pack_invalid',
  },
  {
    title: 'pack by the status key',
    pack: await province.packOf({ packKey: province.keys.status }),
    expected: 'pack_invalid',
  },
  {
    title: 'pack key compromised',
    pack: await province.packOf({ list: ({ keys }) => Object.assign(keys[3]!, { state: 'compromised' }) }),
    expected: 'pack_invalid',
  },
  {
    title: 'in which a department’s key is compromised',
    pack: await province.packOf(compromised),
    expected: 'opened',
  },
  {
    title: 'of format 2',
    pack: await province.packOf({ pack: (payload) => province.withGaps(payload) }),
    expected: 'opened',
  },
  {
    title: 'of format 2, an entry more than the list holds',
    pack: await province.packOf({
      pack: (payload) => {
        province.withGaps(payload);
        Object.assign(payload.status_lists[0]!, { size: 64 });
      },
    }),
    expected: 'pack_invalid',
  },
  {
    title: 'of a format that is not known',
    pack: await province.packOf({ pack: (payload) => Object.assign(payload, { format: 3 }) }),
    expected: 'pack_invalid',
  },
];
write('pack.json', { now, root: province.keys.root.publicJwk, cases: packs });

/** Two packs of format 2, one after the other, and one that only bears a later date. */
const numbered = async (number: number, set: Record<number, number>, by: PackChanges = {}) => {
  const jws = await province.packOf({
    ...by,
    pack: (payload) => {
      province.withGaps(payload, set);
      Object.assign(payload, { number, iat: payload.iat + number - 40 });
    },
  });
  return { jws, payload: decodeJwt<PackPayload>(jws) };
};
const held = await numbered(40, { [revokedIndex]: 1, [suspendedIndex]: 2 });
const next = await numbered(41, { [revokedIndex]: 1, [goodIndex]: 1 });
const twin = await numbered(40, { [revokedIndex]: 1, 5: 1 });
const forged = await numbered(41, {}, { packKey: { ...stranger, kid: province.keys.pack.kid } });
const delta = makeDelta(next.jws, next.payload, held.payload);
const whole = makeDelta(next.jws, next.payload);
const [list] = delta.set.status_lists;
const heldPacks = { first: held.jws, next: next.jws, twin: twin.jws, 'format 1': packs[0]!.pack! };
interface DeltaCase {
  title: string;
  held?: keyof typeof heldPacks;
  delta: unknown;
  memory?: PackMemory;
  expected: string;
}
const deltas: DeltaCase[] = [
  { title: 'in order', held: 'first', delta, expected: 'opened' },
  { title: 'the whole, to a device that holds none', delta: whole, expected: 'opened' },
  { title: 'the whole, to one that holds another', held: 'first', delta: whole, expected: 'opened' },
  { title: 'to a device that holds none', delta, expected: 'pack_invalid' },
  { title: 'to a device that has it already', held: 'next', delta, expected: 'pack_invalid' },
  { title: 'to another pack of that number', held: 'twin', delta, expected: 'pack_invalid' },
  { title: 'to a pack of format 1', held: 'format 1', delta, expected: 'pack_invalid' },
  {
    title: 'interrupted',
    held: 'first',
    delta: JSON.stringify(delta).slice(0, -40),
    expected: 'pack_invalid',
  },
  {
    title: 'that goes back',
    held: 'next',
    delta: makeDelta(held.jws, held.payload, next.payload),
    expected: 'pack_invalid',
  },
  {
    title: 'to less than this device remembers',
    held: 'first',
    delta,
    memory: { ...past, packNumber: 42 },
    expected: 'pack_invalid',
  },
  {
    title: 'signed by another key under the known name',
    held: 'first',
    delta: makeDelta(forged.jws, forged.payload, held.payload),
    expected: 'pack_invalid',
  },
  {
    title: 'with the signature of the held pack',
    held: 'first',
    delta: { ...delta, signature: held.jws.split('.')[2] },
    expected: 'pack_invalid',
  },
  {
    title: 'that leaves one change out',
    held: 'first',
    delta: { ...delta, set: { ...delta.set, status_lists: [{ ...list, changes: 'AQQAAAA' }] } },
    expected: 'pack_invalid',
  },
];
for (const { title, held: name, delta: given, memory, expected } of deltas) {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const opened = await applyDelta(text, name && heldPacks[name], {
    root: province.keys.root.publicJwk,
    now,
    memory,
  });
  const code = 'verdict' in opened ? opened.verdict.code : 'opened';
  if (code !== expected) throw new Error(`${title}: ${code}, not ${expected}`);
}
write('pack-delta.json', {
  now,
  root: province.keys.root.publicJwk,
  packs: heldPacks,
  leads_to: 'next',
  changes: [
    {
      note: '5 and 300 invalid, 6 suspended, since all were 0',
      size: 4096,
      set: { 5: 1, 300: 1, 6: 2 },
      hex: '000205a602010600',
    },
    { note: '5 back to valid', size: 4096, before: { 5: 1, 6: 2 }, set: { 6: 2 }, hex: '0105000000' },
    { note: 'shorter as bits', size: 8, set: { 1: 2 }, hex: '0800' },
  ],
  cases: deltas,
});
