/** How large the show code of each view can get, worked out with the real encoder before anything is issued. */
import { webcrypto } from 'node:crypto';
import { makeShowCode, slipToBeSigned, viewToBeSigned } from '../../verifier/core/index.ts';
import type { CertificateField, CertificateType, CertificateView } from './certificate-type.ts';
import { isShownForAnother, shownByEntry, viewEntry } from './view-entries.ts';

export interface ViewSize {
  view: string;
  /** Characters of the QR's text. */
  characters: number;
  /** QR version at level M, alphanumeric; undefined when no version holds it. */
  version: number | undefined;
  /** Side of the printed code with its quiet zone, in millimetres. */
  printedMm: number | undefined;
}

/** The wallet draws every code as this version; larger ones read badly off a phone (docs/show-code.md). */
export const widestVersion = 16;

/** Four dots of a 300-dpi printer a module, and four quiet modules a side (ISO/IEC 18004). */
const moduleMm = (4 * 25.4) / 300;
const quietModules = 4;

const bytesOfWidest = 4; // a rare Chinese character in UTF-8

/** A pattern that lets nothing but ASCII through: no negated class, no dot, no Unicode property. */
const asciiOnly = (pattern: string): boolean =>
  /^[\x20-\x7e]*$/.test(pattern) && !/\[\^|\\[DWSPp]|(?<!\\)\./.test(pattern);

const widestText = ({ maxLength = 500, maxBytes, pattern }: CertificateField): string => {
  const narrow = pattern !== undefined && asciiOnly(pattern);
  const bytes = Math.min(maxBytes ?? Number.POSITIVE_INFINITY, maxLength * (narrow ? 1 : bytesOfWidest));
  // The length of the text in bytes is all that counts.
  return 'A'.repeat(bytes);
};

/** A compound surname and two stars (`maskName`). */
const widestShownBy = '欧阳**';

const sizeOf = async (view: string, text: string): Promise<ViewSize> => {
  const { default: qrcode } = await import('qrcode');
  const size = { view, characters: text.length };
  try {
    const { version, modules } = qrcode.create([{ data: text, mode: 'alphanumeric' }], {
      errorCorrectionLevel: 'M',
    });
    const printedMm = Math.ceil((modules.size + 2 * quietModules) * moduleMm * 10) / 10;
    return { ...size, version, printedMm };
  } catch {
    return { ...size, version: undefined, printedMm: undefined }; // more than version 40 holds
  }
};

/** Lists are numbered from 1 on, and this many hold 8,589 million certificates. */
const widestStatus = { list: 65_535, index: 0xffff_ffff };
const lastDay = 2_932_896; // 9999-12-31

const widestValue = (type: CertificateType, name: string): string | number | boolean => {
  const kind = viewEntry(type, name)?.kind;
  if (kind === 'flag') return true;
  if (kind === 'day') return lastDay;
  return widestText(type.fields.find((field) => field.name === name)!);
};

const widestCode = async (type: CertificateType, view: CertificateView): Promise<string> => {
  const { subtle } = webcrypto;
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { assemble } = viewToBeSigned(
    {
      view: view.number,
      cti: new Uint8Array(8),
      nbf: 0xffff_fffe,
      exp: 0xffff_ffff,
      status: widestStatus,
      values: Object.fromEntries([
        ...view.fields.map(({ key, field }) => [key, widestValue(type, field)] as const),
        ...(isShownForAnother(type, view) ? [[shownByEntry.key, widestShownBy] as const] : []),
      ]),
      deviceKey: (await subtle.exportKey('jwk', pair.publicKey)) as Parameters<
        typeof viewToBeSigned
      >[0]['deviceKey'],
    },
    'A'.repeat(43),
  );
  return makeShowCode(assemble(new Uint8Array(64)), pair.privateKey as CryptoKey, {
    iat: 0xffff_ffff,
    nonce: new Uint8Array(8),
  });
};

/** Readers at a counter take a printed code up to this version well from paper. */
export const widestSlipVersion = 12;

const widestSlip = (type: CertificateType, view: CertificateView): string =>
  slipToBeSigned(
    {
      view: view.number,
      iat: 0xffff_fffe,
      exp: 0xffff_ffff,
      status: widestStatus,
      identifier: `${'A'.repeat(16)}.999.A`,
      values: Object.fromEntries(view.fields.map(({ key, field }) => [key, widestValue(type, field)])),
    },
    'A'.repeat(43),
  ).assemble(new Uint8Array(64));

/** The paper slip of a type that has one, at its widest. */
export const measureSlip = async (type: CertificateType): Promise<ViewSize | undefined> => {
  const view = type.views.find(({ id }) => id === type.slip?.view);
  return view && sizeOf(`slip (${view.id})`, widestSlip(type, view));
};

/**
 * Each view at its widest: every text as long as its field allows, in the characters that take most room, shown for
 * another (ZLB-5), with a counter's nonce.
 */
export const measureViews = (type: CertificateType): Promise<ViewSize[]> =>
  Promise.all(type.views.map(async (view) => sizeOf(view.id, await widestCode(type, view))));
