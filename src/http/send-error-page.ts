import type { Request, Response } from 'express';
import { type ErrorCode, errorEntry } from '../errors.ts';
import { adviceFor, errorPage } from './error-page.ts';
import { languageOf, otherLanguageLink } from './language.ts';
import { sendPage } from './page.ts';
import { requestIdOf } from './request-id.ts';

/** Answers with the page of a code of the table. `keep`: parameters of the address that the other language keeps. */
export const sendErrorPage = (
  req: Request,
  res: Response,
  code: ErrorCode,
  { back, keep = [] }: { back?: { name: string; href: string } | undefined; keep?: readonly string[] } = {},
): void => {
  const { status, zh, en } = errorEntry(code);
  const language = languageOf(req);
  const page = errorPage({
    language,
    code,
    sentence: { zh, en },
    advice: adviceFor(code),
    requestId: requestIdOf(res),
    ...(back ? { back } : {}),
  });
  sendPage(res, status, { ...page, languageLink: otherLanguageLink(req, language, keep) });
};
