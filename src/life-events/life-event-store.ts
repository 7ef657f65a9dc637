import { documentKey } from '../identifiers/index.ts';
import { type Collection, Conflict, type Storage, type Versioned } from '../storage/index.ts';
import { canonical } from './canonical.ts';
import type { CursorDocument, LifeEventDocument } from './life-event.ts';

export interface LifeEventStore {
  events: Collection<LifeEventDocument>;
  cursor: Collection<CursorDocument>;
}

/** Declares the collections. Call before `storage.prepare()`. */
export const openLifeEventStore = (storage: Storage): LifeEventStore => ({
  events: storage.collection<LifeEventDocument>({
    name: 'life_events',
    schemaVersion: 1,
    owner: 'account',
    sealed: ['change'],
    indexes: ['account', 'pending'],
    // A number that is about to become hers: what the register says of it already is about her.
    keyed: {
      newDocument: {
        value: ({ change }) => (change && 'to' in change ? documentKey(canonical(change.to)) : undefined),
      },
    },
  }),
  cursor: storage.collection<CursorDocument>({ name: 'life_event_cursor', schemaVersion: 1 }),
});

/**
 * Writes how far an event has come; from then on the account says what has changed, and the event no more. When another
 * process was first, what that one wrote stands.
 */
export const finish = async (
  { events }: LifeEventStore,
  event: Versioned<LifeEventDocument>,
  outcome: Pick<LifeEventDocument, 'state' | 'reason' | 'endedAt' | 'pending'>,
): Promise<Versioned<LifeEventDocument>> => {
  const { pending: _pending, change: _change, ...rest } = event;
  try {
    return await events.replace({ ...rest, ...outcome });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return (await events.get(event.id)) ?? event;
  }
};

/** Everything that is left to do, in the order in which it was told. */
export const pendingEvents = async ({ events }: LifeEventStore): Promise<Versioned<LifeEventDocument>[]> => {
  const found: Versioned<LifeEventDocument>[] = [];
  for (let after: string | undefined; ; ) {
    const page = await events.find('pending', 'yes', { limit: 500, ...(after ? { after } : {}) });
    found.push(...page);
    if (page.length < 500) return found.sort((a, b) => (a.order < b.order ? -1 : 1));
    after = page.at(-1)!.id;
  }
};
