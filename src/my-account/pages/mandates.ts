/** Mandates a person holds herself: she accepts, declines, and ends them. */
import { type Html, html } from '../../http/index.ts';
import type { AccountPage, Act, Visit } from '../account-page.ts';
import { cut, smallForm } from '../frame.ts';
import { type MandateView, mandateEntry, viewsOf } from '../mandate-parts.ts';
import { mandateWords as words } from '../mandate-words.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

/** Buttons of a mandate for whoever holds it. */
export const holderActs = (visit: Visit, { id, state }: MandateView): (Html | false)[] => {
  const hidden = { mandate: id };
  if (state === 'active') return [smallForm(visit, 'end', words.end, { hidden })];
  if (state !== 'offered') return [];
  return [
    smallForm(visit, 'accept', words.accept, { hidden, look: '' }),
    smallForm(visit, 'decline', words.decline, { hidden }),
  ];
};

/** Accepting takes on a power and asks for a fresh factor; declining and ending only give up. */
export const mandateActs = ({ enterprises }: OwnPagesDeps): Record<'accept' | 'decline' | 'end', Act> => ({
  accept: {
    confirm: true,
    async perform({ account, requestId }, { mandate = '' }) {
      await enterprises.answerMandate({ accountId: account.id, requestId }, { mandate, answer: 'accept' });
      return { done: 'accepted' };
    },
  },
  decline: {
    async perform({ account, requestId }, { mandate = '' }) {
      await enterprises.answerMandate({ accountId: account.id, requestId }, { mandate, answer: 'decline' });
      return { done: 'declined' };
    },
  },
  end: {
    async perform({ account, requestId }, { mandate = '' }) {
      await enterprises.endMandate({ accountId: account.id, requestId }, { mandate });
      return { done: 'ended' };
    },
  },
});

export const mandateSaid = { accepted: words.accepted, declined: words.declined, ended: words.ended };

export const mandatesPage = (deps: OwnPagesDeps): AccountPage => ({
  path: 'mandates',
  title: words.heldTitle,
  menu: { under: 'more', hint: words.heldHint },
  parent: 'more',
  said: mandateSaid,
  async show(visit) {
    const { account, language } = visit;
    const mine = await deps.enterprises.myMandates({ accountId: account.id });
    if (mine.length === 0) return html`<p>${words.heldNone[language]}</p>`;
    const views = await viewsOf(deps, mine, account.id);
    const { shown, turns } = cut(views, visit, 'mandates', visit.elder ? 1 : 10);
    return html`<ul class="entries">${shown.map((view) => mandateEntry(visit, view, 'held', holderActs(visit, view)))}</ul>${turns}`;
  },
  acts: mandateActs(deps),
});
