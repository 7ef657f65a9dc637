/** The reviewers' work list, and the page on which one app is decided on. */
import { ServiceError } from '../../../errors.ts';
import { type Html, html, submitButton, type Text, textField } from '../../../http/index.ts';
import { type AccountPage, formStart, smallForm, timeOf, type Visit } from '../../../my-account/index.ts';
import type { RecordView } from '../write-views.ts';
import {
  type AppRecordPagesDeps,
  actorOf,
  appList,
  historyOf,
  idOf,
  invitationPage,
  manifestFacts,
  reportList,
  stateTag,
  strongAct,
} from './parts.ts';
import { words } from './words.ts';

export const reviewsPage = ({ records }: AppRecordPagesDeps): AccountPage => ({
  path: 'app-reviews',
  title: words.reviewsTitle,
  confirm: true,
  said: { decided: words.saidDecided },
  async show(visit) {
    const { language } = visit;
    const act = actorOf(visit);
    if (!(await records.reviews.may(act.accountId))) return html`<p>${words.notReviewer[language]}</p>`;
    const waiting = await records.reviews.waiting(act);
    const ids = new Set(waiting.map(({ id }) => id));
    const others = (await records.reviews.all(act)).filter(({ id }) => !ids.has(id));
    return html`<h2>${words.waiting[language]}</h2>
${
  waiting.length === 0
    ? html`<p>${words.waitingNone[language]}</p>`
    : html`<ul class="tiles">${waiting.map(
        ({ id, name, review }) =>
          html`<li><a href="/account/app-review?id=${id}"><strong>${name[language]}</strong>${review && timeOf(review.asked_at, language)}</a></li>`,
      )}</ul>`
}
${others.length > 0 && html`<h2>${words.others[language]}</h2>${appList(others, visit, { list: 'app-reviews', one: 'app-review' })}`}`;
  },
});

const reasonField = (id: string, label: Text, { language }: Visit, value = ''): Html =>
  textField({ id, name: 'reason', label, value, autocomplete: 'off', maxlength: 500 }, language);

const decisionPart = (deps: AppRecordPagesDeps, view: RecordView, visit: Visit): Html | undefined => {
  const { language } = visit;
  const { review } = view;
  if (!review) return undefined;
  const seen = html`<input type="hidden" name="review" value="${review.id}">`;
  return html`${
    review.manifest &&
    html`<h2>${words.proposed[language]}</h2>${manifestFacts(deps, review.manifest, review.scopes ?? [], language)}
<h2>${words.before[language]}</h2>${manifestFacts(deps, view.manifest, view.scopes, language)}`
  }
<h2>${words.report[language]}</h2>${reportList(
    review.report.filter(({ result }) => result !== 'pass'),
    language,
  )}
<details><summary>${words.checkTitle[language]}</summary>${reportList(review.report, language)}</details>
${formStart(visit, 'approve')}${seen}${submitButton(review.kind === 'change' ? words.approveChange : words.approve, language)}</form>
<details><summary>${words.sendBack[language]}</summary>${formStart(visit, 'send-back')}${seen}${reasonField('back-reason', words.sendBackReason, visit)}<p class="acts"><button type="submit" class="second">${words.sendBack[language]}</button></p></form></details>`;
};

const statePart = (view: RecordView, visit: Visit): Html | undefined => {
  const { language } = visit;
  if (view.client_id === undefined || view.state === 'retired') return undefined;
  const form = (act: 'suspend' | 'resume' | 'retire', label: Text): Html =>
    html`${formStart(visit, act)}${reasonField(`${act}-reason`, words.stateReason, visit)}<p class="acts"><button type="submit" class="second">${label[language]}</button></p></form>`;
  return html`<details><summary>${words.acts[language]}</summary><p>${words.suspendWhy[language]}</p>
${view.state === 'listed' ? form('suspend', words.suspend) : form('resume', words.resume)}
<p>${words.retireWhy[language]}</p>${form('retire', words.retire)}</details>`;
};

export const reviewPage = (deps: AppRecordPagesDeps): AccountPage => {
  const { reviews } = deps.records;
  const decided = (decision: 'approve' | 'send_back') =>
    strongAct(deps, async (visit, { review = '', reason = '' }) => {
      const why = reason.trim();
      if (decision === 'send_back' && why === '') throw new ServiceError('invalid_request');
      await reviews.decide(actorOf(visit), idOf(visit), {
        review,
        decision,
        ...(why ? { reason: why } : {}),
      });
      return { done: 'decided', at: 'app-reviews' };
    });
  const state = (to: 'suspend' | 'resume' | 'retire') =>
    strongAct(deps, async (visit, { reason = '' }) => {
      if (reason.trim() === '') throw new ServiceError('invalid_request');
      await reviews.setState(actorOf(visit), idOf(visit), { to, reason: reason.trim() });
      return { done: 'state', query: { id: idOf(visit) } };
    });
  return {
    path: 'app-review',
    title: words.reviewTitle,
    parent: 'app-reviews',
    confirm: true,
    said: { state: words.saidState },
    async show(visit) {
      const { language } = visit;
      const view = await reviews.get(actorOf(visit), idOf(visit));
      const facts =
        view.review?.manifest === undefined && manifestFacts(deps, view.manifest, view.scopes, language);
      return html`<p><strong>${view.manifest.name[language]}</strong> ${stateTag(view.state, language)}<br><span class="soft">${view.owner_name?.[language]}</span></p>
${facts}${decisionPart(deps, view, visit)}${statePart(view, visit)}
${view.state !== 'retired' && html`<details><summary>${words.invite[language]}</summary><p>${words.inviteOrphan[language]}</p>${smallForm(visit, 'invite', words.invite)}</details>`}
${historyOf(view, visit)}`;
    },
    acts: {
      approve: decided('approve'),
      'send-back': decided('send_back'),
      invite: strongAct(deps, async (visit) =>
        invitationPage(await reviews.invite(actorOf(visit), idOf(visit)), visit),
      ),
      suspend: state('suspend'),
      resume: state('resume'),
      retire: state('retire'),
    },
  };
};
