/** /developers/errors: every code this server gives, each under an anchor of its own name. */
import { type ErrorCode, errorCodes, errorEntry } from '../../errors.ts';
import { type Html, html, type Language, type Text } from '../../http/index.ts';
import { endpointNames, oauthErrors } from '../oauth-errors.ts';
import { problemAdvice } from '../problem-advice.ts';
import { backToOverview } from './parts.ts';

const words = {
  title: { zh: '错误代码', en: 'Error codes' },
  says: {
    zh: '代码是稳定的，句子可能会改：程序只看代码。',
    en: 'Codes are stable, sentences may change: let programs look at the code alone.',
  },
  oauth: { zh: '登录与令牌（OAuth）', en: 'Sign-in and tokens (OAuth)' },
  oauthSays: {
    zh: '令牌端点以 JSON 回答 error；授权端点带着 error 回到您的 redirect_uri。应用编号或 redirect_uri 不对时不会返回，只给本人一页说明。',
    en: 'The token endpoint answers JSON with error; the authorization endpoint comes back to your redirect_uri with it. With a wrong client_id or redirect_uri nothing comes back: the person sees a page.',
  },
  problems: { zh: 'API（problem+json）', en: 'APIs (problem+json)' },
  problemsSay: {
    zh: 'RFC 9457：type 就是这里的地址，code 是代码，requestId 用于报告问题。',
    en: 'RFC 9457: type leads here, code is the code, requestId is for your report.',
  },
  advice: { zh: '办法：', en: 'What to do:' },
} satisfies Record<string, Text>;

const problemLines = (code: ErrorCode, language: Language): Html => {
  const entry = errorEntry(code);
  return html`<p class="soft">HTTP ${entry.status} (problem+json)</p><p>${entry[language]}</p><p><strong>${words.advice[language]}</strong> ${problemAdvice(code)?.[language] ?? ''}</p>`;
};

const oauthEntry = (code: string, language: Language): Html => {
  const { at, cause, advice } = oauthErrors[code]!;
  const between = language === 'zh' ? '、' : ', ';
  // A word that is both gets one entry: there is one anchor of that name.
  const problem = errorCodes.find((known) => known === code);
  return html`<li id="${code}"><h3><code>${code}</code></h3>
<p class="soft">${at.map((endpoint) => endpointNames[endpoint][language]).join(between)}</p>
<p>${cause[language]}</p><p><strong>${words.advice[language]}</strong> ${advice[language]}</p>${problem && problemLines(problem, language)}</li>`;
};

export const errorsTitle = words.title;

export const errorsPage = (
  language: Language,
): Html => html`${backToOverview(language)}<h1>${words.title[language]}</h1>
<p class="soft">${words.says[language]}</p>
<h2>${words.oauth[language]}</h2>
<p>${words.oauthSays[language]}</p>
<ul class="findings">${Object.keys(oauthErrors).map((code) => oauthEntry(code, language))}</ul>
<h2>${words.problems[language]}</h2>
<p>${words.problemsSay[language]}</p>
<ul class="findings">${errorCodes
  .filter((code) => !(code in oauthErrors))
  .map(
    (code) => html`<li id="${code}"><h3><code>${code}</code></h3>${problemLines(code, language)}</li>`,
  )}</ul>`;
