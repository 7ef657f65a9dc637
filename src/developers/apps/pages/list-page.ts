/** /account/developer-apps: the apps one maintains, and the ways to get one. */
import { ServiceError } from '../../../errors.ts';
import { html, submitButton, textField } from '../../../http/index.ts';
import { type AccountPage, formStart, smallForm, type Visit } from '../../../my-account/index.ts';
import { accessCsv } from '../export-access.ts';
import { type AppRecordPagesDeps, actorOf, appList, faultList, strongAct } from './parts.ts';
import { words } from './words.ts';

/** Two factors are asked for at each act: who has none is told before she fills in a form. */
const factorNote = async ({ accounts }: AppRecordPagesDeps, { account, language }: Visit) => {
  const has = await accounts.authenticators.methodsOf(account);
  const two = has.has('passkey') || (has.has('pwd') && has.size > 1);
  return two
    ? undefined
    : html`<div class="note check" role="note">${words.needsFactor[language]}</div>
<p class="acts"><a class="button" href="/account/sign-in-methods">${words.toMethods[language]}</a></p>`;
};

const asWrongInvitation = (error: unknown): never => {
  if (!(error instanceof ServiceError) || error.code !== 'not_found') throw error;
  throw new ServiceError('not_found', { faults: [{ path: 'invitation', ...words.wrongInvitation }] });
};

export const listPage = (deps: AppRecordPagesDeps): AccountPage => {
  const { records } = deps;
  const exported = (format: 'csv' | 'json') =>
    strongAct(deps, async (visit) => {
      const lines = await records.access(actorOf(visit), {});
      return format === 'csv'
        ? { file: { name: 'app-access.csv', type: 'text/csv', body: accessCsv(lines) } }
        : {
            file: { name: 'app-access.json', type: 'application/json', body: JSON.stringify(lines, null, 2) },
          };
    });
  return {
    path: 'developer-apps',
    title: words.listTitle,
    said: { joined: words.saidJoined },
    async show(visit, state) {
      const { language, account } = visit;
      const [mine, owners, reviewer] = await Promise.all([
        records.mine(actorOf(visit)),
        records.ownersFor(account.id),
        records.reviews.may(account.id),
      ]);
      const invitation = textField(
        {
          id: 'invitation',
          name: 'invitation',
          label: words.invitation,
          value: state.typed.invitation ?? '',
          autocomplete: 'off',
          maxlength: 200,
        },
        language,
      );
      const reviews =
        reviewer &&
        html`<p class="acts"><a class="button second" href="/account/app-reviews">${words.reviewsTitle[language]}</a></p>`;
      if (owners.length === 0) return html`<p>${words.noOwner[language]}</p>${reviews}`;
      return html`<p class="soft">${words.listWhy[language]}</p>
${(await factorNote(deps, visit)) ?? ''}${faultList(state, language)}
${mine.length === 0 ? html`<p>${words.listNone[language]}</p>` : appList(mine, visit, { list: 'developer-apps', one: 'developer-app' })}
<p class="acts"><a class="button" href="/account/developer-app-new">${words.newTitle[language]}</a></p>${reviews}
<details${state.typed.invitation !== undefined && html` open`}><summary>${words.joinTitle[language]}</summary>
${formStart(visit, 'join')}${invitation}${submitButton(words.join, language)}</form></details>
${mine.length > 0 && html`<div class="beside">${smallForm(visit, 'csv', words.exportCsv, { look: 'plain' })}${smallForm(visit, 'json', words.exportJson, { look: 'plain' })}</div>`}`;
    },
    acts: {
      join: strongAct(deps, async (visit, { invitation = '' }) => {
        const { id } = await records.join(actorOf(visit), invitation).catch(asWrongInvitation);
        return { done: 'joined', at: 'developer-app', query: { id } };
      }),
      csv: exported('csv'),
      json: exported('json'),
    },
  };
};
