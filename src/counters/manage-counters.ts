/** The lead's list, and the end of a counter: at once, since its record is read with each request. */
import type { ActContext } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { Acting, CounterContext } from './context.ts';
import { type CounterDocument, everyOf } from './counter-store.ts';
import { byLead, checkItems, record } from './enrol-counter.ts';
import { leadsCounter, reaches } from './find-counter.ts';

export const revokeReasons = ['device_lost', 'device_replaced', 'counter_closed', 'misuse'] as const;
export type RevokeReason = (typeof revokeReasons)[number];

export const writeCounter = async ({ store }: Pick<CounterContext, 'store'>, counter: CounterDocument) => {
  let openFlags = 0;
  for await (const { state } of everyOf(store.flags, 'counter', counter.id))
    if (state === 'open') openFlags += 1;
  return {
    id: counter.id,
    name: counter.name,
    unit: counter.unit,
    items: counter.items,
    state: counter.state,
    until: counter.until,
    ...(counter.enrolledAt === undefined ? {} : { enrolled_at: counter.enrolledAt }),
    ...(counter.lastSeen === undefined ? {} : { last_seen: counter.lastSeen }),
    ...(counter.stoppedAt === undefined ? {} : { stopped_at: counter.stoppedAt }),
    open_flags: openFlags,
  };
};

export type ShownCounter = Awaited<ReturnType<typeof writeCounter>>;

/** Of her unit and those below it; for the operator, of all. */
export const listCounters = async (context: CounterContext, acting?: Acting): Promise<ShownCounter[]> => {
  const shown: ShownCounter[] = [];
  for await (const counter of everyOf(context.store.counters))
    if (acting === undefined || (await reaches(context, acting, counter.unit)))
      shown.push(await writeCounter(context, counter));
  return shown.sort((a, b) => a.unit.localeCompare(b.unit) || a.name.localeCompare(b.name, 'zh'));
};

export const setItems = async (
  context: CounterContext,
  acting: Acting,
  { id, items }: { id: string; items: readonly string[] },
): Promise<ShownCounter> => {
  const counter = await leadsCounter(context, acting, id);
  if (counter.state === 'revoked') throw new ServiceError('counter_ended');
  const checked = await checkItems(context, counter.unit, items);
  const replaced = await context.store.counters.replace({ ...counter, items: checked });
  await record(context, byLead(acting), 'counter.items_set', counter, { items: checked.length });
  return writeCounter(context, replaced);
};

export const revokeCounter = async (
  context: CounterContext,
  acting: Acting,
  { id, reason }: { id: string; reason: RevokeReason },
): Promise<ShownCounter> => {
  const counter = await leadsCounter(context, acting, id);
  return endCounter(context, byLead(acting), { id: counter.id, reason });
};

/** For good: code and shift go. Also for the operator. */
export const endCounter = async (
  context: CounterContext,
  by: ActContext,
  { id, reason }: { id: string; reason: RevokeReason },
): Promise<ShownCounter> => {
  const counter = await context.store.counters.get(id);
  if (!counter) throw new ServiceError('not_found');
  if (counter.state === 'revoked') return writeCounter(context, counter);
  const { codeHash: _code, codeUntil: _until, shift: _shift, ...rest } = counter;
  const revoked = await context.store.counters.replace({
    ...rest,
    state: 'revoked',
    revokedReason: reason,
  });
  await record(context, by, 'counter.revoked', counter, { reason });
  return writeCounter(context, revoked);
};

/** After the bulk guard: she has looked at it. The hour begins anew. */
export const resumeCounter = async (
  context: CounterContext,
  acting: Acting,
  id: string,
): Promise<ShownCounter> => {
  const counter = await leadsCounter(context, acting, id);
  if (counter.state !== 'stopped') throw new ServiceError('conflict');
  // An officer who worked there does not wave her own stop through.
  const flags: string[] = [];
  for await (const { kind, state, officer } of everyOf(context.store.flags, 'counter', id))
    if (kind === 'too_many_holders' && state === 'open' && officer) flags.push(officer);
  if (flags.includes(acting.official.accountId)) throw new ServiceError('second_person_needed');
  for await (const { id: seen } of everyOf(context.store.lookedAt, 'window', `${id}|all`))
    await context.store.lookedAt.delete(seen);
  for await (const { id: seen } of everyOf(context.store.lookedAt, 'window', `${id}|without-phone`))
    await context.store.lookedAt.delete(seen);
  const { stoppedAt: _stopped, ...rest } = counter;
  const resumed = await context.store.counters.replace({ ...rest, state: 'active' });
  await record(context, byLead(acting), 'counter.resumed', counter);
  return writeCounter(context, resumed);
};
