/** /developers/inspect: a form, and below it what was found. Works without a script. */
import { type Html, html, type Language, type Text, textField } from '../../http/index.ts';
import type { Finding, Report } from '../inspect/finding.ts';
import { backToOverview } from './parts.ts';

const words = {
  title: { zh: '检查令牌和请求', en: 'Inspect a token or request' },
  says: {
    zh: '粘贴 ID 令牌、令牌回答（JSON）、登录请求或返回的整个网址、错误代码。',
    en: 'Paste an ID token, a token response (JSON), the whole address of a sign-in request or of what came back, or an error code.',
  },
  privacy: {
    zh: '令牌指向具体的人：不要粘贴别人的，也不要把令牌放进网址。您粘贴的内容只用来回答这一次，不保存，不写入日志。',
    en: 'A token points to a person: paste none but your own tests, and never put one into an address. What you paste is used for this one answer; it is not stored and not logged.',
  },
  pasted: { zh: '要检查的内容', en: 'What to inspect' },
  compare: { zh: '与您的值比较（可不填）', en: 'Compare with yours (optional)' },
  clientId: { zh: '您的 client_id', en: 'Your client_id' },
  nonce: { zh: '您发送的 nonce', en: 'The nonce you sent' },
  act: { zh: '检查', en: 'Inspect' },
  found: { zh: '结果', en: 'What was found' },
  more: { zh: '关于这个代码', en: 'About this code' },
} satisfies Record<string, Text>;

const states: Record<Finding['state'], { word: Text; mark: string; look: string }> = {
  good: { word: { zh: '正确', en: 'Right' }, mark: '✓', look: 'good' },
  bad: { word: { zh: '有误', en: 'Wrong' }, mark: '✕', look: 'bad' },
  check: { word: { zh: '请核对', en: 'Check' }, mark: '!', look: 'check' },
  fact: { word: { zh: '说明', en: 'Note' }, mark: '·', look: '' },
};

const findingLine = ({ state, about, says, code }: Finding, language: Language): Html => {
  const { word, mark, look } = states[state];
  return html`<li><span class="state ${look}">${mark} ${word[language]}</span> <code>${about}</code><br>${says[language]}${code && html`<br><a href="/developers/errors#${code}">${words.more[language]} <code>${code}</code></a>`}</li>`;
};

const reportPart = (
  { title, findings }: Report,
  language: Language,
): Html => html`<h2 id="found">${words.found[language]}</h2>
<p><strong>${title[language]}</strong></p>
<ul class="findings">${findings.map((finding) => findingLine(finding, language))}</ul>`;

export interface Inspected {
  pasted: string;
  clientId: string;
  nonce: string;
  report: Report;
}

export const inspectTitle = words.title;

export const inspectPage = (language: Language, inspected?: Inspected): Html => {
  const field = (id: 'client_id' | 'nonce', label: Text, value: string | undefined): Html =>
    textField({ id, name: id, label, value, autocomplete: 'off', maxlength: 200, optional: true }, language);
  const compared = Boolean(inspected?.clientId || inspected?.nonce);
  return html`${backToOverview(language)}<h1>${words.title[language]}</h1>
<p>${words.says[language]}</p>
<p class="note check">${words.privacy[language]}</p>
${inspected && reportPart(inspected.report, language)}
<form method="post" action="/developers/inspect#found">
<label for="pasted">${words.pasted[language]}</label>
<textarea id="pasted" name="pasted" rows="8" maxlength="12000" autocomplete="off" autocapitalize="none" spellcheck="false" required>${inspected?.pasted ?? ''}</textarea>
<details${compared && html` open`}><summary>${words.compare[language]}</summary>
${field('client_id', words.clientId, inspected?.clientId)}${field('nonce', words.nonce, inspected?.nonce)}
</details>
<p class="acts"><button type="submit">${words.act[language]}</button></p>
</form>`;
};
