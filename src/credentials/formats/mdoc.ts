/** ISO mdoc (ISO/IEC 18013-5 §9.1.2): salted items, the Mobile Security Object with their digests, COSE_Sign1 over it. */
import { createHash, randomBytes } from 'node:crypto';
import { decode, encode, Tagged } from 'cborg';
import { algEs256, header, signatureInput } from '../../verifier/core/cose.ts';
import { cborTag, headerX5chain } from '../../verifier/core/mdoc.ts';
import type { DeviceKey } from '../device-key.ts';
import {
  type CopyContent,
  type CredentialFormat,
  clockAllowance,
  endAfterDays,
  startOfHour,
} from './format.ts';
import { toDateTime } from './ldp-vc.ts';
import { lackingElement, saidElements } from './mdoc-elements.ts';

const bytesIn = (value: unknown): Tagged => new Tagged(cborTag.embedded, encode(value));
const dateTime = (seconds: number): Tagged => new Tagged(cborTag.dateTime, toDateTime(seconds));

/** COSE_Key (RFC 9053 §7.1): the point and nothing else of the proof's key. */
const coseKey = ({ jwk }: DeviceKey): Map<number, unknown> =>
  new Map<number, unknown>([
    [1, 2],
    [-1, 1],
    [-2, new Uint8Array(Buffer.from(jwk.x, 'base64url'))],
    [-3, new Uint8Array(Buffer.from(jwk.y!, 'base64url'))],
  ]);

interface Digested {
  nameSpaces: Map<string, Tagged[]>;
  valueDigests: Map<string, Map<number, Uint8Array>>;
}

/** Each item with 32 random bytes: a reader cannot guess what was not shown to it (§9.1.2.5 wants 16). */
const digestItems = ({ type, certificate, times }: CopyContent): Digested => {
  const nameSpaces = new Map<string, Tagged[]>();
  const valueDigests = new Map<string, Map<number, Uint8Array>>();
  for (const { namespace, element, value } of saidElements(type, certificate.fields, times.notBefore)) {
    const items = nameSpaces.get(namespace) ?? [];
    const digests = valueDigests.get(namespace) ?? new Map<number, Uint8Array>();
    const digestID = items.length;
    const item = bytesIn({
      digestID,
      random: new Uint8Array(randomBytes(32)),
      elementIdentifier: element,
      elementValue: value,
    });
    nameSpaces.set(namespace, [...items, item]);
    valueDigests.set(namespace, digests.set(digestID, sha256(encode(item))));
  }
  return { nameSpaces, valueDigests };
};

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

const chainOf = (x5c: readonly string[]): Uint8Array | Uint8Array[] => {
  const ders = x5c.map((one) => new Uint8Array(Buffer.from(one, 'base64')));
  // RFC 9360 §2: one certificate stands by itself.
  return ders.length === 1 ? ders[0]! : ders;
};

export const mdoc: CredentialFormat = {
  alg: 'ES256',
  certified: true,
  deviceKeyAlgs: ['ES256'],
  lacking(type, fields) {
    const element = lackingElement(type, fields);
    return element && `the register has nothing for ${element}, which every ${type.mdoc!.docType} needs`;
  },
  times: (now, copyDays) => ({
    notBefore: startOfHour(now) - clockAllowance,
    expiresAt: endAfterDays(now, copyDays),
  }),
  async build(content) {
    const { type, times, status, baseUrl } = content;
    const { nameSpaces, valueDigests } = digestItems(content);
    const payload = encode(
      bytesIn({
        version: '1.0',
        digestAlgorithm: 'SHA-256',
        valueDigests,
        deviceKeyInfo: { deviceKey: coseKey(content.deviceKey!) },
        docType: type.mdoc!.docType,
        validityInfo: {
          signed: dateTime(times.notBefore),
          validFrom: dateTime(times.notBefore),
          validUntil: dateTime(times.expiresAt),
        },
        // Token Status List §6.3; ISO/IEC 18013-5, second edition.
        status: { status_list: { idx: status!.index, uri: `${baseUrl}/status/${status!.list}` } },
      }),
    );
    const protectedBytes = encode(new Map([[header.alg, algEs256]]));
    const unprotected = new Map([[headerX5chain, chainOf(content.x5c!)]]);
    return {
      toBeSigned: signatureInput({ protectedBytes, payload }),
      assemble: async (signature) =>
        Buffer.from(
          encode({
            nameSpaces,
            issuerAuth: [protectedBytes, unprotected, payload, new Uint8Array(signature)],
          }),
        ).toString('base64url'),
    };
  },
  async signedBytes(credential) {
    const tags = Tagged.preserve(...Object.values(cborTag));
    const issuerSigned: Map<string, unknown> = decode(Buffer.from(credential, 'base64url'), {
      useMaps: true,
      tags,
    });
    const [protectedBytes, , payload] = issuerSigned.get('issuerAuth') as Uint8Array[];
    return signatureInput({ protectedBytes: protectedBytes!, payload: payload! });
  },
  toWire: (credential) => credential,
};
