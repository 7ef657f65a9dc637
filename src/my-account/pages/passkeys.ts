/** Passkeys: several a person, each with a name of her own (WebAuthn Level 3). */
import { createHash, randomBytes } from 'node:crypto';
import type { AuthenticatorSummary } from '../../accounts/index.ts';
import { type Html, html, textField } from '../../http/index.ts';
import { maskName } from '../../identifiers/index.ts';
import { passkeyForm } from '../../oidc/index.ts';
import type { AccountPage, PageState, Visit } from '../account-page.ts';
import { dayOf } from '../dates.ts';
import { cut, formStart, smallForm } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { words } from '../words.ts';

/** Letters, digits, signs and spaces: nothing that makes one name look like another. */
const labelPattern = /^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]{1,40}$/u;
const cleanLabel = (label: string): string | undefined => {
  const clean = label.normalize('NFC').trim();
  return labelPattern.test(clean) ? clean : undefined;
};

const labelField = (visit: Visit, value: string, { faults }: PageState, id = 'label'): Html =>
  textField(
    {
      id,
      name: 'label',
      label: words.passkeyLabel,
      hint: words.passkeyLabelHint,
      value,
      autocomplete: 'off',
      maxlength: 40,
      ...(faults[id] ? { fault: faults[id] } : {}),
    },
    visit.language,
  );

const entry = (visit: Visit, passkey: AuthenticatorSummary, state: PageState, place: number): Html => {
  const { language } = visit;
  const used =
    passkey.usedAt === undefined
      ? words.neverUsed[language]
      : `${words.used[language]} ${dayOf(passkey.usedAt, language)}`;
  const label = passkey.label ?? words.passkeyDefault[language];
  const here = state.typed.id === passkey.id;
  return html`<li><strong>${label}</strong><br><span class="soft">${words.added[language]} ${dayOf(passkey.createdAt, language)} · ${used}</span>
<details${here && html` open`}><summary>${words.changeIt[language]}<span class="unseen"> ${label}</span></summary>
${formStart(visit, 'rename')}<input type="hidden" name="id" value="${passkey.id}">${labelField(visit, here ? (state.typed.label ?? label) : label, here ? { ...state, faults: { [`label-${place}`]: state.faults.label! } } : { typed: {}, faults: {} }, `label-${place}`)}
<p class="acts"><button type="submit" class="second">${words.rename[language]}</button></p></form>
${smallForm(visit, 'remove', words.remove, { hidden: { id: passkey.id }, look: 'plain' })}</details></li>`;
};

export const passkeysPage = ({ accounts }: OwnPagesDeps): AccountPage => ({
  path: 'passkeys',
  title: words.passkeysTitle,
  menu: { under: 'sign-in-methods', hint: words.passkeysHint },
  parent: 'sign-in-methods',
  said: { added: words.passkeyAdded, renamed: words.passkeyRenamed, removed: words.passkeyRemoved },
  async show(visit, state) {
    const { language } = visit;
    const all = (await accounts.authenticators.of(visit.account.id)).filter(({ kind }) => kind === 'passkey');
    const hers = all.sort((a, b) => a.createdAt - b.createdAt);
    const { shown, turns } = cut(hers, visit, 'passkeys', visit.elder ? 2 : 10);
    return html`<p class="soft">${words.passkeysWhy[language]}</p>
${
  hers.length === 0
    ? html`<p>${words.noPasskey[language]}</p>`
    : html`<ul class="entries">${shown.map((one, place) => entry(visit, one, state, place))}</ul>${turns}`
}
<p class="acts"><a class="button" href="/account/passkey-new">${words.passkeyAdd[language]}</a></p>`;
  },
  acts: {
    rename: {
      confirm: true,
      async perform({ account }, { id = '', label = '' }) {
        const clean = cleanLabel(label);
        if (clean === undefined) return { again: { faults: { label: words.passkeyLabelFault } } };
        await accounts.authenticators.rename(account.id, id, clean);
        return { done: 'renamed' };
      },
    },
    remove: {
      confirm: true,
      async perform({ account }, { id = '' }) {
        if ((await accounts.authenticators.removePasskey(account.id, id)) === 'last')
          return { again: { notice: { kind: 'wrong', strong: words.lastWay, advice: words.lastWayAdvice } } };
        return { done: 'removed' };
      },
    },
  },
});

const challengeSeconds = 600;
const challengeKey = (challenge: string): string =>
  `my-account:passkey:${createHash('sha256').update(challenge).digest('base64url')}`;

export const newPasskeyPage = ({ accounts, ephemeral, baseUrl }: OwnPagesDeps): AccountPage => ({
  path: 'passkey-new',
  title: words.passkeyAdd,
  parent: 'passkeys',
  confirm: true,
  async show(visit, state) {
    const { account, language } = visit;
    const challenge = randomBytes(32).toString('base64url');
    await ephemeral.set(challengeKey(challenge), account.id, challengeSeconds);
    const options = await accounts.authenticators.passkeyCreation(account, {
      origin: baseUrl,
      challenge,
      shownName: maskName(account.name),
    });
    return html`<p class="soft">${words.passkeysWhy[language]}</p>
${passkeyForm({
  language,
  action: visit.actAddress('add'),
  csrf: visit.token('add'),
  options,
  act: 'create',
  label: words.passkeyMake,
  fields: html`<input type="hidden" name="challenge" value="${challenge}">${labelField(visit, state.typed.label ?? words.passkeyDefault[language], state)}`,
})}
<noscript><p class="note check">${words.passkeyNeedsScript[language]}</p></noscript>`;
  },
  acts: {
    add: {
      confirm: true,
      async perform({ account }, { challenge = '', response = '', label = '' }) {
        const clean = cleanLabel(label);
        if (clean === undefined) return { again: { faults: { label: words.passkeyLabelFault } } };
        // Taken before it is looked at: one challenge makes one passkey at most, and only for whom it was made.
        const right =
          (await ephemeral.take(challengeKey(challenge))) === account.id &&
          (await accounts.authenticators.addPasskey(account, {
            origin: baseUrl,
            challenge,
            response,
            label: clean,
          }));
        if (right) return { done: 'added', at: 'passkeys' };
        return {
          again: { notice: { kind: 'wrong', strong: words.passkeyWrong, advice: words.passkeyWrongAdvice } },
        };
      },
    },
  },
});
