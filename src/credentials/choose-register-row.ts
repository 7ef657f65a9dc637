import type { CertificateType } from './catalogue/certificate-type.ts';
import { isCertificateState, isEnded, type Validity, validityOf } from './certificate-record.ts';
import type { Share } from './credential-store.ts';
import { fieldsFit } from './fields-fit.ts';
import type { Certificate, CertificateState } from './index.ts';
import type { RegisterRow } from './registers/register.ts';

export interface ChosenRow {
  row: RegisterRow;
  state: CertificateState;
  validity: Validity;
  /** Only fields the type declares, so that a wider register row cannot widen a certificate. */
  fields: Certificate['fields'];
  /** Of a row with several holders: what each has. */
  shares?: Omit<Share, 'holder'>[];
}

const rank = (state: CertificateState): number => (state === '01' ? 0 : state === '02' ? 1 : 2);

/**
 * The rows that a certificate can be made from, in an order that is the same whoever asks and however often: a valid row
 * before a suspended one before an ended one, then the one that lasts longest, then the one that began last, then the
 * smallest key. Rows that cannot be issued (unknown state, an issuer the type does not name, fields that do not fit it)
 * are passed over.
 */
export const usableRows = (type: CertificateType, rows: RegisterRow[]): ChosenRow[] => {
  const usable = rows.flatMap((row): ChosenRow[] => {
    const validity = validityOf(type, row);
    const fields = declaredFields(type, row.fields);
    const shares = row.joint?.map(({ holder, fields: hers }) => ({
      ...holder,
      fields: declaredFields(type, hers),
    }));
    if (!validity || !isCertificateState(row.state) || !type.issuers.includes(row.issuer)) return [];
    if (![{ fields }, ...(shares ?? [])].every((share) => fieldsFit(type, share.fields))) return [];
    return [{ row, state: row.state, validity, fields, ...(shares ? { shares } : {}) }];
  });
  return usable.sort(
    (a, b) =>
      rank(a.state) - rank(b.state) ||
      until(b) - until(a) ||
      b.validity.validFrom - a.validity.validFrom ||
      (a.row.key < b.row.key ? -1 : 1),
  );
};

/** Those a holder gets a certificate of: all that have not ended; when every one has, the first of them tells so. */
export const rowsToHold = (usable: ChosenRow[]): ChosenRow[] => {
  const standing = usable.filter(({ state }) => !isEnded(state));
  return standing.length > 0 ? standing : usable.slice(0, 1);
};

// No end sorts as the latest end; Infinity itself would make two endless rows differ by NaN.
const until = ({ validity }: ChosenRow): number => validity.validUntil ?? Number.MAX_SAFE_INTEGER;

const declaredFields = (type: CertificateType, given: RegisterRow['fields']): Certificate['fields'] => {
  const fields: Certificate['fields'] = {};
  for (const { name } of type.fields) {
    const value = given[name];
    if (value !== undefined && value !== '')
      fields[name] = typeof value === 'string' ? value.normalize('NFC') : value;
  }
  return fields;
};
