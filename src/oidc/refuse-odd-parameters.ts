/**
 * RFC 6749 §3.1: a parameter must not come twice. What a parser could read in two ways ends here with an error page and
 * never a redirect: the library reads the first, another layer might read the last.
 */
import type { RequestHandler } from 'express';
import { adviceFor, errorPage, languageOf, requestIdOf, sendPage } from '../http/index.ts';

/** RFC 8707 §2 lets `resource` come several times. */
const repeatable = new Set(['resource']);
const mostParameters = 60;
const longestValue = 8_192;

const isOdd = (query: URLSearchParams): boolean => {
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (/[[\]]/.test(name) || value.length > longestValue) return true;
    if (seen.has(name) && !repeatable.has(name)) return true;
    seen.add(name);
  }
  return query.size > mostParameters;
};

export const refuseOddParameters: RequestHandler = (req, res, next) => {
  const mark = req.url.indexOf('?');
  if (mark === -1 || !isOdd(new URLSearchParams(req.url.slice(mark + 1)))) return next();
  if (req.accepts(['json', 'html']) !== 'html') {
    res.status(400).set('cache-control', 'no-store');
    res.json({ error: 'invalid_request', error_description: 'each parameter must come once, as plain text' });
    return;
  }
  const sentence = {
    zh: '应用发来的登录请求有误。',
    en: 'The app sent a sign-in request that is not right.',
  };
  const page = errorPage({
    language: languageOf(req),
    code: 'invalid_request',
    sentence,
    advice: adviceFor('invalid_request'),
    requestId: requestIdOf(res),
  });
  sendPage(res, 400, page);
};
