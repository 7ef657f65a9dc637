/** CTR-2: what an item may see, and nothing beside it; every refusal stands in the holder's log. */

import type { Certificate, CertificateType } from '../credentials/index.ts';
import { type ErrorCode, ServiceError } from '../errors.ts';
import type { ServiceItem } from '../items/index.ts';
import type { VerdictCode } from '../verifier/core/verdict.ts';
import { actorOf, type CounterContext, type OnShift } from './context.ts';
import type { CounterDocument, ShownField } from './counter-store.ts';

/** What a look is about, for the log. */
export interface Look {
  id: string;
  /** Whose log it stands in: the holder, and who presented an enterprise's. */
  subjects: readonly string[];
  certificate?: string;
  item: string;
}

export type Outcome = { fields: readonly string[] } | { refused: ErrorCode | VerdictCode };

/** One entry for each whom it concerns; without a known holder one of the counter alone. Before anything is answered. */
export const logLook = async (
  { audit }: CounterContext,
  { counter, officer, requestId }: OnShift,
  { id, subjects, certificate, item }: Look,
  outcome: Outcome,
  more: Record<string, string | number | boolean> = {},
): Promise<void> => {
  const refused = 'refused' in outcome;
  for (const subject of subjects.length > 0 ? new Set(subjects) : [undefined])
    await audit.append({
      action: refused ? 'certificate.look_refused' : 'certificate.looked_at',
      actor: actorOf(officer),
      ...(subject === undefined ? {} : { subject }),
      object: certificate ?? id,
      ...(refused ? {} : { fields: outcome.fields }),
      result: refused ? 'refused' : 'ok',
      details: {
        item,
        unit: counter.unit,
        counter: counter.id,
        look: id,
        ...(refused ? { verdict: outcome.refused } : {}),
        ...more,
      },
      requestId,
    });
};

/** The item, when this counter works for it. Undefined for any other: there is nobody's log to write to yet. */
export const itemAt = (
  { items }: Pick<CounterContext, 'items'>,
  counter: CounterDocument,
  code: string,
): ServiceItem | undefined => {
  const item = counter.items.includes(code) ? items.find(code) : undefined;
  return item?.state === 'active' ? item : undefined;
};

/** Names the item may see of a type, of these the wanted ones. Undefined when one of them it may not. */
export const allowedFields = (
  { items }: Pick<CounterContext, 'items'>,
  { item, type, wanted }: { item: string; type: string; wanted?: readonly string[] | undefined },
): string[] | undefined => {
  const listed = items.mayRead(item, type);
  if (listed.length === 0 || wanted?.some((name) => !listed.includes(name))) return undefined;
  return wanted ? listed.filter((name) => wanted.includes(name)) : listed;
};

/** Refuses before a holder is known. */
export const requireItem = async (
  context: CounterContext,
  shift: OnShift,
  { id, code }: { id: string; code: string },
): Promise<ServiceItem> => {
  const item = itemAt(context, shift.counter, code);
  if (item) return item;
  await logLook(context, shift, { id, subjects: [], item: code }, { refused: 'not_for_this_item' });
  throw new ServiceError('not_for_this_item');
};

export interface ShownRecord {
  fields: ShownField[];
  photo?: { name: string; label: ShownField['label']; jpeg: string };
}

/** The values of those fields that the record has, in the type's own order; the photograph apart. */
export const showRecord = (
  type: CertificateType,
  record: Pick<Certificate, 'fields'>,
  names: readonly string[],
): ShownRecord => {
  const shown = type.fields
    .filter(({ name }) => names.includes(name) && record.fields[name] !== undefined)
    .map(({ name, label, kind }) => ({ name, label, kind, value: record.fields[name]! }));
  const photo = shown.find(({ kind, value }) => kind === 'photo' && value !== '');
  return {
    fields: shown.filter(({ kind }) => kind !== 'photo'),
    ...(photo ? { photo: { name: photo.name, label: photo.label, jpeg: String(photo.value) } } : {}),
  };
};

export const namesOf = ({ fields, photo }: ShownRecord): string[] => [
  ...fields.map(({ name }) => name),
  ...(photo ? [photo.name] : []),
];
