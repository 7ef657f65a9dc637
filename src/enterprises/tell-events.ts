/**
 * Who must know of what happened: the audit, the persons concerned by a notice, and the login. An event is stored in
 * the document that it changed, in the same write, and taken out once it has been told: a crash between the two leaves
 * it for the periodic job. So it is told at least once; a notice has the id of its event and stays one.
 */
import type { Audit } from '../audit/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { AlreadyExists, type Collection, type Document, type Versioned } from '../storage/index.ts';
import type { LocalText } from '../verifier/core/verdict.ts';
import { change, type EnterpriseStore, newId } from './enterprise-store.ts';

export type EventAction =
  | 'enterprise.opened'
  | 'enterprise.legal_rep_ended'
  | 'enterprise.manager_appointed'
  | 'enterprise.manager_ended'
  | 'enterprise.ended'
  | 'mandate.given'
  | 'mandate.accepted'
  | 'mandate.declined'
  | 'mandate.ended';

/** A capacity that is over: sessions and tokens acting in it must end. */
export interface EndedCapacity {
  accountId: string;
  ref: string;
}

export interface EnterpriseEvent {
  id: string;
  action: EventAction;
  /** `account:<id>`, `register`, `system` or `cli` */
  actor: string;
  at: number;
  /** Account ids. */
  concerned: string[];
  enterprise: string;
  /** Enterprise or mandate id. */
  object: string;
  details?: Record<string, string | number>;
  requestId?: string;
  ended?: EndedCapacity[];
}

/** What a person reads on her account pages; kept for a year. */
export interface Notice {
  /** `<event>|<account>` */
  id: string;
  account: string;
  action: EventAction;
  enterprise: string;
  object: string;
  /** Why something ended, a stable code. */
  reason?: string;
  at: number;
  expiresAt: number;
}

export const noticeTexts: Record<EventAction, LocalText> = {
  'enterprise.opened': { zh: '您已开通企业账户', en: 'You opened the account of an enterprise' },
  'enterprise.legal_rep_ended': {
    zh: '您的法定代表人权限已终止',
    en: 'Your power as legal representative has ended',
  },
  'enterprise.manager_appointed': { zh: '企业任命了管理员', en: 'A manager was appointed' },
  'enterprise.manager_ended': { zh: '企业管理员权限已终止', en: 'A manager’s power has ended' },
  'enterprise.ended': {
    zh: '企业已终止，相关权限全部失效',
    en: 'The enterprise has ended, with every power in it',
  },
  'mandate.given': { zh: '有一项授权委托待接受', en: 'A mandate was offered' },
  'mandate.accepted': { zh: '授权委托已被接受', en: 'A mandate was accepted' },
  'mandate.declined': { zh: '授权委托被谢绝', en: 'A mandate was declined' },
  'mandate.ended': { zh: '授权委托已终止', en: 'A mandate has ended' },
};

/** Called with every capacity that ends. It MUST NOT throw; the truth stays `CapacitySource.live`. */
export type EndListener = (ended: EndedCapacity) => void | Promise<void>;

export interface TellDeps {
  audit: Audit;
  clock: Clock;
  store: EnterpriseStore;
  listeners: Set<EndListener>;
}

interface Teller extends Document {
  untold: EnterpriseEvent[];
  pending?: 'yes';
}

const noticeSeconds = 366 * 86_400;
/** The act itself tells within this time; the job leaves younger events alone. */
const ownTimeSeconds = 30;

export const makeEvent = (
  deps: Pick<TellDeps, 'clock'>,
  event: Omit<EnterpriseEvent, 'id' | 'at'>,
): EnterpriseEvent => ({
  ...event,
  id: newId('event'),
  at: seconds(deps.clock),
  concerned: [...new Set(event.concerned)],
});

/** The document with these events still to be told. */
export const withEvents = <T extends Teller>(document: T, events: EnterpriseEvent[]): T =>
  events.length === 0 ? document : { ...document, untold: [...document.untold, ...events], pending: 'yes' };

const tellOne = async ({ audit, store, listeners }: TellDeps, event: EnterpriseEvent): Promise<void> => {
  const { action, actor, object, details, requestId, concerned } = event;
  for (const subject of concerned.length > 0 ? concerned : [undefined]) {
    await audit.append({ action, actor, subject, object, result: 'ok', details, requestId });
  }
  for (const account of concerned) {
    const reason = details?.reason;
    await store.notices
      .insert({
        id: `${event.id}|${account}`,
        account,
        action,
        enterprise: event.enterprise,
        object,
        ...(typeof reason === 'string' ? { reason } : {}),
        at: event.at,
        expiresAt: event.at + noticeSeconds,
      })
      .catch((error: unknown) => {
        if (!(error instanceof AlreadyExists)) throw error;
      });
  }
  for (const ended of event.ended ?? []) {
    await Promise.allSettled([...listeners].map(async (listener) => listener(ended)));
  }
};

/** Tells these events and takes them out of the document. */
export const tell = async <T extends Teller>(
  deps: TellDeps,
  collection: Collection<T>,
  document: Versioned<T>,
  events: EnterpriseEvent[],
): Promise<Versioned<T>> => {
  if (events.length === 0) return document;
  for (const event of events) await tellOne(deps, event);
  const told = new Set(events.map(({ id }) => id));
  const { document: left } = await change(collection, document.id, (current) => {
    const untold = current.untold.filter(({ id }) => !told.has(id));
    if (untold.length === current.untold.length) return undefined;
    return { ...current, untold, pending: untold.length > 0 ? 'yes' : undefined };
  });
  return left;
};

/** What a crash left untold. */
export const tellPending = async (deps: TellDeps): Promise<number> => {
  let count = 0;
  const youngest = seconds(deps.clock) - ownTimeSeconds;
  const tellAll = async <T extends Teller>(collection: Collection<T>): Promise<void> => {
    for (const document of await collection.find('pending', 'yes', { limit: 500 })) {
      const left = document.untold.filter(({ at }) => at <= youngest);
      count += left.length;
      await tell(deps, collection, document, left);
    }
  };
  await tellAll(deps.store.enterprises);
  await tellAll(deps.store.mandates);
  return count;
};
