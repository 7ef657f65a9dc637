/** Reading of a person in the clear, by anybody but herself (issue 4, item 10; GB/T 35273 §7.1, §8.3). */
import type { Audit } from '../audit/index.ts';
import { ServiceError } from '../errors.ts';
import type { Account } from './index.ts';

export const plainPurposes = [
  /** She agreed that this app learns it. */
  'app_consented',
  /** An item or case of hers is being handled: `item` says which. */
  'service_item',
  /** An officer compares it with the document in his hand. */
  'counter_check',
  /** A court, the procuratorate or the police asked under a law, on paper. */
  'legal_request',
] as const;
export type PlainPurpose = (typeof plainPurposes)[number];

export type PlainField = 'name' | 'document' | 'phone';

export interface PlainReading {
  fields: readonly PlainField[];
  purpose: PlainPurpose;
  /** As in the audit: who gets to see it. */
  actor: string;
  /** Code of the service item. */
  item?: string;
  requestId?: string;
}

export interface PlainValues {
  name?: string;
  documentKind?: string;
  documentNumber?: string;
  phone?: string;
}

const isPurpose = (purpose: string): purpose is PlainPurpose =>
  (plainPurposes as readonly string[]).includes(purpose);

const valuesOf = (account: Account, fields: readonly PlainField[]): PlainValues => ({
  ...(fields.includes('name') ? { name: account.name } : {}),
  ...(fields.includes('document')
    ? { documentKind: account.documentKind, documentNumber: account.documentNumber }
    : {}),
  ...(fields.includes('phone') && account.phone !== undefined ? { phone: account.phone } : {}),
});

/** Written down first, then answered: a reading that cannot be recorded is not made. */
export const readPlain = async (
  deps: { audit?: Audit },
  account: Account | undefined,
  reading: PlainReading,
): Promise<PlainValues> => {
  const { fields, purpose, actor, item, requestId } = reading;
  if (account === undefined || account.state === 'closed') throw new ServiceError('not_found');
  const isGood = isPurpose(purpose) && (purpose !== 'service_item' || item !== undefined);
  await deps.audit?.append({
    action: 'account.read_plain',
    actor,
    subject: account.id,
    fields,
    result: isGood ? 'ok' : 'refused',
    details: { purpose: isGood ? purpose : 'none', ...(item === undefined ? {} : { item }) },
    ...(requestId === undefined ? {} : { requestId }),
  });
  if (!isGood) throw new ServiceError('forbidden', { detail: 'a purpose is needed' });
  return valuesOf(account, fields);
};
