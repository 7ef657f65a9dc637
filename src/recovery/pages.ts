/** The recovery pages. Each works without JavaScript, but for the passkey's button. */
import type { PasswordFault, Proof, RecoveryView } from '../accounts/index.ts';
import {
  type Html,
  html,
  type Language,
  type Notice,
  noticeBox,
  type Page,
  submitButton,
  type Text,
  textField,
  tokenField,
} from '../http/index.ts';
import { passkeyForm, requestOptions } from '../oidc/index.ts';
import { passwordFields } from '../registration/index.ts';
import { words } from './words.ts';

export interface View {
  language: Language;
  baseUrl: string;
  token(act: string): string;
  notice?: Notice;
  /** The proof that was wrong, and what was typed for it. */
  fault?: { proof: Proof; says: Text; typed?: string };
  passwordFault?: PasswordFault | 'differs';
  /** The face check of development. */
  faceIsSample: boolean;
}

const path = '/recover';
const linked = (language: Language, at = path) => ({
  language,
  languageLink: `${at}?lang=${language === 'zh' ? 'en' : 'zh'}`,
});

const form = (view: View, act: string, inner: Html): Html =>
  html`<form method="post" action="${path}/${act}">${tokenField(view.token(act))}${inner}</form>`;

const startOver = (view: View): Html =>
  form(
    view,
    'restart',
    html`<p class="acts"><button type="submit" class="plain">${words.startOver[view.language]}</button></p>`,
  );

export const beginPage = (view: View & { loginName?: string; nameFault?: boolean }): Page => {
  const { language } = view;
  const rules = [words.ruleStrong, words.ruleWeak, words.rulePasskey, words.ruleSms];
  return {
    ...linked(language),
    title: words.title[language],
    body: html`<h1>${words.title[language]}</h1>
<p>${words.lead[language]}</p>
${noticeBox(view.notice, language)}
${form(
  view,
  'begin',
  html`${textField(
    {
      id: 'login-name',
      name: 'login_name',
      label: words.loginName,
      hint: words.loginNameHint,
      value: view.loginName ?? '',
      autocomplete: 'username',
      maxlength: 64,
      autofocus: true,
      ...(view.nameFault ? { fault: words.loginNameFault } : {}),
    },
    language,
  )}${submitButton(words.begin, language)}`,
)}
<h2>${words.rules[language]}</h2>
<ul class="learns">${rules.map((rule) => html`<li>${rule[language]}</li>`)}</ul>
<h2>${words.lostTitle[language]}</h2>
<p>${words.lost[language]}</p>`,
  };
};

const codeForm = (
  view: View,
  input: { proof: Proof; act: string; label: Text; hint?: Text; long?: boolean },
): Html => {
  const { fault } = view;
  const wrong = fault?.proof === input.proof;
  return form(
    view,
    input.act,
    html`${textField(
      {
        id: input.act,
        name: 'code',
        label: input.label,
        ...(input.hint ? { hint: input.hint } : {}),
        ...(input.long ? {} : { inputmode: 'numeric' as const }),
        ...(wrong ? { fault: fault.says, value: fault.typed ?? '' } : {}),
        autocomplete: input.proof === 'recovery_code' ? 'off' : 'one-time-code',
        maxlength: input.long ? 40 : 12,
      },
      view.language,
    )}${submitButton(words.check, view.language)}`,
  );
};

const byMessage = (view: View, { messageSent }: RecoveryView): Html => {
  const { language } = view;
  const send = form(
    view,
    'send',
    html`<p class="acts"><button type="submit" class="second">${(messageSent ? words.sendAgain : words.send)[language]}</button></p>`,
  );
  if (!messageSent) return html`<p class="hint">${words.messageSays[language]}</p>${send}`;
  return html`<p class="note check" role="status">${words.messageSent[language]}</p>
${codeForm(view, { proof: 'sms', act: 'sms', label: words.messageCode })}${send}`;
};

const byFace = (view: View): Html => {
  const { language, fault } = view;
  const wrong = fault?.proof === 'face' && noticeBox({ kind: 'wrong', strong: fault.says }, language);
  const acts = view.faceIsSample
    ? html`${noticeBox({ kind: 'check', strong: words.faceSample, advice: words.faceSampleSays }, language)}
<div class="acts"><button type="submit" name="answer" value="match">${words.faceMatch[language]}</button>
<button type="submit" name="answer" value="no_match" class="second">${words.faceNoMatch[language]}</button></div>`
    : submitButton(words.faceAct, language);
  return html`${wrong}<p class="hint">${words.faceSays[language]}</p>${form(view, 'face', acts)}`;
};

const byPasskey = (view: View, { challenge }: RecoveryView): Html => {
  const { language, fault } = view;
  return html`${fault?.proof === 'passkey' && noticeBox({ kind: 'wrong', strong: fault.says }, language)}${passkeyForm(
    {
      language,
      action: `${path}/passkey`,
      csrf: view.token('passkey'),
      options: requestOptions(view.baseUrl, challenge),
      act: 'get',
      label: words.passkeyAct,
    },
  )}<noscript><p class="hint">${words.passkeyNeedsScript[language]}</p></noscript>`;
};

