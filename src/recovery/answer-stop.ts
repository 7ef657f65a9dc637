/** Stopping a new password that waits: whoever is signed in, or whoever has the link of the text message. */
import type { Request, Response } from 'express';
import type { Recoveries } from '../accounts/index.ts';
import { keepLanguage, languageOf, parse, sendPage } from '../http/index.ts';
import { type BrowserDeps, formToken, isFormToken } from './browser.ts';
import { type StopView, stopPage } from './pages.ts';
import * as schema from './schema.ts';

export interface StopDeps extends BrowserDeps {
  recoveries: Recoveries;
  /** Account id of whoever is signed in to this browser. */
  personOf(req: Request, res: Response): Promise<string | undefined>;
}

type Handler = (req: Request, res: Response) => Promise<void>;
const waitingPath = '/recover/waiting';

const show = (
  deps: StopDeps,
  req: Request,
  res: Response,
  status: number,
  view: Omit<StopView, 'language'>,
): void => {
  keepLanguage(req, res, deps.baseUrl.startsWith('https:'));
  sendPage(res, status, stopPage({ ...view, language: languageOf(req) }));
};

export const showWaiting =
  (deps: StopDeps): Handler =>
  async (req, res) => {
    const at = waitingPath;
    const accountId = await deps.personOf(req, res);
    if (accountId === undefined) return show(deps, req, res, 401, { at, state: 'signed_out' });
    const appliesAt = await deps.recoveries.waiting(accountId);
    if (appliesAt === undefined) return show(deps, req, res, 200, { at, state: 'nothing' });
    const csrf = formToken(deps, accountId, 'stop');
    show(deps, req, res, 200, { at, state: 'asks', appliesAt, csrf });
  };

export const answerWaiting =
  (deps: StopDeps): Handler =>
  async (req, res) => {
    const at = waitingPath;
    const accountId = await deps.personOf(req, res);
    if (accountId === undefined) return show(deps, req, res, 401, { at, state: 'signed_out' });
    const { csrf } = parse(schema.actForm, req.body ?? {});
    if (!isFormToken(deps, csrf, accountId, 'stop')) return res.redirect(303, at);
    const stopped = await deps.recoveries.stop(accountId);
    show(deps, req, res, 200, { at, state: stopped ? 'stopped' : 'nothing' });
  };

/** Looking stops nothing: what fetches links ahead of people only reads. */
export const showStopLink =
  (deps: StopDeps): Handler =>
  async (req, res) => {
    const { secret } = parse(schema.stopParams, req.params);
    const open = await deps.recoveries.isStopLink(secret);
    show(deps, req, res, open ? 200 : 404, { at: `/recover/stop/${secret}`, state: open ? 'asks' : 'gone' });
  };

export const answerStopLink =
  (deps: StopDeps): Handler =>
  async (req, res) => {
    const { secret } = parse(schema.stopParams, req.params);
    const stopped = await deps.recoveries.stopByLink(secret);
    const at = `/recover/stop/${secret}`;
    show(deps, req, res, stopped ? 200 : 404, { at, state: stopped ? 'stopped' : 'gone' });
  };
