/** The page for the code from the counter. */
import type { Request, Response } from 'express';
import { ServiceError } from '../../errors.ts';
import { keepLanguage, languageOf, parse, requestIdOf, sendPage } from '../../http/index.ts';
import { type StartView, startPage } from '../pages/other-pages.ts';
import { words } from '../pages/words.ts';
import { startForm } from '../schema.ts';
import { startWithCode } from '../start-codes.ts';
import { addressOf, isSecure, type OpeningDeps } from './opening-request.ts';

const show = (
  deps: OpeningDeps,
  req: Request,
  res: Response,
  status: number,
  view: Omit<StartView, 'language'>,
): void => {
  keepLanguage(req, res, isSecure(deps.baseUrl));
  sendPage(res, status, startPage({ ...view, language: languageOf(req) }));
};

export const showStart = (deps: OpeningDeps) => (req: Request, res: Response) =>
  show(deps, req, res, 200, {});

export const answerStart =
  (deps: OpeningDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const { code, password, repeat } = parse(startForm, req.body ?? {});
    if (password !== repeat) return show(deps, req, res, 422, { code, passwordFault: 'differs' });
    try {
      const input = { code, password, address: addressOf(req), requestId: requestIdOf(res) };
      const result = await startWithCode(deps, input);
      if (result === 'started') return show(deps, req, res, 200, { done: true });
      if (result === 'wrong_code') return show(deps, req, res, 422, { code, codeFault: true });
      return show(deps, req, res, 422, { code, passwordFault: result });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'too_many_requests') throw error;
      const notice = { kind: 'wrong' as const, strong: words.tooMany, advice: words.tooManyAdvice };
      show(deps, req, res, 429, { code, notice });
    }
  };
