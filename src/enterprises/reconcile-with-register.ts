/**
 * NET-4: what the register says about the legal representative and the enterprise's life holds here too. Compared on
 * every question about a capacity (at most `freshSeconds` old) and by the periodic job. What ends, ends in one write of
 * the enterprise's document; the mandates given under an ended post are dead with it and closed afterwards.
 */
import type { Account } from '../accounts/index.ts';
import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { documentKey, normaliseName } from '../identifiers/index.ts';
import type { Versioned } from '../storage/index.ts';
import { closeDeadMandates } from './close-dead-mandates.ts';
import type { EnterprisesContext } from './context.ts';
import { type Enterprise, type Post, postsOf } from './enterprise.ts';
import { change } from './enterprise-store.ts';
import type { EnterpriseRecord, EnterpriseRegister } from './register/enterprise-register.ts';
import { type EnterpriseEvent, makeEvent, tell, withEvents } from './tell-events.ts';

/** `paused`: the register does not confirm the enterprise now, which ends nothing; it has no capacity meanwhile. */
export type Standing = 'active' | 'paused' | 'ended';

export interface Confirmed {
  enterprise: Versioned<Enterprise>;
  standing: Standing;
}

const freshSeconds = 3;
/** How long an answer counts while the register does not answer. Acts that give power never rely on it. */
const outageSeconds = 900;
const registerTimeoutMs = 2_000;
const remembered = 10_000;
const endedStates = new Set<EnterpriseRecord['state']>(['03', '04', '05', '06', '07']);

interface Answer {
  at: number;
  record: EnterpriseRecord | undefined;
  /** Version of the enterprise's document that was compared with it. */
  ver?: number;
}

/** Asks the register and remembers the answers of this process. */
export interface Reconciler {
  answers: Map<string, Answer>;
  ask(creditCode: string, strict: boolean): Promise<Answer>;
}

const withTimeout = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceError('register_unavailable')), registerTimeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

export const createReconciler = (register: EnterpriseRegister, clock: Clock): Reconciler => {
  const answers = new Map<string, Answer>();
  return {
    answers,
    async ask(creditCode, strict) {
      const known = answers.get(creditCode);
      const age = known ? seconds(clock) - known.at : Number.POSITIVE_INFINITY;
      if (known && age >= 0 && age < freshSeconds) return known;
      let record: EnterpriseRecord | undefined;
      try {
        record = await withTimeout(register.find(creditCode));
        // An answer about somebody else is no answer.
        if (record && record.creditCode !== creditCode) throw new ServiceError('register_unavailable');
      } catch (error) {
        if (!(error instanceof ServiceError && error.code === 'register_entry_faulty')) {
          if (known && !strict && age < outageSeconds) return known;
          throw new ServiceError('register_unavailable', { cause: error });
        }
        if (strict) throw error;
      }
      const answer: Answer = { at: seconds(clock), record };
      answers.delete(creditCode);
      answers.set(creditCode, answer);
      if (answers.size > remembered) answers.delete(answers.keys().next().value!);
      return answer;
    },
  };
};

export interface Lapse {
  post: Post;
  reason: string;
}

/**
 * By her document; by one that she had before only together with her name, because a number that two people had by mistake
 * is a reason for a new one.
 */
const isNamed = (account: Account, { kind, number, name }: EnterpriseRecord['legalRep']): boolean => {
  const named = documentKey({ kind, number });
  if (named === documentKey({ kind: account.documentKind, number: account.documentNumber })) return true;
  const sameName = normaliseName(name) === normaliseName(account.name);
  return sameName && (account.formerDocuments ?? []).some((former) => documentKey(former) === named);
};

const lapsesOf = async (
  { accounts }: EnterprisesContext,
  enterprise: Enterprise,
  record: EnterpriseRecord,
): Promise<Lapse[]> => {
  const posts = postsOf(enterprise);
  if (endedStates.has(record.state)) return posts.map((post) => ({ post, reason: 'enterprise_ended' }));
  const lapses: Lapse[] = [];
  for (const post of posts) {
    const account = await accounts.get(post.account);
    if (!account || account.state === 'closed') lapses.push({ post, reason: 'account_closed' });
    else if (post === enterprise.legalRep) {
      if (!isNamed(account, record.legalRep)) lapses.push({ post, reason: 'legal_rep_changed' });
    }
  }
  return lapses;
};

