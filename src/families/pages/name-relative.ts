/** The two forms by which a link begins: a child, by the register; a relative, by an invitation. */
import { ServiceError } from '../../errors.ts';
import { type Html, html, submitButton, type Text } from '../../http/index.ts';
import {
  type AccountPage,
  documentFields,
  formStart,
  personFields,
  personOf,
  type Visit,
} from '../../my-account/index.ts';
import { identityFaultTexts, judgeIdentity, todayInChina } from '../../registration/index.ts';
import { isProved, levelNote } from './family-page.ts';
import type { FamilyPagesDeps } from './family-pages.ts';
import { words } from './words.ts';

const otherForm = (path: string, label: Text, { language }: Visit): Html =>
  html`<p class="way"><a href="/account/${path}">${label[language]}</a></p>`;

/** A fault of ours said beside what was typed; every other goes on to the page. */
const again = (error: unknown) => {
  if (!(error instanceof ServiceError)) throw error;
  if (error.code === 'already_exists')
    return { again: { status: 409, notice: { kind: 'wrong' as const, strong: words.already } } };
  if (error.code === 'invalid_request') return { again: { faults: { number: words.inviteFault } } };
  throw error;
};

export const childPage = ({ families, clock }: FamilyPagesDeps): AccountPage => ({
  path: 'family-child',
  title: words.childTitle,
  parent: 'family',
  async show(visit, state) {
    if (!isProved(visit)) return levelNote(visit);
    const { language } = visit;
    return html`<p>${words.childWhy[language]}</p>
${formStart(visit, 'add')}${personFields(state, language)}
${submitButton(words.childAct, language)}</form>
${otherForm('family-invite', words.toInvite, visit)}`;
  },
  acts: {
    add: {
      confirm: true,
      async perform({ account, requestId }, fields) {
        const judged = judgeIdentity(personOf(fields), todayInChina(clock));
        if ('faults' in judged) return { again: { faults: identityFaultTexts(judged.faults) } };
        try {
          await families.addChild({ accountId: account.id, requestId }, judged.identity);
          return { done: 'child', at: 'family' };
        } catch (error) {
          return again(error);
        }
      },
    },
  },
});

export const invitePage = ({ families }: FamilyPagesDeps): AccountPage => ({
  path: 'family-invite',
  title: words.inviteTitle,
  parent: 'family',
  async show(visit, state) {
    if (!isProved(visit)) return levelNote(visit);
    const { language } = visit;
    return html`<p>${words.inviteWhy[language]}</p>
${formStart(visit, 'invite')}${documentFields(state, language)}
${submitButton(words.inviteAct, language)}</form>
${otherForm('family-child', words.toChild, visit)}`;
  },
  acts: {
    invite: {
      confirm: true,
      async perform({ account, requestId }, fields) {
        const { kind, number } = personOf(fields);
        try {
          await families.invite({ accountId: account.id, requestId }, { kind, number });
          return { done: 'invited', at: 'family' };
        } catch (error) {
          return again(error);
        }
      },
    },
  },
});
