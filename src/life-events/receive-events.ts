import { createHash } from 'node:crypto';
import { seconds } from '../clock.ts';
import { documentKey } from '../identifiers/index.ts';
import { AlreadyExists, Conflict, type Versioned } from '../storage/index.ts';
import { applyEvent } from './apply-event.ts';
import { canonical } from './canonical.ts';
import type { LifeEventsContext } from './context.ts';
import type { LifeEvent, LifeEventDocument } from './life-event.ts';

/** Who it is about: by the present document, or by one that an event still under way is about to give her. */
const accountOf = async (
  { accounts, store }: LifeEventsContext,
  { holder }: LifeEvent,
): Promise<string | undefined> => {
  const { kind, number } = canonical(holder);
  const found = await accounts.findByDocument(kind, number);
  if (found) return found.id;
  const [coming] = await store.events.findKeyed('newDocument', documentKey({ kind, number }), { limit: 1 });
  return coming?.account;
};

const changeOf = (event: LifeEvent): LifeEventDocument['change'] => {
  if (event.kind === 'name_changed') return { name: event.name };
  return event.kind === 'number_changed' ? { to: event.to } : undefined;
};

const idOf = (event: LifeEvent): string =>
  `le_${createHash('sha256').update(`life-event|${event.id}`).digest('base64url').slice(0, 22)}`;

/** Insert-only: an event that came before is not stored, and so not applied, again. */
const store = async (
  context: LifeEventsContext,
  event: LifeEvent,
  order: number,
): Promise<Versioned<LifeEventDocument> | undefined> => {
  const account = await accountOf(context, event);
  const change = changeOf(event);
  const now = seconds(context.clock);
  try {
    return await context.store.events.insert({
      id: idOf(event),
      kind: event.kind,
      order: String(order).padStart(15, '0'),
      receivedAt: now,
      ...(account
        ? { account, ...(change ? { change } : {}), state: 'received' as const, pending: 'yes' as const }
        : { state: 'nobody' as const, endedAt: now }),
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    return undefined;
  }
};

/**
 * Takes the register's next page: each event is stored as the intent and then applied, one after the other, because a new
 * number is what the next event may name her by. The cursor moves when the whole page is stored; after a crash a page comes
 * again and finds its events there.
 */
export const receiveEvents = async (
  context: LifeEventsContext,
  onFailure: (error: unknown) => void,
): Promise<{ received: number; faulty: number; more: boolean }> => {
  const { cursor } = context.store;
  const known = await cursor.get('cursor');
  const page = await context.register.lifeEvents(known?.value);
  const count = known?.count ?? 0;
  let received = 0;
  for (const [at, event] of page.events.entries()) {
    const stored = await store(context, event, count + at);
    if (!stored) continue;
    received += 1;
    // What fails here stays pending and is taken up by the next turn.
    if (stored.pending) await applyEvent(context, stored).catch(onFailure);
  }
  const value = page.cursor ?? known?.value;
  if (value !== known?.value) {
    const next = { id: 'cursor' as const, count: count + page.events.length, ...(value ? { value } : {}) };
    try {
      if (known) await cursor.replace({ ...next, ver: known.ver });
      else await cursor.insert(next);
    } catch (error) {
      // Another process took the same page.
      if (!(error instanceof Conflict || error instanceof AlreadyExists)) throw error;
    }
  }
  const came = page.events.length + page.faulty > 0;
  return { received, faulty: page.faulty, more: came && value !== known?.value };
};
