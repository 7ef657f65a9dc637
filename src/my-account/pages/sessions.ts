import { type Html, html } from '../../http/index.ts';
import type { SessionView } from '../../oidc/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { activityWords as words } from '../activity-words.ts';
import { timeOf } from '../dates.ts';
import { cut, smallForm } from '../frame.ts';
import { frameWords } from '../frame-words.ts';
import type { OwnPagesDeps } from '../own-pages.ts';

export const sessionsPage = ({ oidc }: OwnPagesDeps): AccountPage => {
  const appNames = async (ids: readonly string[]): Promise<string> => {
    const apps = await Promise.all(ids.map((id) => oidc.apps.get(id)));
    return apps.flatMap((app) => (app ? [app.metadata.client_name] : [])).join(' · ');
  };

  const entry = async (visit: Visit, session: SessionView): Promise<Html> => {
    const { language } = visit;
    const apps = await appNames(session.apps);
    const network = session.thisNetwork ? words.thisNetwork : words.otherNetwork;
    return html`<li><strong>${session.device[language]}</strong>${session.current && html` <span class="state good">${words.thisBrowser[language]}</span>`}
<br><span class="soft">${words.since[language]} ${timeOf(session.signedInAt, language)} · ${network[language]}</span>
${apps !== '' && html`<br><span class="soft">${words.appsOfSession[language]}${apps}</span>`}
${
  session.current
    ? html`<p class="acts"><a class="button second" href="/session/end">${frameWords.signOut[language]}</a></p>`
    : smallForm(visit, 'end', words.end, { hidden: { id: session.id } })
}</li>`;
  };

  return {
    path: 'sessions',
    title: words.sessionsTitle,
    menu: { under: 'home', hint: words.sessionsHint },
    said: { ended: words.ended, ended_all: words.endedAll },
    async show(visit) {
      const here = { uid: visit.sessionUid, address: visit.address };
      const all = await oidc.sessions.of(visit.account.id, here);
      const { shown, turns } = cut(all, visit, 'sessions', visit.elder ? 2 : 10);
      const entries = await Promise.all(shown.map((session) => entry(visit, session)));
      return html`<p class="soft">${words.sessionsAdvice[visit.language]}</p>
<ul class="entries">${entries}</ul>${turns}
${all.length > 1 && smallForm(visit, 'end-all', words.endAll, { look: '' })}`;
    },
    // Ending only takes away: no factor is asked for, so that a stranger's session ends as fast as she can press.
    acts: {
      end: {
        async perform({ account }, { id = '' }) {
          await oidc.sessions.end(account.id, id);
          return { done: 'ended' };
        },
      },
      'end-all': {
        async perform({ account, sessionUid }) {
          await oidc.sessions.endAll(account.id, sessionUid);
          return { done: 'ended_all' };
        },
      },
    },
  };
};
