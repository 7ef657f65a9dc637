/** One request of a browser that opens an account: who it is, where it stands, and how its page is shown. */
import type { Request, Response } from 'express';
import { cookieAt, keepLanguage, languageOf, sendPage } from '../../http/index.ts';
import type { RegistrationContext } from '../context.ts';
import type { Browser, Journey, Journeys } from '../journey.ts';
import { type OpeningView, openingPage } from '../pages/opening-pages.ts';
import { words } from '../pages/words.ts';

export interface OpeningDeps extends RegistrationContext {
  journeys: Journeys;
  baseUrl: string;
}

export interface OpeningRequest {
  req: Request;
  res: Response;
  browser: Browser;
  /** False: this browser has nothing going on, and stands at the start. */
  known: boolean;
  journey: Journey;
}

export const openingPath = '/open-account';

export const isSecure = (baseUrl: string): boolean => baseUrl.startsWith('https:');

/** `__Host-`: no other host of the domain can plant one (RFC 6265bis §4.1.3.2). */
const cookieName = (deps: OpeningDeps, req: Request): string =>
  cookieAt(req, isSecure(deps.baseUrl) ? '__Host-onecert_opening' : 'onecert_opening');

const readCookie = (deps: OpeningDeps, req: Request): string | undefined =>
  new RegExp(`(?:^|;\\s*)${cookieName(deps, req)}=([\\w.-]{1,200})(?:;|$)`).exec(
    req.headers.cookie ?? '',
  )?.[1];

/** Gives a browser a cookie of its own; what it had is forgotten by it. */
export const newBrowser = (deps: OpeningDeps, res: Response): Browser => {
  const browser = deps.journeys.newBrowser();
  res.cookie(cookieName(deps, res.req), deps.journeys.cookieOf(browser), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(deps.baseUrl),
  });
  return browser;
};

export const loadOpening = async (
  deps: OpeningDeps,
  req: Request,
  res: Response,
): Promise<OpeningRequest> => {
  const kept = deps.journeys.readCookie(readCookie(deps, req));
  const browser = kept ?? newBrowser(deps, res);
  const journey = kept && (await deps.journeys.load(kept));
  return {
    req,
    res,
    browser,
    known: journey !== undefined,
    journey: journey ?? { at: 'notice', consents: [] },
  };
};

export const showOpening = (
  deps: OpeningDeps,
  { req, res, browser, journey }: OpeningRequest,
  state: Omit<OpeningView, 'language' | 'journey' | 'token'> & { status?: number } = {},
): void => {
  keepLanguage(req, res, isSecure(deps.baseUrl));
  const { status = 200, ...view } = state;
  const page = openingPage({
    ...view,
    language: languageOf(req),
    journey,
    token: (step) => deps.journeys.formToken(browser, step),
  });
  sendPage(res, status, page);
};

/** To the present step, whatever page the browser thought it was on. */
export const toPresentStep = (res: Response): void => res.redirect(303, openingPath);

export const goTo = async (deps: OpeningDeps, opening: OpeningRequest, journey: Journey): Promise<void> => {
  await deps.journeys.save(opening.browser, journey);
  toPresentStep(opening.res);
};

/** Keeps what was typed, so that a fault, a reload or the other language loses nothing. */
export const keepTyped = async (
  deps: OpeningDeps,
  opening: OpeningRequest,
  typed: NonNullable<Journey['typed']>,
): Promise<OpeningRequest> => {
  const journey = { ...opening.journey, typed: { ...opening.journey.typed, ...typed } };
  await deps.journeys.save(opening.browser, journey);
  return { ...opening, journey };
};

export const oldForm = { kind: 'check' as const, strong: words.oldForm, advice: words.oldFormAdvice };
export const addressOf = (req: Request): string => req.ip ?? 'unknown';
