/** The phone: confirmed again, replaced, or taken off. Each needs more than the phone itself (design: Identity). */
import { ServiceError } from '../../errors.ts';
import { type Html, html, type Notice, submitButton, textField } from '../../http/index.ts';
import { maskPhone, normalisePhone } from '../../identifiers/index.ts';
import type { AccountPage, Outcome, PageState, Visit } from '../account-page.ts';
import { formStart, smallForm } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { words } from '../words.ts';

const tooManySms: Notice = { kind: 'wrong', strong: words.tooManySms, advice: words.tooManySmsAdvice };

/** Sends a code, and shows the field for it whether or not one more may be sent: an earlier code is still good. */
const sending = async (step: string, send: () => Promise<void>): Promise<Outcome> => {
  try {
    await send();
    return { again: { status: 200, step } };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'too_many_requests') throw error;
    return { again: { status: 429, step, notice: tooManySms } };
  }
};

const codeForm = (visit: Visit, act: string, { typed, faults, notice }: PageState): Html => {
  const { account, language } = visit;
  const to = maskPhone(normalisePhone(typed.phone ?? account.phone ?? '') ?? '');
  return html`${notice === undefined && html`<p class="note check" role="status">${words.codeSent[language]} <strong>${to}</strong></p>`}
${formStart(visit, act)}${typed.phone !== undefined && html`<input type="hidden" name="phone" value="${typed.phone}">`}${textField(
  {
    id: 'code',
    name: 'code',
    label: words.code,
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    maxlength: 12,
    autofocus: true,
    ...(faults.code ? { fault: faults.code } : {}),
  },
  language,
)}
${submitButton(act === 'take' ? words.phoneTake : words.phoneConfirm, language)}</form>`;
};

const newPhoneForm = (visit: Visit, { typed, faults }: PageState): Html =>
  html`<details${(typed.phone !== undefined || faults.phone) && html` open`}><summary>${(visit.account.phone === undefined ? words.phoneAdd : words.phoneReplace)[visit.language]}</summary>
${formStart(visit, 'send-new')}${textField(
  {
    id: 'phone',
    name: 'phone',
    label: words.phoneNew,
    value: typed.phone ?? '',
    autocomplete: 'tel',
    inputmode: 'tel',
    maxlength: 32,
    ...(faults.phone ? { fault: faults.phone } : {}),
  },
  visit.language,
)}
${submitButton(words.sendCode, visit.language)}</form></details>`;

export const phonePage = ({ accounts, oidc }: OwnPagesDeps): AccountPage => {
  const { authenticators } = accounts;
  const bindingOf = ({ sessionUid }: Visit, step: string): string => `my-account|${step}|${sessionUid}`;
  const wrongCode = (step: string): Outcome => ({ again: { step, faults: { code: words.codeFault } } });

  const standing = async ({ account, language }: Visit): Promise<Html> => {
    if (account.phone === undefined) return html`<p>${words.noPhone[language]}</p>`;
    const good = (await authenticators.methodsOf(account)).has('sms');
    return html`<p>${words.phoneNow[language]} <strong>${maskPhone(account.phone)}</strong></p>
<p class="state ${good ? 'good' : 'check'}">${(good ? words.phoneGood : words.phoneDoubt)[language]}</p>`;
  };

  return {
    path: 'phone',
    title: words.phone,
    menu: { under: 'sign-in-methods', hint: words.phoneHint },
    parent: 'sign-in-methods',
    said: { confirmed: words.phoneConfirmed, replaced: words.phoneReplaced, ended: words.phoneEnded },
    async show(visit, state) {
      if (!authenticators.smsAvailable) return html`<p>${words.noSms[visit.language]}</p>`;
      const here = await standing(visit);
      if (state.step === 'confirm') return html`${here}${codeForm(visit, 'confirm', state)}`;
      if (state.step === 'new') return html`${here}${codeForm(visit, 'take', state)}`;
      const has = visit.account.phone !== undefined;
      return html`${here}${has && smallForm(visit, 'send', words.phoneConfirmAct, { look: '' })}
${newPhoneForm(visit, state)}
${has && smallForm(visit, 'end', words.phoneEnd, { look: 'plain' })}`;
    },
    acts: {
      send: {
        confirm: true,
        perform: (visit) =>
          sending('confirm', () =>
            authenticators.sendOwnCode(visit.account, {
              binding: bindingOf(visit, 'confirm'),
              address: visit.address,
            }),
          ),
      },
      confirm: {
        confirm: true,
        async perform(visit, { code = '' }) {
          const right = await authenticators.confirmPhone(visit.account, {
            binding: bindingOf(visit, 'confirm'),
            code,
          });
          return right ? { done: 'confirmed' } : wrongCode('confirm');
        },
      },
      'send-new': {
        confirm: true,
        async perform(visit, { phone = '' }) {
          if (normalisePhone(phone) === undefined) return { again: { faults: { phone: words.phoneFault } } };
          return sending('new', () =>
            authenticators.sendCodeToNewPhone(visit.account.id, {
              phone,
              binding: bindingOf(visit, 'new'),
              address: visit.address,
            }),
          );
        },
      },
      take: {
        confirm: true,
        async perform(visit, { phone = '', code = '' }) {
          const binding = bindingOf(visit, 'new');
          if (!(await authenticators.replacePhone(visit.account.id, { phone, binding, code })))
            return wrongCode('new');
          await oidc.sessions.endAllButThis(visit.account.id, visit.sessionUid);
          return { done: 'replaced' };
        },
      },
      end: {
        confirm: true,
        async perform({ account, sessionUid }) {
          await authenticators.endPhone(account.id, `account:${account.id}`);
          await oidc.sessions.endAllButThis(account.id, sessionUid);
          return { done: 'ended' };
        },
      },
    },
  };
};
