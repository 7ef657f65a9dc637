/** X.509 certificates (RFC 5280 §4.1) by hand: each test says what is wrong with its chain. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
};
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const utf8 = (text: string) => der(0x0c, Buffer.from(text));
const time = (at: number) =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));
const bits = (content: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), content);
const extension = (id: string, value: Uint8Array) => sequence(oid(id), der(0x04, value));
const nameOf = ({ name, number }: { name: string; number?: string }) =>
  sequence(
    der(0x31, sequence(oid('550403'), utf8(name))),
    ...(number ? [der(0x31, sequence(oid('550405'), utf8(number)))] : []),
  );

export interface Made {
  certificate: X509Certificate;
  key: KeyObject;
  subject: Buffer;
}

export interface Wanted {
  name: string;
  number?: string;
  issuer?: Made;
  ca?: boolean;
  pathLength?: number;
  /** Bits of the key usage, highest first: 0x80 signs, 0x20 enciphers keys, 0x04 signs certificates. */
  use?: number;
  /** The one extended key usage, DER of its identifier without the head. */
  extended?: string;
  /** Host name of a TLS server. */
  host?: string;
  /** Days from now. */
  from?: number;
  to?: number;
  rsa?: boolean;
}

export const makeCertificate = (wanted: Wanted): Made => {
  const { name, number, issuer, ca = false, pathLength, from = -1, to = 365 } = wanted;
  const pair = wanted.rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = nameOf({ name, ...(number ? { number } : {}) });
  const signer = issuer?.key ?? pair.privateKey;
  const algorithm =
    signer.asymmetricKeyType === 'rsa'
      ? sequence(oid('2a864886f70d01010b'), der(0x05))
      : sequence(oid('2a8648ce3d040302'));
  const basic = [
    ...(ca ? [der(0x01, Buffer.from([0xff]))] : []),
    ...(pathLength === undefined ? [] : [der(0x02, Buffer.from([pathLength]))]),
  ];
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    issuer?.subject ?? subject,
    sequence(time(Date.now() + from * 86_400_000), time(Date.now() + to * 86_400_000)),
    subject,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('551d13', sequence(...basic)),
        ...(wanted.extended ? [extension('551d25', sequence(oid(wanted.extended)))] : []),
        ...(wanted.host ? [extension('551d11', sequence(der(0x82, Buffer.from(wanted.host))))] : []),
        extension('551d0f', bits(Buffer.from([wanted.use ?? (ca ? 0x04 : 0x80)]))),
      ),
    ),
  );
  const raw = sequence(signed, algorithm, bits(sign('sha256', signed, signer)));
  return { certificate: new X509Certificate(raw), key: pair.privateKey, subject };
};
