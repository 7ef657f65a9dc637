/** ISO mdocs put together by hand, also those that no honest issuer or wallet makes. */
import { createHash, randomBytes } from 'node:crypto';
import { encode, Tagged } from 'cborg';
import { base64url } from 'jose';
import { certificateOf } from './test-certificate.ts';
import {
  baseUrl,
  day,
  drivingLicence,
  goodIndex,
  holderKeyOf,
  type KeyPair,
  now,
  type TestProvince,
} from './test-province.ts';

export const docType = 'org.iso.18013.5.1.mDL';
export const namespace = 'org.iso.18013.5.1';

/** The test province's type as its pack names it for mdoc. */
export const mdocType = {
  ...drivingLicence,
  mdoc: {
    doctype: docType,
    elements: [
      { namespace, element: 'family_name', name: 'name', label: drivingLicence.fields.name! },
      {
        namespace,
        element: 'document_number',
        name: 'licence_number',
        label: drivingLicence.fields.licence_number!,
      },
      { namespace, element: 'expiry_date', name: 'valid_until', label: drivingLicence.fields.valid_until! },
      { namespace, element: 'donor', name: 'organ_donor', label: drivingLicence.fields.organ_donor! },
      { namespace, element: 'portrait', name: 'photo', label: { zh: '照片', en: 'Photo' } },
    ],
  },
};

type Item = Record<string, unknown>;
type Mso = Record<string, unknown>;

export interface MdocChanges {
  signer?: KeyPair;
  /** DER in base64 in place of the signer's own. */
  certificate?: string;
  device?: KeyPair;
  index?: number;
  from?: number;
  to?: number;
  /** Before the digests are made. */
  items?: (items: Item[]) => void;
  /** After the digests are made. */
  shownItems?: (items: Item[]) => void;
  mso?: (mso: Mso) => void;
  /** After the signature. */
  issuerAuth?: (parts: unknown[]) => void;
  digestAlgorithm?: string;
}

const bytesIn = (value: unknown): Tagged => new Tagged(24, encode(value));
const dateTime = (seconds: number): Tagged =>
  new Tagged(0, `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`);

const bytesOf = (text: string | undefined): Uint8Array => base64url.decode(text ?? '');

export const coseKeyOf = ({ publicJwk: { x, y } }: KeyPair): Map<number, unknown> =>
  new Map<number, unknown>([
    [1, 2],
    [-1, 1],
    [-2, bytesOf(x)],
    [-3, bytesOf(y)],
  ]);

const sign = async (key: KeyPair, protectedBytes: Uint8Array, payload: Uint8Array): Promise<Uint8Array> => {
  const data = encode(['Signature1', protectedBytes, new Uint8Array(0), payload]);
  const signature = await globalThis.crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    await holderKeyOf(key),
    new Uint8Array(data),
  );
  return new Uint8Array(signature);
};

const es256 = encode(new Map([[1, -7]]));
const hash = (name: string, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash(name.replace('-', '')).update(bytes).digest());

export const issuerSignedOf = async (
  { keys }: TestProvince,
  changes: MdocChanges = {},
): Promise<Record<string, unknown>> => {
  const { signer = keys.police, device = keys.device, index = goodIndex } = changes;
  const { from = now - 300, to = now + 30 * day, digestAlgorithm = 'SHA-256' } = changes;
  const values: [string, unknown][] = [
    ['family_name', '张三'],
    ['document_number', '33010119900307123X'],
    ['expiry_date', new Tagged(1004, '2032-05-04')],
    ['donor', true],
    ['portrait', Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)],
  ];
  const items: Item[] = values.map(([elementIdentifier, elementValue], digestID) => ({
    digestID,
    random: new Uint8Array(randomBytes(32)),
    elementIdentifier,
    elementValue,
  }));
  changes.items?.(items);
  const digests = new Map(items.map((item) => [item.digestID, hash(digestAlgorithm, encode(bytesIn(item)))]));
  changes.shownItems?.(items);
  const mso: Mso = {
    version: '1.0',
    digestAlgorithm,
    valueDigests: { [namespace]: digests },
    deviceKeyInfo: { deviceKey: coseKeyOf(device) },
    docType,
    validityInfo: { signed: dateTime(from), validFrom: dateTime(from), validUntil: dateTime(to) },
    status: { status_list: { idx: index, uri: `${baseUrl}/status/1` } },
  };
  changes.mso?.(mso);
  const payload = encode(bytesIn(mso));
  const certificate = changes.certificate ?? (await certificateOf(signer, { signer: keys.root }));
  const issuerAuth: unknown[] = [
    es256,
    new Map<number, unknown>([[33, new Uint8Array(Buffer.from(certificate, 'base64'))]]),
    payload,
    await sign(signer, es256, payload),
  ];
  changes.issuerAuth?.(issuerAuth);
  return { nameSpaces: { [namespace]: items.map(bytesIn) }, issuerAuth };
};

export const textOf = (value: unknown): string => base64url.encode(encode(value));

export const session = (nonce: string): Uint8Array =>
  encode([null, null, ['OpenID4VPHandover', hash('SHA-256', encode(nonce))]]);

export interface ShownChanges extends MdocChanges {
  sessionTranscript?: Uint8Array;
  /** Who signs in place of the device the issuer bound. */
  holder?: KeyPair;
  /** What the response calls the document. */
  shownAs?: string;
  deviceNameSpaces?: unknown;
  document?: (document: Record<string, unknown>) => void;
  response?: (response: Record<string, unknown>) => void;
}

export const deviceResponseOf = async (
  province: TestProvince,
  changes: ShownChanges = {},
): Promise<Record<string, unknown>> => {
  const { sessionTranscript = session('n-1'), holder = province.keys.device, shownAs = docType } = changes;
  const names = bytesIn(changes.deviceNameSpaces ?? {});
  const authentication = Buffer.concat([
    Uint8Array.of(0x84),
    encode('DeviceAuthentication'),
    sessionTranscript,
    encode(shownAs),
    encode(names),
  ]);
  const payload = encode(new Tagged(24, new Uint8Array(authentication)));
  const deviceSignature = [es256, new Map(), null, await sign(holder, es256, payload)];
  const document = {
    docType: shownAs,
    issuerSigned: await issuerSignedOf(province, changes),
    deviceSigned: { nameSpaces: names, deviceAuth: { deviceSignature } },
  };
  changes.document?.(document);
  const response = { version: '1.0', documents: [document], status: 0 };
  changes.response?.(response);
  return response;
};
