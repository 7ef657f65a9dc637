import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import { changeAccount, reissueCertificates } from './apply-change.ts';
import { applyDeath, cancelCertificates } from './apply-death.ts';
import { actor, type LifeEventsContext } from './context.ts';
import { type LifeEventDocument, reissueSeconds } from './life-event.ts';
import { finish } from './life-event-store.ts';

/** What asking again will not change: an officer has to look. */
const final = new Set(['account_exists', 'invalid_request', 'not_found']);

/** Another event of this person that came before and has not changed her account yet: hers are applied in their order. */
const waitsForEarlier = async (
  { store }: LifeEventsContext,
  { account, order, state }: LifeEventDocument,
): Promise<boolean> => {
  if (state !== 'received') return false;
  const hers = await store.events.find('account', account!, { limit: 500 });
  return hers.some((one) => one.state === 'received' && one.order < order);
};

const requestSeconds = 60;

/** A request that was under way when she died may have recorded a certificate since: by now there is none any more. */
const lookAgain = async (context: LifeEventsContext, event: Versioned<LifeEventDocument>): Promise<void> => {
  if (seconds(context.clock) < event.endedAt! + requestSeconds) return;
  await cancelCertificates(context, event.account!);
  await finish(context.store, event, { state: 'applied', endedAt: event.endedAt! });
};

/**
 * Carries an event out. Every step may be done again: whatever a crash leaves, the next turn begins at the first step
 * that is not known to be done and ends at the last.
 */
export const applyEvent = async (
  context: LifeEventsContext,
  event: Versioned<LifeEventDocument>,
): Promise<void> => {
  if (await waitsForEarlier(context, event)) return;
  const account = event.account!;
  const endedAt = seconds(context.clock);
  const end = async (
    state: 'applied' | 'refused',
    present: Versioned<LifeEventDocument>,
    details: Record<string, string | number>,
  ): Promise<void> => {
    await context.audit.append({
      action: 'life_event.applied',
      actor,
      subject: account,
      object: event.id,
      result: state === 'applied' ? 'ok' : 'refused',
      details: { kind: event.kind, ...details },
    });
    const reason = details.reason === undefined ? {} : { reason: String(details.reason) };
    const again = event.kind === 'death' && state === 'applied' ? { pending: 'yes' as const } : {};
    await finish(context.store, present, { state, endedAt, ...reason, ...again });
  };
  if (event.state === 'applied') return lookAgain(context, event);
  try {
    if (event.kind === 'death') return await end('applied', event, await applyDeath(context, account));
    const changed = event.state === 'received' ? await changeAccount(context, event) : event;
    const { waiting, reissued } = await reissueCertificates(context, account);
    if (waiting === 0) return await end('applied', changed, { reissued });
    if (endedAt >= event.receivedAt + reissueSeconds)
      await end('refused', changed, { reason: 'register_not_changed', waiting });
  } catch (error) {
    if (!(error instanceof ServiceError && final.has(error.code))) throw error;
    await end('refused', event, { reason: error.code });
  }
};
