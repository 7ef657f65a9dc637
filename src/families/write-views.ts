/** What the API and the account pages show. Other people stand masked: recognised, not learnt about. */
import type { Account } from '../accounts/index.ts';
import { maskName, maskNumber } from '../identifiers/index.ts';
import { type FamiliesContext, settledFamily } from './context.ts';
import { type CounterRecord, guardianUntil, isOpen, type Link, mostLinks } from './family.ts';
import { actorsFor } from './family-store.ts';

export interface LinkView {
  id: string;
  kind: Link['kind'];
  state: Link['state'];
  basis: Link['basis'];
  /** The other side. Of an open invitation that one sent only the document that one typed. */
  person: { name?: string; document_kind: string; document: string } | undefined;
  created_at: number;
  started_at: number | undefined;
  /** When it ends by itself: an invitation, or a guardian's at the 14th birthday. */
  until: number | undefined;
  kept: boolean;
  ended_at: number | undefined;
  end_reason: Link['endReason'];
}

export interface FamilyView {
  /** Links in which this person acts for others. */
  acting: LinkView[];
  /** Links in which others act for this person. */
  for_me: LinkView[];
  links_left: number;
}

const shown = (account: Account | undefined): LinkView['person'] =>
  account && {
    name: maskName(account.name),
    document_kind: account.documentKind,
    document: maskNumber(account.documentNumber),
  };

const view = (link: Link, person: LinkView['person'], holder: Account | undefined): LinkView => ({
  id: link.id,
  kind: link.kind,
  state: link.state,
  basis: link.basis,
  person,
  created_at: link.createdAt,
  started_at: link.startedAt,
  until:
    link.expiresAt !== undefined && link.state === 'invited'
      ? link.expiresAt
      : link.kind === 'guardian' && link.keptAt === undefined && holder
        ? guardianUntil(holder)
        : undefined,
  kept: link.keptAt !== undefined,
  ended_at: link.endedAt,
  end_reason: link.endReason,
});

export interface RecordView {
  id: string;
  basis: CounterRecord['basis'];
  /** Who would act, and for whom. */
  actor: LinkView['person'];
  holder: LinkView['person'];
  evidence: string;
  recorded_at: number;
  expires_at: number;
  state: CounterRecord['state'];
}

/** What the second officer compares with the paper. */
export const writeRecord = async (
  { accounts }: FamiliesContext,
  { id, basis, actor, holder, evidence, recordedAt, expiresAt, state }: CounterRecord,
): Promise<RecordView> => ({
  id,
  basis,
  actor: shown(await accounts.get(actor)),
  holder: shown(await accounts.get(holder)),
  evidence,
  recorded_at: recordedAt,
  expires_at: expiresAt,
  state,
});

const newestFirst = (a: LinkView, b: LinkView): number =>
  b.created_at - a.created_at || (a.id < b.id ? 1 : -1);

export const writeFamily = async (context: FamiliesContext, accountId: string): Promise<FamilyView> => {
  const { accounts, store } = context;
  const own = await settledFamily(context, accountId);
  const acting: LinkView[] = [];
  for (const link of own?.links ?? []) {
    const holder = link.holder ? await accounts.get(link.holder) : undefined;
    const typed = own!.typed[link.id];
    if (typed) {
      acting.push(view(link, { document_kind: typed.kind, document: maskNumber(typed.number) }, undefined));
    } else {
      // An invitation that came to nothing shows nobody: it must not tell whether there was an account.
      acting.push(view(link, link.startedAt === undefined ? undefined : shown(holder), holder));
    }
  }
  const forMe: LinkView[] = [];
  const me = await accounts.get(accountId);
  for (const actor of await actorsFor(store, accountId)) {
    const person = shown(await accounts.get(actor));
    for (const link of (await settledFamily(context, actor))?.links ?? []) {
      if (link.holder === accountId) forMe.push(view(link, person, me));
    }
  }
  return {
    acting: acting.sort(newestFirst),
    for_me: forMe.sort(newestFirst),
    links_left: mostLinks - (own?.links.filter(isOpen).length ?? 0),
  };
};
