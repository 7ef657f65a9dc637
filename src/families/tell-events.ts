/**
 * Who must know of what happened to a link: the audit of both sides, both sides themselves, and the copies that end with
 * it. An event is stored in the document that it changed, in the same write, and taken out once told: a crash between
 * the two leaves it for the periodic job. So it is told at least once; a notice has the id of its event and stays one.
 */
import type { NoticeKind } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { FamiliesContext } from './context.ts';
import { type Family, type Link, powerOf } from './family.ts';
import { changeFamily, familyOf, newId } from './family-store.ts';

export type FamilyAction = 'family.invited' | 'family.linked' | 'family.kept' | 'family.ended';

export interface FamilyEvent {
  id: string;
  action: FamilyAction;
  /** `account:<id>`, `register` or `system` */
  actor: string;
  at: number;
  /** Account ids: in whose log it stands. */
  concerned: string[];
  /** Who of them gets a notice. */
  told: string[];
  /** The link. */
  object: string;
  details: Record<string, string>;
  requestId?: string;
  /** Copies on these keys end with it. */
  ended?: { holder: string; deviceKeys: string[] };
}

const noticeOf: Record<FamilyAction, NoticeKind> = {
  'family.invited': 'family_invited',
  'family.linked': 'family_linked',
  'family.kept': 'family_linked',
  'family.ended': 'family_ended',
};

/** The act itself tells within this time; the job leaves younger events alone. */
const ownTimeSeconds = 30;

export const makeEvent = (
  { clock }: FamiliesContext,
  link: Link,
  event: Pick<FamilyEvent, 'action' | 'actor' | 'concerned' | 'told'> & {
    details?: Record<string, string>;
    requestId?: string | undefined;
  },
): FamilyEvent => {
  const { requestId, details, ...rest } = event;
  const { deviceKeys, holder } = link;
  return {
    ...rest,
    id: newId('event'),
    at: seconds(clock),
    object: link.id,
    details: { kind: link.kind, ...details },
    ...(requestId ? { requestId } : {}),
    ...(event.action === 'family.ended' && holder && deviceKeys.length > 0
      ? { ended: { holder, deviceKeys } }
      : {}),
  };
};

export const withEvent = (family: Family, event: FamilyEvent): Family => ({
  ...family,
  untold: [...family.untold, event],
  pending: 'yes',
});

/** Ends the copies on one key; a key that never came to be used has none. */
export const endKey = async (
  { credentials }: FamiliesContext,
  holder: string,
  thumbprint: string,
  act: { actor: string; requestId?: string },
): Promise<void> => {
  try {
    await credentials.endDevice(holder, thumbprint, act);
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'not_found')) throw error;
  }
};

const tellOne = async (context: FamiliesContext, acting: string, event: FamilyEvent): Promise<void> => {
  const { action, actor, object, details, requestId, concerned } = event;
  if (action === 'family.ended')
    await context.credentials.endPresenter(
      { account: acting, capacity: powerOf(object) },
      { actor, ...(requestId ? { requestId } : {}) },
    );
  for (const thumbprint of event.ended?.deviceKeys ?? []) {
    await endKey(context, event.ended!.holder, thumbprint, { actor, ...(requestId ? { requestId } : {}) });
  }
  for (const subject of concerned) {
    await context.audit.append({ action, actor, subject, object, result: 'ok', details, requestId });
  }
  // Once a day from one inviter: an invitation taken back and sent again is no way of writing to somebody's phone.
  const once = action === 'family.invited' ? `${actor}|${Math.floor(event.at / 86_400)}` : event.id;
  for (const id of event.told) {
    const account = await context.accounts.get(id);
    // Of a closed account there is nobody to tell.
    if (account?.state === 'active') await context.accounts.tell(id, noticeOf[action], `${once}|${id}`);
  }
};

/** Tells these events and takes them out of the document. */
export const tell = async (
  context: FamiliesContext,
  actor: string,
  events: readonly FamilyEvent[],
): Promise<void> => {
  if (events.length === 0) return;
  for (const event of events) await tellOne(context, actor, event);
  const told = new Set(events.map(({ id }) => id));
  await changeFamily(context.store, actor, (current) => {
    const untold = current.untold.filter(({ id }) => !told.has(id));
    if (untold.length === current.untold.length) return undefined;
    const { pending: _, ...rest } = current;
    return { ...rest, untold, ...(untold.length > 0 ? { pending: 'yes' as const } : {}) };
  });
};

/** What a crash left untold. */
export const tellPending = async (context: FamiliesContext): Promise<number> => {
  let count = 0;
  const youngest = seconds(context.clock) - ownTimeSeconds;
  for (const { id } of await context.store.families.find('pending', 'yes', { limit: 500 })) {
    const left = (await familyOf(context.store, id))?.untold.filter(({ at }) => at <= youngest) ?? [];
    count += left.length;
    await tell(context, id, left);
  }
  return count;
};
