/** What stands beside the daily way of signing in: an authenticator app (RFC 6238) and codes on paper. */

import { toString as qrSvg } from 'qrcode';
import { totpUri } from '../../accounts/index.ts';
import { ServiceError } from '../../errors.ts';
import { Html, html, submitButton, textField } from '../../http/index.ts';
import type { AccountPage } from '../account-page.ts';
import { formStart, smallForm } from '../frame.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { words } from '../words.ts';

const inFours = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

export const backupsPage = ({ accounts }: OwnPagesDeps): AccountPage => ({
  path: 'backups',
  title: words.backupTitle,
  menu: { under: 'sign-in-methods', hint: words.backupHint },
  parent: 'sign-in-methods',
  said: { totp_added: words.totpAdded, totp_removed: words.totpRemoved },
  async show(visit) {
    const { language } = visit;
    const all = await accounts.authenticators.of(visit.account.id);
    const totp = all.find(({ kind }) => kind === 'totp');
    const left = all.find(({ kind }) => kind === 'recovery')?.left;
    return html`<h2>${words.totpTitle[language]}</h2>
<p class="soft">${words.totpWhy[language]}</p>
<p class="state ${totp ? 'good' : 'check'}">${(totp ? words.totpOn : words.totpOff)[language]}</p>
${
  totp
    ? smallForm(visit, 'remove', words.totpRemove, { hidden: { id: totp.id } })
    : html`<p class="acts"><a class="button" href="/account/authenticator-new">${words.totpSetUp[language]}</a></p>`
}
<h2>${words.recoveryTitle[language]}</h2>
<p class="soft">${words.recoveryWhy[language]}</p>
<p class="state ${left ? 'good' : 'check'}">${left === undefined ? words.recoveryNone[language] : html`${words.recoveryLeft[language]}${left}`}</p>
${smallForm(visit, 'make', words.recoveryMake)}`;
  },
  acts: {
    remove: {
      confirm: true,
      async perform({ account }, { id = '' }) {
        // A passkey's id does not belong here: its own page asks whether it is the last way to sign in.
        const kept = await accounts.authenticators.of(account.id);
        if (!kept.some((one) => one.id === id && one.kind === 'totp')) throw new ServiceError('not_found');
        await accounts.authenticators.remove(account.id, id);
        return { done: 'totp_removed' };
      },
    },
    make: {
      confirm: true,
      async perform({ account, language }) {
        const codes = await accounts.authenticators.makeRecoveryCodes(account.id);
        const body = html`<p class="note check" role="status"><strong>${words.recoveryShown[language]}</strong></p>
<ul class="codes">${codes.map((code) => html`<li>${code}</li>`)}</ul>
<p class="acts"><a class="button" href="/account/backups">${words.recoveryKept[language]}</a></p>`;
        return { once: { title: words.recoveryTitle, body } };
      },
    },
  },
});

/** The secret goes out with the form and comes back with it: it is kept nowhere before a code made with it was typed. */
export const newAuthenticatorPage = ({ accounts }: OwnPagesDeps): AccountPage => ({
  path: 'authenticator-new',
  title: words.totpSetUp,
  parent: 'backups',
  confirm: true,
  async show(visit, { typed, faults }) {
    const { language } = visit;
    const kept = /^[A-Z2-7]{32}$/.test(typed.secret ?? '') ? typed.secret : undefined;
    const secret = kept ?? accounts.authenticators.newTotpSecret();
    const uri = totpUri(secret, '一证通 OneCert', words.totpLabel[language]);
    const svg = await qrSvg(uri, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' });
    const picture = svg.replace(
      '<svg ',
      `<svg class="qr" role="img" aria-label="${words.totpQr[language]}" `,
    );
    return html`<p>${words.totpScan[language]}</p>
${new Html(picture)}
<p class="hint">${words.totpType[language]}</p>
<p class="secret">${inFours(secret)}</p>
${formStart(visit, 'add')}<input type="hidden" name="secret" value="${secret}">${textField(
      {
        id: 'code',
        name: 'code',
        label: words.totpCode,
        hint: words.totpCodeHint,
        autocomplete: 'one-time-code',
        inputmode: 'numeric',
        maxlength: 12,
        ...(faults.code ? { fault: faults.code } : {}),
      },
      language,
    )}
${submitButton(words.totpAct, language)}</form>`;
  },
  acts: {
    add: {
      confirm: true,
      async perform({ account }, { secret = '', code = '' }) {
        if (!/^[A-Z2-7]{32}$/.test(secret)) return { again: { faults: { code: words.totpFault } } };
        const all = await accounts.authenticators.of(account.id);
        if (all.some(({ kind }) => kind === 'totp'))
          return { again: { notice: { kind: 'check', strong: words.totpThere } } };
        const right = await accounts.authenticators.addTotp(account.id, { secret, code });
        return right
          ? { done: 'totp_added', at: 'backups' }
          : { again: { faults: { code: words.totpFault } } };
      },
    },
  },
});
