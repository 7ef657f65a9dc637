/** The online look (CTR-1, CTR-2): the verdict, and of a holder who shows her code now, what the item may see. */
import type { ShownCopy } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { Verdict } from '../verifier/core/index.ts';
import { countHolder } from './bulk-guard.ts';
import type { CounterContext, OnShift } from './context.ts';
import { allowedFields, type Look, namesOf, requireItem, showRecord } from './item-fields.ts';
import { type Judged, judgeScanned } from './judge-scanned.ts';
import { logOnce } from './log-once.ts';
import { opaqueId } from './opaque-id.ts';

export interface LookInput {
  item: string;
  text: string;
  nonce?: string | undefined;
  fields?: readonly string[] | undefined;
}

export const lookUpShown = async (context: CounterContext, shift: OnShift, input: LookInput) => {
  const item = await requireItem(context, shift, { id: opaqueId('cl'), code: input.item });
  const judged = await judgeScanned(context, shift, input);
  const { verdict } = judged;
  const shown = verdict.statusEntry && (await context.credentials.shownBy(verdict.statusEntry));
  const look: Look = {
    id: judged.look,
    subjects: subjectsOf(shown),
    ...(shown ? { certificate: shown.certificate.id } : {}),
    item: item.code,
  };
  if (subjectsOf(shown).includes(shift.officer)) throw new ServiceError('second_person_needed');
  const names =
    verdict.type && allowedFields(context, { item: item.code, type: verdict.type.id, wanted: input.fields });
  // An unreadable code is of no type; what was read and is not the item's shows nothing, good or bad.
  if (verdict.type && !names) {
    await logOnce(context, shift, look, { refused: 'not_for_this_item' }, { type: verdict.type.id });
    throw new ServiceError('not_for_this_item');
  }
  if (verdict.code !== 'valid') {
    if (verdict.code !== 'careful_second_code')
      await logOnce(context, shift, look, { refused: verdict.code });
    return answerOf(judged, withinItem(verdict, names ?? []), { fields: [] });
  }
  const isShownNow = verdict.format === 'show-code' && verdict.holderProven;
  if (!isShownNow || !shown) {
    const own = withinItem(verdict, names!);
    await logOnce(context, shift, look, { fields: own.fields.map(({ name }) => name) });
    return answerOf(judged, own, { fields: [] });
  }
  try {
    await countHolder(context, shift, { holder: shown.certificate.holder, way: 'shown' });
  } catch (error) {
    await logOnce(context, shift, look, { refused: 'counter_stopped' });
    throw error;
  }
  const type = context.catalogue.get(shown.certificate.type);
  const record = showRecord(type, shown.certificate, names!);
  await logOnce(context, shift, look, { fields: namesOf(record) });
  return answerOf(judged, withinItem(verdict, names!), record);
};

const subjectsOf = (shown: ShownCopy | undefined): string[] =>
  shown ? [shown.holder, ...(shown.presenter === undefined ? [] : [shown.presenter])] : [];

/** A view that names nobody has no status entry, and no field of the record: its yes or no is all it says. */
const withinItem = (verdict: Verdict, names: readonly string[]): Verdict =>
  verdict.format === 'show-code' && !verdict.statusEntry && ['valid', 'answer_no'].includes(verdict.code)
    ? verdict
    : { ...verdict, fields: verdict.fields.filter(({ name }) => names.includes(name)) };

const answerOf = <R extends object>({ look, alreadyUsed }: Judged, verdict: Verdict, record: R) => ({
  look,
  verdict,
  already_used: alreadyUsed,
  ...record,
});
