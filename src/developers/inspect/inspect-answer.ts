/** What came back: an address with a code or an error, or an error object. */
import { errorCodes, errorEntry } from '../../errors.ts';
import type { DeveloperDeps } from '../dependencies.ts';
import { oauthErrors } from '../oauth-errors.ts';
import { problemAdvice } from '../problem-advice.ts';
import { bad, check, type Finding, fact, good, type Report } from './finding.ts';

const explain = (code: string): Finding[] => {
  const known = oauthErrors[code];
  if (known)
    return [
      bad('error', `${code}：${known.cause.zh}`, `${code}: ${known.cause.en}`, code),
      fact('→', known.advice.zh, known.advice.en),
    ];
  const problem = errorCodes.find((one) => one === code);
  if (problem === undefined)
    return [bad('error', '本服务器没有这个错误代码。', 'This server gives no such error code.')];
  const entry = errorEntry(problem);
  const advice = problemAdvice(problem);
  return [
    bad('code', `${code}：${entry.zh}`, `${code}: ${entry.en}`, code),
    ...(advice ? [fact('→', advice.zh, advice.en)] : []),
  ];
};

export const inspectError = (code: string): Report => ({
  title: { zh: '错误', en: 'An error' },
  findings: explain(code),
});

/** RFC 9207: a client that talks to several servers must know which one answered. */
const issuer = (deps: DeveloperDeps, given: string | null): Finding => {
  if (given === deps.baseUrl) return good('iss', '是本服务器。', 'This server.');
  return given === null
    ? bad(
        'iss',
        '缺少：本服务器的回答总带有 iss，复制不全，或不是它的回答。',
        'Missing: this server always sends it. Not copied whole, or not its answer.',
      )
    : bad('iss', '不是本服务器的回答：不要接受。', 'Not this server’s answer: do not accept it.');
};

export const inspectCallback = (deps: DeveloperDeps, parameters: URLSearchParams): Report => {
  const error = parameters.get('error');
  return {
    title: { zh: '返回应用的回答', en: 'An answer to the app' },
    findings: [
      ...(error === null
        ? [
            good(
              'code',
              '授权码：一分钟内由您的应用兑换，只能用一次。',
              'A code: your app redeems it within a minute, once.',
            ),
          ]
        : explain(error)),
      issuer(deps, parameters.get('iss')),
      parameters.has('state')
        ? check(
            'state',
            '有：须与您为这个浏览器保存的值相同。',
            'There: it has to equal the one you kept for this browser.',
          )
        : check('state', '没有：请求中没有发送 state。', 'None: the request sent no state.'),
    ],
  };
};
