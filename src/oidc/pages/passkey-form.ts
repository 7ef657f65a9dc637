import { type Html, html, type Language, type Text } from '../../http/index.ts';
import { factorWords } from './factor-words.ts';
import { passkeyScriptUrl } from './passkey-script.ts';

export interface PasskeyForm {
  language: Language;
  /** Where the answer is posted. */
  action: string;
  /** Absent where the address itself is the secret. */
  csrf?: string;
  /** WebAuthn options as JSON; the script turns them into what the browser wants. */
  options: unknown;
  act: 'get' | 'create';
  /** Offer passkeys in the name field as well. */
  conditional?: boolean;
  label: Text;
  /** Further fields, shown above the button. */
  fields?: Html;
}

/** Hidden until the script finds that the browser can do it. */
export const passkeyForm = (form: PasskeyForm): Html => {
  const { language } = form;
  return html`<form method="post" action="${form.action}" id="passkey-form" hidden data-act="${form.act}"${form.conditional && html` data-conditional="yes"`} data-options="${JSON.stringify(form.options)}" data-waiting="${factorWords.passkeyWaiting[language]}" data-failed="${factorWords.passkeyFailed[language]}">
${form.csrf !== undefined && html`<input type="hidden" name="csrf" value="${form.csrf}">`}
<input type="hidden" name="response" id="passkey-response" value="">
${form.fields}<p class="acts"><button type="button" class="second" id="passkey-button">${form.label[language]}</button></p>
<p class="hint" role="status" id="passkey-status"></p>
</form>
<script src="${passkeyScriptUrl}" defer></script>`;
};

/** Asks for a passkey of this site with user verification (WebAuthn Level 3 §5.5). */
export const requestOptions = (baseUrl: string, challenge: string): unknown => ({
  challenge,
  rpId: new URL(baseUrl).hostname,
  userVerification: 'required',
  timeout: 300_000,
});
