/** CTR-5: what was judged without a network is written into its holders' logs, and what has ended meanwhile is flagged. */
import { seconds } from '../clock.ts';
import type { ShownCopy } from '../credentials/index.ts';
import { AlreadyExists, Conflict } from '../storage/index.ts';
import type { CredentialFormat, VerdictCode } from '../verifier/core/verdict.ts';
import { type Asking, actorOf, type CounterContext } from './context.ts';
import { raiseFlag } from './flags.ts';
import { countWrongPins, officeAt } from './officers.ts';

/** Certificate, list and index, view, times, verdict, officer; never a value. */
export interface OfflineResult {
  id: string;
  officer: string;
  item?: string | undefined;
  format: CredentialFormat;
  verdict: VerdictCode;
  type?: string | undefined;
  view?: number | undefined;
  entry?: { list: number; index: number } | undefined;
  cti?: string | undefined;
  scanned_at: number;
  made_at?: number | undefined;
  pack_number?: number | undefined;
}

export interface Taken {
  id: string;
  status: 'recorded' | 'known' | 'refused';
  flagged: boolean;
}

/** How far off a device's clock may be. Seconds. */
const clockSlack = 300;
const day = 86_400;
/** How old a queue may be, and how long an id is remembered: longer, so that no result is taken twice. */
const oldest = 30 * day;
const kept = 60 * day;

export const takeResults = async (
  context: CounterContext,
  asking: Asking,
  input: { results: readonly OfflineResult[]; wrongPins: readonly { officer: string; count: number }[] },
): Promise<Taken[]> => {
  const posts = new Map<string, ReturnType<CounterContext['officials']['posts']['of']>>();
  const organisation = await context.officials.tree.current();
  /** She may have left since; when she scanned it she had a post here. */
  const workedHere = async ({ officer, scanned_at: then }: OfflineResult): Promise<boolean> => {
    if (!posts.has(officer)) posts.set(officer, context.officials.posts.of(officer));
    return (await posts.get(officer)!).some(
      ({ unit, from, until = then + 1, endedAt = then + 1 }) =>
        organisation.isWithin(unit, asking.counter.unit) &&
        from <= then + clockSlack &&
        then < Math.min(until, endedAt) + clockSlack,
    );
  };
  const taken: Taken[] = [];
  for (const result of input.results) {
    const now = seconds(context.clock);
    const inTime = result.scanned_at <= now + clockSlack && result.scanned_at >= now - oldest;
    taken.push(
      inTime && (await workedHere(result))
        ? await takeResult(context, asking, result)
        : { id: result.id, status: 'refused', flagged: false },
    );
  }
  for (const { officer, count } of input.wrongPins)
    if (await officeAt(context, asking.counter, officer))
      await countWrongPins(context, asking.counter, { officer, tries: count });
  return taken;
};

/** The id first, then log and flag, then that they are done: after a crash the device sends it again and it goes on. */
const takeResult = async (context: CounterContext, asking: Asking, result: OfflineResult): Promise<Taken> => {
  const { results } = context.store;
  const id = `${asking.counter.id}.${result.id}`;
  const document = {
    id,
    logged: false,
    flagged: false,
    expiresAt: seconds(context.clock) + kept,
  };
  let mine: Awaited<ReturnType<typeof results.insert>>;
  try {
    mine = await results.insert(document);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const known = await results.get(id);
    if (!known || known.logged) return { id: result.id, status: 'known', flagged: known?.flagged ?? false };
    mine = known;
  }
  const shown = result.entry && (await context.credentials.shownBy(result.entry));
  await logResult(context, asking, { result, shown });
  const flagged = await flagEnded(context, asking, { result, shown, cause: id });
  try {
    await results.replace({ ...mine, logged: true, flagged });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  return { id: result.id, status: 'recorded', flagged };
};

interface Found {
  result: OfflineResult;
  shown: ShownCopy | undefined;
}

const logResult = async (
  { audit, items, catalogue }: CounterContext,
  { counter, requestId }: Asking,
  { result, shown }: Found,
): Promise<void> => {
  const view = catalogue
    .find(shown?.certificate.type ?? '')
    ?.views.find(({ number }) => number === result.view);
  const event = {
    action: 'certificate.checked_offline',
    actor: actorOf(result.officer),
    object: shown?.certificate.id ?? counter.id,
    ...(view ? { fields: view.fields.map(({ field }) => field) } : {}),
    result: result.verdict === 'valid' ? ('ok' as const) : ('refused' as const),
    details: {
      offline: true,
      scanned_at: result.scanned_at,
      verdict: result.verdict,
      unit: counter.unit,
      counter: counter.id,
      // Of a code the device made up no word is repeated.
      ...(result.item !== undefined && items.find(result.item) ? { item: result.item } : {}),
      ...(result.pack_number === undefined ? {} : { pack: result.pack_number }),
    },
    ...(requestId === undefined ? {} : { requestId }),
  };
  const subjects = shown ? [shown.holder, ...(shown.presenter ? [shown.presenter] : [])] : [undefined];
  for (const subject of subjects) await audit.append({ ...event, ...(subject ? { subject } : {}) });
};

/** Valid there, and not in force any more: by an old list, or because it ended after the scan. */
const flagEnded = async (
  context: CounterContext,
  { counter }: Asking,
  { result, shown, cause }: Found & { cause: string },
): Promise<boolean> => {
  if (result.verdict !== 'valid' || !shown || shown.status === 0 || shown.superseded) return false;
  const { type, identifier, state, stateChangedAt } = shown.certificate;
  await raiseFlag(context, counter, {
    kind: 'certificate_ended',
    officer: result.officer,
    cause,
    details: {
      type,
      identifier,
      certificate_state: state,
      scanned_at: result.scanned_at,
      // The certificate may stand while this copy was ended, on a phone that was lost.
      ...(state === '01'
        ? { copy_ended: true }
        : { state_changed_at: stateChangedAt, before_scan: stateChangedAt <= result.scanned_at }),
    },
  });
  return true;
};
