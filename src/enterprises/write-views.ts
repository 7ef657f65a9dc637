/** What the API shows. Other people stand masked: the reader must recognise them, not learn about them. */
import { seconds } from '../clock.ts';
import { maskName } from '../identifiers/index.ts';
import { groundsOf } from './close-dead-mandates.ts';
import type { EnterprisesContext } from './context.ts';
import {
  type Enterprise,
  isOpen,
  type Mandate,
  maxManagers,
  overBecause,
  type Post,
  postOf,
} from './enterprise.ts';
import { type Notice, noticeTexts } from './tell-events.ts';

const maskedName = async ({ accounts }: EnterprisesContext, id: string): Promise<string> => {
  const account = await accounts.get(id);
  return account ? maskName(account.name) : '**';
};

const postView = async (context: EnterprisesContext, post: Post, reader: string | undefined) => ({
  post: post.id,
  name: await maskedName(context, post.account),
  since: post.since,
  me: post.account === reader,
});

const roleIn = (enterprise: Enterprise, reader: string | undefined): 'legal_rep' | 'manager' | undefined => {
  if (!reader || !postOf(enterprise, reader)) return undefined;
  return enterprise.legalRep?.account === reader ? 'legal_rep' : 'manager';
};

export const writeEnterprise = async (
  context: EnterprisesContext,
  enterprise: Enterprise,
  reader?: string,
) => ({
  id: enterprise.id,
  credit_code: enterprise.creditCode,
  name: enterprise.name,
  region: enterprise.region,
  state: enterprise.state,
  role: roleIn(enterprise, reader),
  legal_rep: enterprise.legalRep && (await postView(context, enterprise.legalRep, reader)),
  managers: await Promise.all(enterprise.managers.map((post) => postView(context, post, reader))),
  managers_left: maxManagers - enterprise.managers.length,
});

/** `over` is told as soon as it is so, also when the end has not been written down yet. */
const stateOf = async (context: EnterprisesContext, mandate: Mandate) => {
  if (!isOpen(mandate)) return { state: mandate.state, end_reason: mandate.endReason };
  const grounds = await groundsOf(context, mandate);
  const now = seconds(context.clock);
  const reason = grounds ? overBecause(mandate, grounds, now) : 'enterprise_ended';
  return reason ? { state: 'ended', end_reason: reason } : { state: mandate.state };
};

const firm = async ({ store }: EnterprisesContext, id: string) => {
  const found = await store.enterprises.get(id);
  return found && { id, credit_code: found.creditCode, name: found.name };
};

export const writeMandate = async (context: EnterprisesContext, mandate: Mandate, reader?: string) => ({
  id: mandate.id,
  kind: mandate.kind,
  enterprise: await firm(context, mandate.enterprise),
  agent: mandate.agent ? await firm(context, mandate.agent) : undefined,
  parent: mandate.parent,
  delegate: mandate.person
    ? { name: await maskedName(context, mandate.person), me: mandate.person === reader }
    : undefined,
  items: mandate.items.map((code) => ({ code, name: context.items.find(code)?.name })),
  valid_from: mandate.validFrom,
  valid_until: mandate.validUntil,
  given_by: { name: await maskedName(context, mandate.givenBy), me: mandate.givenBy === reader },
  ...(await stateOf(context, mandate)),
  created_at: mandate.createdAt,
  accepted_at: mandate.acceptedAt,
  ended_at: mandate.endedAt,
});

export const writeNotice = ({ action, enterprise, object, reason, at }: Notice) => ({
  action,
  text: noticeTexts[action],
  enterprise,
  object,
  reason,
  at,
});