/** The enterprise without the posts that have lapsed, and without those that rested on them. */
export const endPosts = (
  context: EnterprisesContext,
  current: Versioned<Enterprise>,
  record: Pick<EnterpriseRecord, 'name' | 'region' | 'state'>,
  lapses: Lapse[],
  actor = 'register',
): { next: Versioned<Enterprise>; events: EnterpriseEvent[] } | undefined => {
  const { state } = record;
  const ends = state !== undefined && endedStates.has(state) && current.state === 'active';
  const reasons = new Map(lapses.map(({ post, reason }) => [post.id, reason]));
  const reasonOf = (post: Post): string | undefined =>
    ends
      ? 'enterprise_ended'
      : (reasons.get(post.id) ?? (post.appointedUnder && reasons.get(post.appointedUnder)));
  const gone = postsOf(current).filter((post) => reasonOf(post));
  const renamed = record.name !== current.name || record.region !== current.region;
  if (gone.length === 0 && !ends && !renamed) return undefined;

  const left = new Set(gone);
  const kept = current.legalRep && !left.has(current.legalRep) ? current.legalRep : undefined;
  const events = gone.map((post) => {
    const role = post === current.legalRep ? 'legal_rep' : 'manager';
    return makeEvent(context, {
      action: role === 'legal_rep' ? 'enterprise.legal_rep_ended' : 'enterprise.manager_ended',
      actor,
      concerned: [post.account],
      enterprise: current.id,
      object: current.id,
      details: { reason: reasonOf(post)! },
      ended: [{ accountId: post.account, ref: `e:${current.id}:${role}` }],
    });
  });
  if (ends) {
    const concerned = gone.map(({ account }) => account);
    const about = { enterprise: current.id, object: current.id, details: { register_state: state } };
    events.push(makeEvent(context, { action: 'enterprise.ended', actor: 'register', concerned, ...about }));
  }
  const next: Versioned<Enterprise> = {
    ...current,
    name: record.name,
    region: record.region,
    state: ends ? 'ended' : current.state,
    term: ends ? current.term + 1 : current.term,
    legalRep: kept,
    managers: current.managers.filter((post) => !left.has(post)),
  };
  return { next: withEvents(next, events), events };
};

/**
 * The enterprise as the register confirms it now. `strict`: for acts that give power; throws register_unavailable or
 * register_entry_faulty where a question about a capacity may go by the last answer of the past quarter of an hour.
 */
export const reconcile = async (
  context: EnterprisesContext,
  enterpriseId: string,
  { strict = false } = {},
): Promise<Confirmed | undefined> => {
  const { store, reconciler } = context;
  const stored = await store.enterprises.get(enterpriseId);
  if (!stored) return undefined;
  if (stored.state === 'ended') return { enterprise: stored, standing: 'ended' };
  const answer = await reconciler.ask(stored.creditCode, strict);
  const { record } = answer;
  if (!record || (record.state !== '01' && !endedStates.has(record.state))) {
    return { enterprise: stored, standing: 'paused' };
  }
  const standing = record.state === '01' ? 'active' : 'ended';
  if (answer.ver === stored.ver) return { enterprise: stored, standing };

  const lapses = await lapsesOf(context, stored, record);
  let events: EnterpriseEvent[] = [];
  const { document, changed } = await change(store.enterprises, enterpriseId, (current) => {
    const step = endPosts(context, current, record, lapses);
    events = step?.events ?? [];
    return step?.next;
  });
  if (!changed) {
    if (document.ver === stored.ver) answer.ver = stored.ver;
    return { enterprise: document, standing };
  }
  const told = await tell(context, store.enterprises, document, events);
  await closeDeadMandates(context, told);
  return { enterprise: told, standing };
};

/** For acts: the enterprise must be confirmed as alive. */
export const confirmedForAct = async (
  context: EnterprisesContext,
  enterpriseId: string,
): Promise<Versioned<Enterprise>> => {
  const confirmed = await reconcile(context, enterpriseId, { strict: true });
  if (!confirmed) throw new ServiceError('not_found');
  if (confirmed.standing !== 'active') throw new ServiceError('enterprise_not_active');
  return confirmed.enterprise;
};
