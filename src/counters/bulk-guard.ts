/**
 * SHR-8: more than so many distinct holders in any hour stop the counter, and its lead hears of it. Counted in the durable
 * store, one record a holder, before anything is shown: when it cannot be counted, nothing is.
 */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict } from '../storage/index.ts';
import type { CounterContext, OnShift } from './context.ts';
import type { CounterDocument } from './counter-store.ts';
import { raiseFlag } from './flags.ts';

const hour = 3600;

export type Way = 'shown' | 'without-phone';

/** Throws counter_stopped when this holder is one too many. */
export const countHolder = async (
  context: CounterContext,
  { counter, officer }: OnShift,
  { holder, way }: { holder: string; way: Way },
): Promise<void> => {
  const { limits, clock } = context;
  await note(context, { counter, window: 'all', holder });
  if (way === 'without-phone') await note(context, { counter, window: way, holder });
  const tooMany =
    (await isAbove(context, `${counter.id}|all`, limits.holdersPerHour)) ||
    (way === 'without-phone' && (await isAbove(context, `${counter.id}|${way}`, limits.withoutPhonePerHour)));
  if (!tooMany) return;
  await stop(context, counter.id);
  await raiseFlag(context, counter, {
    kind: 'too_many_holders',
    officer,
    details: { way, at: seconds(clock) },
  });
  throw new ServiceError('counter_stopped');
};

const note = async (
  { store, clock, hide }: CounterContext,
  { counter, window, holder }: { counter: CounterDocument; window: string; holder: string },
): Promise<void> => {
  const key = `${counter.id}|${window}`;
  const id = `${key}|${hide('counter-holder', `${counter.id}|${holder}`)}`;
  const record = { id, window: key, expiresAt: seconds(clock) + hour };
  try {
    await store.lookedAt.insert(record);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const known = await store.lookedAt.get(id);
    // Just run out, or written by another request at this moment: the next count sees it either way.
    if (known) await store.lookedAt.replace({ ...record, ver: known.ver }).catch(ignoreConflict);
  }
};

const ignoreConflict = (error: unknown): void => {
  if (!(error instanceof Conflict)) throw error;
};

const isAbove = async ({ store }: CounterContext, window: string, limit: number): Promise<boolean> => {
  let counted = 0;
  for (let after: string | undefined; counted <= limit; ) {
    const page = await store.lookedAt.find('window', window, {
      ...(after === undefined ? {} : { after }),
      limit: Math.min(500, limit + 1 - counted),
    });
    counted += page.length;
    if (page.length === 0) break;
    after = page.at(-1)!.id;
  }
  return counted > limit;
};

const stop = async ({ store, clock }: CounterContext, id: string): Promise<void> => {
  for (;;) {
    const counter = await store.counters.get(id);
    if (counter?.state !== 'active') return;
    const { shift: _ended, ...rest } = counter;
    try {
      await store.counters.replace({ ...rest, state: 'stopped', stoppedAt: seconds(clock) });
      return;
    } catch (error) {
      ignoreConflict(error);
    }
  }
};
