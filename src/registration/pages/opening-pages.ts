/** The steps of opening an account, one page each. */
import type { PasswordFault } from '../../accounts/index.ts';
import {
  checkbox,
  type Html,
  html,
  type Language,
  type Notice,
  noticeBox,
  type Page,
  selectField,
  submitButton,
  type Text,
  textField,
  tokenField,
} from '../../http/index.ts';
import { documentKinds, maskPhone } from '../../identifiers/index.ts';
import type { Journey, StepName } from '../journey.ts';
import { steps } from '../journey.ts';
import type { IdentityFaults } from '../judge-identity.ts';
import { neededPurpose, noticeParagraphs, noticeVersion, purposes, purposeTexts } from '../privacy-notice.ts';
import { words } from './words.ts';

export interface OpeningView {
  language: Language;
  journey: Journey;
  /** Token for a form of this step, or of a small act beside it. */
  token(step: string): string;
  notice?: Notice;
  phoneFault?: boolean;
  codeFault?: boolean;
  identityFaults?: IdentityFaults;
  passwordFault?: PasswordFault | 'differs';
}

const faultTexts: Record<PasswordFault | 'differs', Text> = {
  too_short: words.tooShort,
  too_long: words.tooLong,
  common: words.common,
  own_number: words.ownNumber,
  differs: words.differs,
};

export const passwordFields = (fault: PasswordFault | 'differs' | undefined, language: Language): Html =>
  html`${textField(
    {
      id: 'password',
      name: 'password',
      type: 'password',
      label: words.password,
      hint: words.passwordHint,
      autocomplete: 'new-password',
      maxlength: 300,
      autofocus: true,
      ...(fault && fault !== 'differs' ? { fault: faultTexts[fault] } : {}),
    },
    language,
  )}${textField(
    {
      id: 'repeat',
      name: 'repeat',
      type: 'password',
      label: words.repeat,
      autocomplete: 'new-password',
      maxlength: 300,
      ...(fault === 'differs' ? { fault: faultTexts.differs } : {}),
    },
    language,
  )}`;

const small = (view: OpeningView, act: string, label: Text, look = 'plain'): Html =>
  html`<form method="post" action="/open-account/${act}">${tokenField(view.token(act))}<p class="acts"><button type="submit" class="${look}">${label[view.language]}</button></p></form>`;

const noticeStep = (view: OpeningView): Html => {
  const { language, journey } = view;
  return html`${noticeParagraphs.map((paragraph) => html`<p>${paragraph[language]}</p>`)}
<form method="post" action="/open-account/notice">${tokenField(view.token('notice'))}
<input type="hidden" name="version" value="${noticeVersion}">
<fieldset><legend>${words.noticeLegend[language]}</legend>
${purposes.map((purpose) =>
  checkbox(
    {
      id: `consent-${purpose}`,
      name: purpose,
      label: purposeTexts[purpose],
      checked: journey.consents.includes(purpose),
      invalid: purpose === neededPurpose && view.notice?.kind === 'wrong',
    },
    language,
  ),
)}</fieldset>
${submitButton(words.noticeAct, language)}</form>
<p class="acts"><a class="button second" href="/wallet/">${words.haveAccount[language]}</a></p>
<p><a href="/open-account/start">${words.haveSlip[language]}</a></p>
<p class="soft">${words.noPhone[language]}</p>`;
};

const phoneStep = (view: OpeningView): Html => html`
<form method="post" action="/open-account/phone">${tokenField(view.token('phone'))}${textField(
  {
    id: 'phone',
    name: 'phone',
    label: words.phone,
    hint: words.phoneHint,
    value: view.journey.typed?.phone ?? '',
    autocomplete: 'tel',
    inputmode: 'tel',
    maxlength: 32,
    autofocus: true,
    ...(view.phoneFault ? { fault: words.phoneFault } : {}),
  },
  view.language,
)}
${submitButton(words.phoneAct, view.language)}</form>`;

const codeStep = (view: OpeningView): Html => html`
<p>${words.codeSent[view.language]} <strong>${maskPhone(view.journey.phone ?? '')}</strong></p>
<form method="post" action="/open-account/code">${tokenField(view.token('code'))}${textField(
  {
    id: 'code',
    name: 'code',
    label: words.code,
    hint: words.codeGood,
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    maxlength: 16,
    autofocus: true,
    ...(view.codeFault ? { fault: words.codeFault } : {}),
  },
  view.language,
)}
${submitButton(words.codeAct, view.language)}</form>
${small(view, 'resend', words.codeAgain, 'second')}
${small(view, 'other-phone', words.codeOther)}`;

