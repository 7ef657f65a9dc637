import { type PasswordFault, passwordFault } from '../../accounts/index.ts';
import { html, submitButton, textField } from '../../http/index.ts';
import type { AccountPage } from '../account-page.ts';
import { formStart } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { words } from '../words.ts';

type Fault = PasswordFault | 'differs';

/** A new password ends every other sign-in and what apps got by one: whoever knew the old one is out. */
export const passwordPage = ({ accounts, oidc }: OwnPagesDeps): AccountPage => ({
  path: 'password',
  title: words.passwordTitle,
  menu: { under: 'sign-in-methods', hint: words.passwordHint },
  parent: 'sign-in-methods',
  confirm: true,
  said: { changed: words.passwordChanged },
  show: async (visit, { faults }) => {
    const { language } = visit;
    const field = (id: string, label: typeof words.repeat, hint?: typeof words.repeat) =>
      textField(
        {
          id,
          name: id,
          type: 'password',
          label,
          autocomplete: 'new-password',
          maxlength: 300,
          ...(hint ? { hint } : {}),
          ...(faults[id] ? { fault: faults[id] } : {}),
        },
        language,
      );
    return html`${formStart(visit, 'change')}
${field('password', words.newPassword, words.passwordRule)}${field('repeat', words.repeat)}
${submitButton(words.changePassword, language)}</form>`;
  },
  acts: {
    change: {
      confirm: true,
      async perform({ account, sessionUid }, { password = '', repeat = '' }) {
        const own = [account.documentNumber, account.phone ?? ''];
        const fault: Fault | undefined =
          passwordFault(password, own) ?? (password === repeat ? undefined : 'differs');
        if (fault !== undefined)
          return { again: { faults: { [fault === 'differs' ? 'repeat' : 'password']: words[fault] } } };
        await accounts.setPassword(account.id, password, 'person');
        await oidc.sessions.endAllButThis(account.id, sessionUid);
        return { done: 'changed' };
      },
    },
  },
});
