/** What the population register says has happened to a person. */
import { z } from 'zod';

export const lifeEventKinds = ['death', 'name_changed', 'number_changed'] as const;
export type LifeEventKind = (typeof lifeEventKinds)[number];

const document = z.object({ kind: z.string().min(1).max(10), number: z.string().min(1).max(40) });
const common = { id: z.string().regex(/^[\w.:-]{1,100}$/), holder: document };

/** As the register hands it over. Its id is its own and stable: the same event has the same one for ever. */
export const lifeEventSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('death') }),
  z.object({ ...common, kind: z.literal('name_changed'), name: z.string().trim().min(1).max(100) }),
  /** Another number, or another document in the place of the one before. */
  z.object({ ...common, kind: z.literal('number_changed'), to: document }),
]);

export type LifeEvent = z.infer<typeof lifeEventSchema>;

/** What changes, kept sealed until it has been applied. */
export type LifeChange = { name: string } | { to: { kind: string; number: string } };

/**
 * `received`: the intent is stored. `reissuing`: everything else is done, a register does not have the new name or number
 * yet. `refused`: an officer has to look, `reason` says why. `nobody`: this person has no account here.
 */
export type LifeEventState = 'received' | 'reissuing' | 'applied' | 'refused' | 'nobody';

export interface LifeEventDocument {
  /** `le_` + a hash of the register's id, which may be made of anything. */
  id: string;
  kind: LifeEventKind;
  /** Sorts events in the order in which the register told them. */
  order: string;
  /** Account id; absent when this person has none. */
  account?: string;
  /** Sealed for the account, and gone once applied. */
  change?: LifeChange;
  state: LifeEventState;
  reason?: string;
  receivedAt: number;
  endedAt?: number;
  /** `yes` while something is left to do; of a death also for one more look a minute later. */
  pending?: 'yes';
}

export interface CursorDocument {
  id: 'cursor';
  /** The register's own, handed back as it came. */
  value?: string;
  /** Events received so far. */
  count: number;
}

/** How long a register may take to know a new name or number before an officer has to look. */
export const reissueSeconds = 30 * 86_400;
