/** One officer at a time works at a counter, for at most twelve hours. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { type Asking, actorOf, type CounterContext, type OnShift } from './context.ts';
import { officeAt, provePin } from './officers.ts';
import { opaqueId } from './opaque-id.ts';

export const shiftSeconds = 12 * 3600;

export const beginShift = async (
  context: CounterContext,
  { counter, requestId }: Asking,
  input: { officer: string; pinKey: string },
) => {
  await provePin(context, counter, input);
  // A short memory marks its beginning when it is first asked: before the first code is shown here, not after.
  await context.ephemeral.since();
  const from = seconds(context.clock);
  const { officer } = input;
  const shift = { id: opaqueId('cs'), officer, from, until: from + shiftSeconds };
  await context.store.counters.replace({ ...counter, shift, lastSeen: from });
  await context.audit.append({
    action: 'counter.shift_began',
    actor: actorOf(officer),
    subject: officer,
    object: counter.id,
    result: 'ok',
    details: { unit: counter.unit },
    requestId,
  });
  return { shift: shift.id, officer, from, until: shift.until };
};

export const endShift = async (
  { store }: CounterContext,
  { counter }: Asking,
  shift: string,
): Promise<void> => {
  if (counter.shift?.id !== shift) return;
  const { shift: _ended, ...rest } = counter;
  await store.counters.replace(rest);
};

/** The officer who answers for what follows; asked of the organisation each time (ZZD-2). Throws counter_stopped, shift_ended. */
export const onShift = async (context: CounterContext, asking: Asking, shift: string): Promise<OnShift> => {
  const { counter } = asking;
  if (counter.state === 'stopped') throw new ServiceError('counter_stopped');
  const current = counter.shift;
  const lives = current?.id === shift && seconds(context.clock) < current.until;
  if (!lives || !(await officeAt(context, counter, current.officer))) throw new ServiceError('shift_ended');
  return { ...asking, officer: current.officer };
};