const sections: Record<Proof, { title: Text; body(view: View, recovery: RecoveryView): Html }> = {
  sms: { title: words.byMessage, body: byMessage },
  recovery_code: {
    title: words.byRecoveryCode,
    body: (view) =>
      codeForm(view, {
        proof: 'recovery_code',
        act: 'recovery-code',
        label: words.recoveryCode,
        hint: words.recoveryCodeHint,
        long: true,
      }),
  },
  totp: {
    title: words.byTotp,
    body: (view) => codeForm(view, { proof: 'totp', act: 'totp', label: words.totpCode }),
  },
  face: { title: words.byFace, body: byFace },
  passkey: { title: words.byPasskey, body: byPasskey },
};

const leadOf = ({ given, by, offered }: RecoveryView): Text => {
  if (given.length === 0) return by === 'phone' ? words.proveFirstPhone : words.proveFirst;
  return offered.length > 0 ? words.proveNext : words.proveNone;
};

const provePage = (view: View, recovery: RecoveryView): Page => {
  const { language } = view;
  return {
    ...linked(language),
    title: words.proveTitle[language],
    body: html`<h1>${words.proveTitle[language]}</h1>
<p>${leadOf(recovery)[language]}</p>
${noticeBox(view.notice, language)}
${recovery.offered.map(
  (proof) => html`<h2>${sections[proof].title[language]}</h2>
${sections[proof].body(view, recovery)}`,
)}
${startOver(view)}`,
  };
};

const choosePage = (view: View, { people }: RecoveryView): Page => {
  const { language } = view;
  return {
    ...linked(language),
    title: words.chooseTitle[language],
    body: html`<h1>${words.chooseTitle[language]}</h1>
<p>${words.chooseSays[language]}</p>
${noticeBox(view.notice, language)}
${form(
  view,
  'choose',
  html`<div class="acts">${people.map(
    (name, place) =>
      html`<button type="submit" name="person" value="${place}" class="second">${name}</button>`,
  )}</div>`,
)}
${startOver(view)}`,
  };
};

const passwordPage = (view: View, { waitSeconds }: RecoveryView): Page => {
  const { language } = view;
  return {
    ...linked(language),
    title: words.passwordTitle[language],
    body: html`<h1>${words.passwordTitle[language]}</h1>
<p>${(waitSeconds > 0 ? words.passwordLater : words.passwordNow)[language]}</p>
${noticeBox(view.notice, language)}
${form(view, 'password', html`${passwordFields(view.passwordFault, language)}${submitButton(words.passwordAct, language)}`)}
${startOver(view)}`,
  };
};

const donePage = (view: View, { waitSeconds }: RecoveryView): Page => {
  const { language } = view;
  const later = waitSeconds > 0;
  const title = (later ? words.laterTitle : words.doneTitle)[language];
  return {
    ...linked(language),
    title,
    body: html`<h1>${title}</h1>
<p>${(later ? words.later : words.done)[language]}</p>
<p class="acts"><a class="button" href="/">${words.home[language]}</a></p>
${startOver(view)}`,
  };
};

const pages = { proving: provePage, choosing: choosePage, password: passwordPage, done: donePage };

/** The page of the step where this recovery stands. */
export const stepPage = (view: View, recovery: RecoveryView): Page => pages[recovery.state](view, recovery);

export interface StopView {
  language: Language;
  /** Path of the page. */
  at: string;
  state: 'asks' | 'stopped' | 'nothing' | 'signed_out' | 'gone';
  appliesAt?: number;
  csrf?: string;
}

const chinaTime = (at: number): string =>
  new Date((at + 8 * 3_600) * 1_000).toISOString().slice(0, 16).replace('T', ' ');

/** Stopping a password that waits: signed in, or by the link of the message. */
export const stopPage = ({ language, at, state, appliesAt, csrf }: StopView): Page => {
  const says = {
    asks: words.stopSays,
    stopped: words.stopped,
    nothing: words.nothingWaits,
    signed_out: words.signInFirst,
    gone: words.linkGone,
  }[state];
  return {
    ...linked(language, at),
    title: words.stopTitle[language],
    body: html`<h1>${words.stopTitle[language]}</h1>
<p>${says[language]}</p>
${state === 'stopped' && html`<p>${words.stoppedAdvice[language]}</p>`}
${appliesAt !== undefined && html`<p class="soft">${words.stopAt[language]} <time>${chinaTime(appliesAt)}</time></p>`}
${
  state === 'asks' &&
  html`<form method="post" action="${at}">${csrf !== undefined && tokenField(csrf)}${submitButton(words.stopAct, language)}</form>`
}`,
  };
};
