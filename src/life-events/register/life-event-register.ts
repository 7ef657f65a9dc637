/** The population register's news. A port: whatever happened after a cursor, in its order. */
import { z } from 'zod';
import type { AskRegister } from '../../credentials/index.ts';
import { type LifeEvent, lifeEventSchema } from '../life-event.ts';

export interface LifeEventPage {
  events: LifeEvent[];
  /** Where the next page begins; the same again when nothing came. */
  cursor?: string;
  /** Entries that could not be read; they are counted and passed over. */
  faulty: number;
}

export interface LifeEventRegister {
  /** What is really connected: `file (sample)`, `http`, `none`. */
  adapter: string;
  /** Throws register_unavailable. An event may come again; nothing may be left out. */
  lifeEvents(since: string | undefined): Promise<LifeEventPage>;
}

export const noLifeEvents: LifeEventRegister = {
  adapter: 'none',
  lifeEvents: async () => ({ events: [], faulty: 0 }),
};

export const readEvents = (entries: readonly unknown[]): Pick<LifeEventPage, 'events' | 'faulty'> => {
  const events = entries.flatMap((entry) => {
    const parsed = lifeEventSchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  return { events, faulty: entries.length - events.length };
};

const answerSchema = z.object({
  events: z.array(z.unknown()).max(500),
  cursor: z.string().max(500).optional(),
});

/** `POST <url>/life-events` `{ since?, limit: 500 }` -> `{ events: [{ id, kind, holder, name? | to? }], cursor }`. */
export const openHttpLifeEvents = (ask: AskRegister): LifeEventRegister => ({
  adapter: 'http',
  async lifeEvents(since) {
    const { events, cursor } = await ask(
      'life-events',
      { ...(since ? { since } : {}), limit: 500 },
      answerSchema,
    );
    return { ...readEvents(events), ...(cursor === undefined ? {} : { cursor }) };
  },
});