const identityStep = (view: OpeningView): Html => {
  const { language, identityFaults: faults = {} } = view;
  const typed = view.journey.typed ?? {};
  return html`<p>${words.identitySays[language]}</p>
<form method="post" action="/open-account/identity">${tokenField(view.token('identity'))}${textField(
    {
      id: 'name',
      name: 'name',
      label: words.name,
      hint: words.nameHint,
      value: typed.name ?? '',
      autocomplete: 'name',
      maxlength: 200,
      autofocus: !faults.kind && !faults.number,
      ...(faults.name ? { fault: words[faults.name] } : {}),
    },
    language,
  )}${selectField(
    {
      id: 'kind',
      name: 'kind',
      label: words.kind,
      none: words.kindNone,
      choices: documentKinds.map(({ kind, name }) => ({ value: kind, label: name })),
      value: typed.kind ?? '',
      ...(faults.kind ? { fault: words.kind_missing } : {}),
    },
    language,
  )}${textField(
    {
      id: 'number',
      name: 'number',
      label: words.number,
      hint: words.numberHint,
      value: typed.number ?? '',
      autocomplete: 'off',
      maxlength: 64,
      autofocus: !faults.name && faults.number !== undefined,
      ...(faults.number ? { fault: words[faults.number] } : {}),
    },
    language,
  )}
${submitButton(words.identityAct, language)}</form>`;
};

const passwordStep = (view: OpeningView): Html => html`<p>${words.passwordSays[view.language]}</p>
<form method="post" action="/open-account/password">${tokenField(view.token('password'))}${passwordFields(view.passwordFault, view.language)}
${submitButton(words.passwordAct, view.language)}</form>`;

const bodies: Record<StepName, { title: Text; body(view: OpeningView): Html }> = {
  notice: { title: words.noticeTitle, body: noticeStep },
  phone: { title: words.phoneTitle, body: phoneStep },
  code: { title: words.codeTitle, body: codeStep },
  identity: { title: words.identityTitle, body: identityStep },
  password: { title: words.passwordTitle, body: passwordStep },
};

const whichStep = (at: StepName, language: Language): string => {
  const place = steps.indexOf(at) + 1;
  return language === 'zh' ? `第 ${place} 步，共 ${steps.length} 步` : `Step ${place} of ${steps.length}`;
};

const endBody = (view: OpeningView, at: 'done' | 'exists'): Html => {
  const { language } = view;
  if (at === 'exists') {
    return html`<h1>${words.existsTitle[language]}</h1>
<p>${words.exists[language]}</p>
<p>${words.existsAdvice[language]}</p>
<p class="acts"><a class="button" href="/wallet/">${words.existsAct[language]}</a></p>
${small(view, 'restart', words.startOver)}`;
  }
  return html`<h1>${words.doneTitle[language]}</h1>
<p>${words.done[language]}</p>
<p class="acts"><a class="button" href="/wallet/">${words.doneWallet[language]}</a></p>
<p><a href="/raise-level">${words.doneLevel[language]}</a></p>
${small(view, 'restart', words.another)}`;
};

/** The page of the present step, with what was typed and what is wrong with it. */
export const openingPage = (view: OpeningView): Page => {
  const { language, journey } = view;
  const links = { language, languageLink: `/open-account?lang=${language === 'zh' ? 'en' : 'zh'}` };
  if (journey.at === 'done' || journey.at === 'exists') {
    const title = journey.at === 'done' ? words.doneTitle : words.existsTitle;
    return { ...links, title: title[language], body: endBody(view, journey.at) };
  }
  const step = bodies[journey.at];
  return {
    ...links,
    title: `${step.title[language]} · ${words.title[language]}`,
    body: html`<p class="soft">${words.title[language]} · ${whichStep(journey.at, language)}</p>
<h1>${step.title[language]}</h1>
${noticeBox(view.notice, language)}
${step.body(view)}
${journey.at !== 'notice' && small(view, 'restart', words.startOver)}`,
  };
};

/** Nothing to send codes with, or no register to compare with. */
export const closedPage = (language: Language): Page => ({
  language,
  languageLink: `/open-account?lang=${language === 'zh' ? 'en' : 'zh'}`,
  title: words.closedTitle[language],
  body: html`<h1>${words.closedTitle[language]}</h1>
<p>${words.closed[language]}</p>
<p class="acts"><a class="button second" href="/open-account/start">${words.haveSlip[language]}</a></p>`,
});
