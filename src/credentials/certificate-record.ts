import type { CertificateType } from './catalogue/certificate-type.ts';
import type { ChosenRow } from './choose-register-row.ts';
import type { CertificateDocument, Share } from './credential-store.ts';
import type { Certificate, CertificateState } from './index.ts';
import type { RegisterRow } from './registers/register.ts';

/**
 * The record as others see it: without what only the state machine needs, and as it is for one of several holders. Of a
 * closed account's the fields are gone and reading one throws, so none of them is named before it is known to be there.
 */
export const toCertificate = (
  document: CertificateDocument & { ver: number },
  holder?: string,
): Certificate => {
  const {
    ver: _ver,
    stateSequence: _sequence,
    reissuedSequence: _reissued,
    pending: _pending,
    pendingMark: _mark,
    ...present
  } = document;
  if (!Object.hasOwn(present, 'fields')) return { ...present, fields: {}, registerKey: '' };
  const { shares, ...certificate } = present;
  return { ...certificate, fields: fieldsOf({ ...certificate, shares }, holder) };
};

/** What stands on this holder's copies. */
export const fieldsOf = (
  { fields, shares }: Pick<CertificateDocument, 'fields' | 'shares'>,
  holder: string | undefined,
): Certificate['fields'] => shares?.find((share) => share.holder === holder)?.fields ?? fields;

/** With these shares; the fields of the record itself are those of the first holder. */
export const withShares = <T extends CertificateDocument>(certificate: T, shares: Share[]): T => ({
  ...certificate,
  holders: shares.map(({ holder }) => holder),
  shares,
  fields: shares[0]!.fields,
});

/** Whether the row still names all who hold the certificate; one who is new in it comes in when she asks. */
export const namesEveryHolder = (
  { shares = [] }: Pick<CertificateDocument, 'shares'>,
  { row, shares: now = [] }: ChosenRow,
): boolean => {
  const named = [row.holder, ...now];
  return shares.every((share) =>
    named.some(({ kind, number }) => kind === share.kind && number === share.number),
  );
};

export const isExpired = (certificate: Pick<Certificate, 'validUntil'>, now: number): boolean =>
  certificate.validUntil !== undefined && certificate.validUntil <= now;

/** Why a certificate whose physical card is lost stands at 02. */
export const cardLost = 'physical_card_lost';

/** In force or suspended, and not past its end. */
export const isLive = (certificate: Pick<Certificate, 'state' | 'validUntil'>, now: number): boolean =>
  !isEnded(certificate.state) && !isExpired(certificate, now);

/** Best first: a live one before others, then the newest. */
export const bestFirst =
  (now: number) =>
  (a: Certificate, b: Certificate): number =>
    Number(isLive(b, now)) - Number(isLive(a, now)) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1);

/** Ended states are final; 01 and 02 may still change. */
export const isEnded = (state: CertificateState): boolean => state !== '01' && state !== '02';

const states: readonly string[] = [
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '07',
  '99',
] satisfies CertificateState[];

export const isCertificateState = (state: string): state is CertificateState => states.includes(state);

const day = 86_400;

/** Days of the registers are days of China Standard Time; 00:00 there, as Unix seconds. */
export const startOfDay = (text: string): number | undefined => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at / 1000;
};

export interface Validity {
  validFrom: number;
  validUntil?: number;
}

/** By the type's validity rule: the last day counts whole. Undefined when the row's own day is not readable. */
export const validityOf = (type: CertificateType, row: RegisterRow): Validity | undefined => {
  const { from, until, maxDays } = type.validity;
  const validFrom = startOfDay(String(row.fields[from]));
  if (validFrom === undefined) return undefined;
  const longest = maxDays === undefined ? undefined : validFrom + maxDays * day;
  const lastDay = until === undefined ? undefined : row.fields[until];
  if (lastDay === undefined || lastDay === '') return { validFrom, validUntil: longest };
  const start = startOfDay(String(lastDay));
  if (start === undefined) return undefined;
  const end = start + day;
  return { validFrom, validUntil: longest === undefined ? end : Math.min(end, longest) };
};
