/** The metadata of a certificate under the short names of GB/T 36903 (pinyin initials); what is our own begins with KZ_. */
import { dayTimeOf, parseCertificateIdentifier } from '../identifiers/index.ts';
import type { LocalText } from '../verifier/core/verdict.ts';
import type { CertificateField, CertificateType } from './catalogue/certificate-type.ts';
import type { Certificate } from './index.ts';

export type Metadata = Record<string, string>;

/** domain.md §9: kinds of holder codes, by GB/T 36903 annex A. */
const codeKinds: Record<string, string> = {
  '001': '统一社会信用代码',
  '111': '公民身份号码',
  '414': '普通护照号码',
  '511': '台湾居民来往大陆通行证号码',
  '516': '港澳居民来往内地通行证号码',
  '553': '外国人永久居留身份证号码',
};

/** An end that is no end: a certificate without one. */
const longTerm = '长期';

const day = (at: number): string => dayTimeOf(at).slice(0, 10);

export interface MetadataOf {
  certificate: Certificate;
  type: CertificateType;
  issuer: { name: LocalText; creditCode: string };
  /** Each who holds it: the kind of her document and the certificate as it is for her. */
  holders: { kind: string; fields: Certificate['fields'] }[];
}

/** Photographs are left out: a table is no place for them. */
export const writeMetadata = ({ certificate, type, issuer, holders }: MetadataOf): Metadata => {
  const { identifier, fields, validFrom, validUntil, createdAt } = certificate;
  const value = (name: string | undefined): string => String((name && fields[name]) ?? '');
  // GB/T 36903: several holders stand in one field, separated by commas.
  const ofEach = (role: CertificateField['role']): string => {
    const name = type.fields.find((field) => field.role === role)?.name;
    return holders.map((holder) => String((name && holder.fields[name]) ?? '')).join(',');
  };
  const kinds = holders.map(({ kind }) => kind);
  const own = type.fields.find(({ unique, role }) => unique && role === undefined);
  return {
    ZZMC: type.name.zh,
    ZZLXDM: type.typeCode,
    ZZBH: value(own?.name) || (parseCertificateIdentifier(identifier)?.serial ?? ''),
    ZZBS: identifier,
    ZZBFJG: issuer.name.zh,
    ZZBFJGDM: issuer.creditCode,
    ZZBFRQ: day(validFrom),
    CZZT: ofEach('holder_name'),
    CZZTDM: ofEach('holder_number'),
    CZZTDMLX: kinds.map((kind) => codeKinds[kind] ?? '').join(','),
    CZZTDMLXDM: kinds.join(','),
    ZZYXQQSRQ: day(validFrom),
    // The last day counts whole, so the end is the midnight after it.
    ZZYXQJZRQ: validUntil === undefined ? longTerm : day(validUntil - 1),
    ZZQZR: issuer.name.zh,
    CJSJ: dayTimeOf(createdAt),
    KZ_STATE: certificate.state,
    KZ_STATE_SINCE: dayTimeOf(certificate.stateChangedAt),
    KZ_OPERATION: certificate.operation ?? 'new',
    KZ_PREVIOUS: certificate.previous ?? '',
    ...Object.fromEntries(
      type.fields
        .filter(({ kind: form }) => form !== 'photo')
        .map(({ name }) => [`KZ_${name.toUpperCase()}`, value(name)]),
    ),
  };
};

/** RFC 4180, with the columns of all records in the order they first appear. */
export const metadataCsv = (records: readonly Metadata[]): string => {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;
  return [columns, ...records.map((record) => columns.map((column) => record[column] ?? ''))]
    .map(line)
    .join('');
};
