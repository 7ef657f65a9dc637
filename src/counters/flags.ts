/** What a lead has to look at, in her work list: raised once a cause, closed by her with an outcome. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import { type Acting, actorOf, type CounterContext } from './context.ts';
import { type CounterDocument, everyOf, type FlagDocument, type FlagOutcome } from './counter-store.ts';
import { reaches } from './find-counter.ts';
import { opaqueId } from './opaque-id.ts';

type Raised = Pick<FlagDocument, 'kind' | 'officer'> & Partial<Pick<FlagDocument, 'details' | 'cause'>>;

/** The flag first, then the audit: a crash between them is told twice, never not at all. */
export const raiseFlag = async (
  { store, audit, clock }: CounterContext,
  { id: counter, unit }: Pick<CounterDocument, 'id' | 'unit'>,
  { kind, officer, details = {}, cause }: Raised,
): Promise<void> => {
  const at = seconds(clock);
  const id = opaqueId('cf');
  try {
    await store.flags.insert({
      id,
      kind,
      counter,
      unit,
      ...(officer === undefined ? {} : { officer }),
      at,
      state: 'open',
      details,
      cause: cause ?? id,
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
  await audit.append({
    action: 'counter.flagged',
    actor: 'system',
    object: counter,
    result: 'refused',
    details: { kind, unit },
  });
};

export type ShownFlag = Omit<FlagDocument, 'cause' | 'closedBy'>;

const shown = ({ cause: _cause, closedBy: _by, ...flag }: FlagDocument): ShownFlag => {
  const { ver: _ver, ...rest } = flag as ShownFlag & { ver?: number };
  return rest;
};

/** Of the units she answers for: open ones first, the newest first. */
export const listFlags = async (context: CounterContext, acting: Acting): Promise<ShownFlag[]> => {
  const found: ShownFlag[] = [];
  for (const { id } of (await context.officials.tree.current()).units)
    if (await reaches(context, acting, id))
      for await (const flag of everyOf(context.store.flags, 'unit', id)) found.push(shown(flag));
  return found.sort((a, b) => (a.state === b.state ? b.at - a.at : a.state === 'open' ? -1 : 1));
};

export const closeFlag = async (
  context: CounterContext,
  acting: Acting,
  { flag: id, outcome }: { flag: string; outcome: FlagOutcome },
): Promise<ShownFlag> => {
  const flag = await context.store.flags.get(id);
  if (!flag || !(await reaches(context, acting, flag.unit))) throw new ServiceError('not_found');
  if (flag.state === 'closed') return shown(flag);
  // What an officer is asked about is not closed by herself.
  if (flag.officer === acting.official.accountId) throw new ServiceError('second_person_needed');
  const by = acting.official.accountId;
  const closed = await context.store.flags.replace({ ...flag, state: 'closed', outcome, closedBy: by });
  await context.audit.append({
    action: 'counter.flag_closed',
    actor: actorOf(by),
    object: flag.counter,
    result: 'ok',
    details: { kind: flag.kind, outcome },
    requestId: acting.requestId,
  });
  return shown(closed);
};
