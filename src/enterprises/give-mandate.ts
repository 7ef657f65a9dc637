import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { normaliseDocumentNumber } from '../identifiers/index.ts';
import type { Items, ServiceItem } from '../items/index.ts';
import type { Versioned } from '../storage/index.ts';
import { concernedBy } from './close-dead-mandates.ts';
import {
  type Act,
  actingAccount,
  type EnterprisesContext,
  findNamedPerson,
  type NamedPerson,
} from './context.ts';
import { type Enterprise, isOpen, type Mandate, maxMandateSeconds, type Post, postOf } from './enterprise.ts';
import { findAll, newId } from './enterprise-store.ts';
import { confirmedForAct } from './reconcile-with-register.ts';
import { makeEvent, tell } from './tell-events.ts';

export interface MandateTerms {
  items: readonly string[];
  /** Unix seconds; now when absent. */
  validFrom?: number;
  validUntil: number;
}

export interface GiveMandateInput extends MandateTerms {
  enterprise: string;
  to: { person: NamedPerson } | { agentCreditCode: string };
}

/** Open mandates an enterprise may have given at one time. */
const maxOpen = 500;

/** Items that an enterprise may hand to a delegate. */
export const itemsForMandates = (items: Items): ServiceItem[] =>
  items
    .all()
    .filter(({ state, who, delegate }) => state === 'active' && delegate && who.includes('enterprise'));

const checkTerms = (context: EnterprisesContext, terms: MandateTerms) => {
  const now = seconds(context.clock);
  const validFrom = terms.validFrom ?? now;
  const { validUntil } = terms;
  const refuse = (field: string): never => {
    throw new ServiceError('invalid_request', { detail: `fields: ${field}` });
  };
  // A minute for clocks that go slow.
  if (validFrom < now - 60 || validFrom > now + maxMandateSeconds) refuse('validFrom');
  if (validUntil <= Math.max(validFrom, now) || validUntil > validFrom + maxMandateSeconds)
    refuse('validUntil');
  const items = [...new Set(terms.items)].sort();
  if (items.length === 0) refuse('items');
  const usable = new Set(itemsForMandates(context.items).map(({ code }) => code));
  if (!items.every((code) => usable.has(code))) throw new ServiceError('item_not_for_mandate');
  return { items, validFrom, validUntil };
};

const powerIn = (enterprise: Enterprise, account: string): Post => {
  const post = postOf(enterprise, account);
  if (!post) throw new ServiceError('forbidden');
  return post;
};

const insertMandate = async (
  context: EnterprisesContext,
  act: Act,
  draft: Pick<Mandate, 'kind' | 'enterprise' | 'person' | 'agent' | 'agentTerm' | 'parent' | 'givenUnder'> &
    ReturnType<typeof checkTerms>,
): Promise<Versioned<Mandate>> => {
  const { store, clock } = context;
  const mandate: Mandate = {
    ...draft,
    id: newId('m'),
    givenBy: act.accountId,
    state: 'offered',
    createdAt: seconds(clock),
    untold: [],
  };
  const event = makeEvent(context, {
    action: 'mandate.given',
    actor: `account:${act.accountId}`,
    concerned: await concernedBy(context, mandate),
    enterprise: mandate.enterprise,
    object: mandate.id,
    details: { items: mandate.items.length },
    ...(act.requestId ? { requestId: act.requestId } : {}),
  });
  const stored = await store.mandates.insert({ ...mandate, untold: [event], pending: 'yes' });
  return tell(context, store.mandates, stored, [event]);
};

/** NET-3: a legal representative or manager offers a mandate to a person or to an agent firm 代理机构. */
export const giveMandate = async (
  context: EnterprisesContext,
  act: Act,
  input: GiveMandateInput,
): Promise<Versioned<Mandate>> => {
  const { store } = context;
  const actor = await actingAccount(context, act);
  const enterprise = await confirmedForAct(context, input.enterprise);
  const { id: givenUnder } = powerIn(enterprise, actor.id);
  const terms = checkTerms(context, input);
  const open = (await findAll(store.mandates, 'enterprise', enterprise.id)).filter(isOpen);
  if (open.length >= maxOpen) throw new ServiceError('conflict', { detail: 'too many open mandates' });
  if ('person' in input.to) {
    const { id: person } = await findNamedPerson(context, act, input.to.person);
    return insertMandate(context, act, {
      kind: 'person',
      enterprise: enterprise.id,
      person,
      givenUnder,
      ...terms,
    });
  }
  const code = normaliseDocumentNumber(input.to.agentCreditCode);
  const [agent] = await store.enterprises.find('creditCode', code);
  if (!agent) throw new ServiceError('not_found', { detail: 'that firm has no account here' });
  if (agent.id === enterprise.id) {
    throw new ServiceError('invalid_request', { detail: 'an enterprise is not its own agent' });
  }
  const { term: agentTerm } = await confirmedForAct(context, agent.id);
  return insertMandate(context, act, {
    kind: 'agent',
    enterprise: enterprise.id,
    agent: agent.id,
    agentTerm,
    givenUnder,
    ...terms,
  });
};

/** An agent firm names one of its staff for a mandate that it holds: never more items, never longer. */
export const nameAgentStaff = async (
  context: EnterprisesContext,
  act: Act,
  input: MandateTerms & { mandate: string; person: NamedPerson },
): Promise<Versioned<Mandate>> => {
  const { store, clock } = context;
  const actor = await actingAccount(context, act);
  const parent = await store.mandates.get(input.mandate);
  if (parent?.kind !== 'agent') throw new ServiceError('not_found');
  const agent = await confirmedForAct(context, parent.agent!);
  const { id: givenUnder } = powerIn(agent, actor.id);
  await confirmedForAct(context, parent.enterprise);
  if (parent.state !== 'active' || parent.validUntil <= seconds(clock))
    throw new ServiceError('mandate_state');
  const terms = checkTerms(context, input);
  if (!terms.items.every((code) => parent.items.includes(code))) {
    throw new ServiceError('item_not_for_mandate');
  }
  if (terms.validUntil > parent.validUntil) {
    throw new ServiceError('invalid_request', { detail: 'fields: validUntil' });
  }
  const { id: person } = await findNamedPerson(context, act, input.person);
  return insertMandate(context, act, {
    kind: 'agent_staff',
    enterprise: parent.enterprise,
    agent: agent.id,
    agentTerm: agent.term,
    parent: parent.id,
    person,
    givenUnder,
    ...terms,
  });
};
