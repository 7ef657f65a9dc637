/** The show code's issuer layer (onecert-view+cwt): one named view, bound to one device key, 30 days at most. */
import { randomBytes } from 'node:crypto';
import { decode, encode } from 'cborg';
import { viewToBeSigned } from '../../verifier/core/index.ts';
import type { CertificateField } from '../catalogue/certificate-type.ts';
import { shownByEntry, valueInView, viewEntry } from '../catalogue/view-entries.ts';
import { type CopyContent, type CredentialFormat, endAfterDays, startOfUtcDay } from './format.ts';

const mostDays = 30;

const toViewValue = (
  kind: CertificateField['kind'],
  value: string | number | boolean,
): string | number | boolean => {
  if (kind === 'day') return Date.parse(`${value}T00:00:00Z`) / 86_400_000; // days since 1970-01-01
  return typeof value === 'string' ? value.normalize('NFC') : value;
};

/** The view's fields under their keys; a field the register leaves empty has no key. */
export const valuesOf = ({
  view,
  type,
  certificate,
  times,
  shownBy,
}: CopyContent): Record<number, string | number | boolean> => {
  const values: Record<number, string | number | boolean> = {};
  for (const { key, field: name } of view!.fields) {
    const value = valueInView(type, name, certificate.fields, times.notBefore);
    const entry = viewEntry(type, name);
    if (entry && value !== undefined) values[key] = toViewValue(entry.kind, value);
  }
  if (shownBy !== undefined) values[shownByEntry.key] = shownBy.normalize('NFC');
  return values;
};

export const viewCwt: CredentialFormat = {
  alg: 'ES256',
  deviceKeyAlgs: ['ES256'],
  times: (now, copyDays) => ({
    notBefore: startOfUtcDay(now),
    expiresAt: endAfterDays(now, Math.min(copyDays, mostDays)),
  }),
  async build(content) {
    const { toBeSigned, assemble } = viewToBeSigned(
      {
        view: content.view!.number,
        cti: randomBytes(8), // one a copy: nothing in it says which certificate it is
        nbf: content.times.notBefore,
        exp: content.times.expiresAt,
        status: content.status,
        values: valuesOf(content),
        deviceKey: content.deviceKey!.jwk,
      },
      content.kid,
    );
    return {
      toBeSigned,
      assemble: async (signature) => Buffer.from(assemble(signature)).toString('base64url'),
    };
  },
  // RFC 9052 §4.4: Sig_structure of a COSE_Sign1 without external data.
  async signedBytes(credential) {
    const [protectedHeader, , payload] = decode(Buffer.from(credential, 'base64url'), {
      useMaps: true,
    }) as Uint8Array[];
    return encode(['Signature1', protectedHeader, new Uint8Array(), payload]);
  },
  toWire: (credential) => credential,
};
