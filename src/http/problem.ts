/** The one place where a failure becomes an answer: problem+json (RFC 9457) for programs, a page for people. */
import type { ErrorRequestHandler, Request } from 'express';
import type { Logger } from 'pino';
import { type ErrorCode, errorEntry, ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict } from '../storage/index.ts';
import { startPageLink } from './error-page.ts';
import { languageOf } from './language.ts';
import { requestIdOf } from './request-id.ts';
import { sendErrorPage } from './send-error-page.ts';

/** Errors that express and its parsers throw carry a status and, some, a type. */
const codeByStatus: Record<number, ErrorCode> = {
  400: 'invalid_request',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  503: 'store_unavailable',
};

/** Any thrown value as a code of the table. What is not known is internal_error. */
export const codeOf = (error: unknown): ErrorCode => {
  if (error instanceof ServiceError) return error.code;
  if (error instanceof AlreadyExists) return 'already_exists';
  if (error instanceof Conflict) return 'conflict';
  const { status, expose } = (error ?? {}) as { status?: number; expose?: boolean };
  if (expose !== true || status === undefined) return 'internal_error';
  return codeByStatus[status] ?? (status < 500 ? 'invalid_request' : 'internal_error');
};

const wantsPage = (req: Request): boolean => req.accepts(['json', 'html']) === 'html';

/** Express error handler; mounted last. */
export const problemHandler = (options: { baseUrl: string; logger: Logger }): ErrorRequestHandler => {
  return (error: unknown, req, res, next) => {
    const code = codeOf(error);
    const { status, en, zh } = errorEntry(code);
    const requestId = requestIdOf(res);
    if (status >= 500) options.logger.error({ err: error, requestId, failure: code }, 'request failed');
    if (res.headersSent) return next(error);
    const { detail, faults } = error instanceof ServiceError ? error : {};
    if (status === 503) res.setHeader('retry-after', '2');
    if (wantsPage(req)) {
      sendErrorPage(req, res, code, {
        back: code === 'not_found' ? startPageLink(languageOf(req)) : undefined,
      });
      return;
    }
    res
      .status(status)
      .set('cache-control', 'no-store')
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: `${options.baseUrl}/errors/${code}`,
          title: en,
          title_zh: zh,
          status,
          code,
          ...(detail === undefined ? {} : { detail }),
          ...(faults === undefined ? {} : { faults }),
          detail_zh: zh,
          requestId,
        }),
      );
  };
};
