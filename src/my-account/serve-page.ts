/** One way for every account page: who is signed in, is the form hers, has she just confirmed herself, then the act. */
import type { NextFunction, Request, Response } from 'express';
import { errorEntry, ServiceError } from '../errors.ts';
import {
  elderOf,
  keepLanguage,
  type Language,
  languageOf,
  type Notice,
  requestIdOf,
  sendPage,
} from '../http/index.ts';
import type { AccountSignIn, BrowserSignIn } from '../oidc/index.ts';
import type { AccountPage, Act, Fields, Outcome, PageState, Visit } from './account-page.ts';
import { framedPage, pathOf, plainPage } from './frame.ts';
import { frameWords } from './frame-words.ts';
import type { WaitingActs } from './waiting-act.ts';

export interface Desk {
  baseUrl: string;
  signIn: AccountSignIn;
  pages: ReadonlyMap<string, AccountPage>;
  waiting: WaitingActs;
}

const oldForm: Notice = { kind: 'check', strong: frameWords.oldForm, advice: frameWords.oldFormAdvice };
const onlyPhone: Notice = { kind: 'wrong', strong: frameWords.onlyPhone, advice: frameWords.onlyPhoneAdvice };
const tooMany: Notice = { kind: 'wrong', strong: frameWords.tooMany, advice: frameWords.tooManyAdvice };

const plainQuery = (req: Request): Fields =>
  Object.fromEntries(
    Object.entries(req.query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const visitOf = (
  desk: Desk,
  req: Request,
  res: Response,
  page: AccountPage,
  signIn: BrowserSignIn,
  query = plainQuery(req),
): Visit => ({
  ...signIn,
  language: languageOf(req),
  elder: elderOf(req),
  address: req.ip ?? 'unknown',
  requestId: requestIdOf(res),
  query,
  actAddress: (act) => `${pathOf(page.path)}/${act}${query.id ? `?id=${encodeURIComponent(query.id)}` : ''}`,
  token: (act) => desk.signIn.token(signIn, `${page.path}/${act}`),
});

/** Of a page about one thing: which. */
const idOf = (req: Request): { id?: string } => {
  const { id } = plainQuery(req);
  return id === undefined ? {} : { id };
};

/** The page's own address: what it was asked for belongs to it, what the frame adds does not. */
const addressOf = (page: AccountPage, { query }: Visit): string => {
  const { lang: _l, elder: _e, done: _d, state: _s, code: _c, iss: _i, ...own } = query;
  const text = new URLSearchParams(own).toString();
  return text === '' ? pathOf(page.path) : `${pathOf(page.path)}?${text}`;
};

/** `state` for a page that was asked for and not shown: its own address, read back only as one of ours. */
const pageState = (address: string): string => `page.${Buffer.from(address).toString('base64url')}`;

const addressIn = (desk: Desk, state: string): string | undefined => {
  const [, encoded = ''] = state.split('.');
  const address = Buffer.from(encoded, 'base64url').toString();
  if (!URL.canParse(address, desk.baseUrl)) return undefined;
  const { origin, pathname, search } = new URL(address, desk.baseUrl);
  const known = [...desk.pages.values()].some(({ path }) => pathOf(path) === pathname);
  return origin === desk.baseUrl && known ? `${pathname}${search}` : undefined;
};

const toLogin = async (
  desk: Desk,
  res: Response,
  input: { state: string; language: Language; signIn?: BrowserSignIn },
): Promise<void> => {
  const { state, language, signIn } = input;
  const address = await desk.signIn.address({
    state,
    language,
    ...(signIn ? { confirm: signIn.account } : {}),
  });
  res.set('cache-control', 'no-store').redirect(303, address);
};

const render = async (
  desk: Desk,
  res: Response,
  page: AccountPage,
  visit: Visit,
  { status = 200, ...state }: Partial<PageState> & { status?: number } = {},
): Promise<void> => {
  const { notice } = state;
  const parent = page.path === '' ? undefined : desk.pages.get(page.parent ?? '');
  const { done } = visit.query;
  const said =
    done !== undefined && page.said && Object.hasOwn(page.said, done) ? page.said[done] : undefined;
  sendPage(
    res,
    status,
    framedPage({
      language: visit.language,
      title: page.title,
      ...(parent ? { parent } : {}),
      address: addressOf(page, visit),
      ...(said && !notice ? { said } : {}),
      ...(notice ? { notice } : {}),
      body: await page.show(visit, { typed: {}, faults: {}, ...state }),
    }),
  );
};

/** Failures a person can do something about are told on the page she is on; the others by the one error handler. */
const outcomeOf = async (act: Act, visit: Visit, fields: Fields): Promise<Outcome> => {
  try {
    return await act.perform(visit, fields);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'not_found') throw error;
    const { status, zh, en } = errorEntry(error.code);
    if (status >= 500 || status === 401) throw error;
    if (status === 429) return { again: { status, notice: tooMany } };
    return { again: { status, notice: { kind: 'wrong', strong: { zh, en } } } };
  }
};

const finish = async (
  desk: Desk,
  res: Response,
  page: AccountPage,
  visit: Visit,
  fields: Fields,
  outcome: Outcome,
): Promise<void> => {
  if ('done' in outcome) {
    const query = new URLSearchParams({ ...outcome.query, done: outcome.done });
    return res.redirect(303, `${pathOf(outcome.at ?? page.path)}?${query.toString()}`);
  }
  if ('again' in outcome) {
    return render(desk, res, page, visit, { status: 422, typed: fields, ...outcome.again });
  }
  if ('file' in outcome) {
    res.attachment(outcome.file.name).set('cache-control', 'no-store').type(outcome.file.type);
    return void res.send(outcome.file.body);
  }
  const { title, body } = outcome.once;
  const id = visit.query.id === undefined ? '' : `?id=${encodeURIComponent(visit.query.id)}`;
  const parent = { path: `${page.path}${id}`, title: page.title };
  sendPage(res, 200, framedPage({ language: visit.language, title, parent, body }));
};

export const showPage =
  (desk: Desk) =>
  async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const page = desk.pages.get(String(req.params.page ?? ''));
    if (page === undefined) return next();
    keepLanguage(req, res, desk.baseUrl.startsWith('https:'));
    const language = languageOf(req);
    const signIn = await desk.signIn.of(req, res);
    if (signIn === undefined) return toLogin(desk, res, { state: pageState(req.originalUrl), language });
    const visit = visitOf(desk, req, res, page, signIn);
    if (page.confirm && signIn.confirmation === 'stale')
      return toLogin(desk, res, { state: pageState(req.originalUrl), language, signIn });
    if (page.confirm && signIn.confirmation === 'only_phone') {
      const parent = desk.pages.get(page.parent ?? '') ?? page;
      return render(desk, res, parent, visitOf(desk, req, res, parent, signIn), {
        status: 403,
        notice: onlyPhone,
      });
    }
    await render(desk, res, page, visit);
  };

export const answerAct =
  (desk: Desk) =>
  async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const page = desk.pages.get(String(req.params.page));
    const name = String(req.params.act);
    const act = page?.acts && Object.hasOwn(page.acts, name) ? page.acts[name] : undefined;
    if (page === undefined || act === undefined) return next();
    const { csrf = '', ...fields } = (req.body ?? {}) as Record<string, string>;
    const language = languageOf(req);
    const signIn = await desk.signIn.of(req, res);
    if (signIn === undefined) {
      const state = await desk.waiting.keep({ page: page.path, act: name, fields, ...idOf(req) });
      return toLogin(desk, res, { state, language });
    }
    const visit = visitOf(desk, req, res, page, signIn);
    if (!desk.signIn.isToken(csrf, signIn, `${page.path}/${name}`))
      return render(desk, res, page, visit, { status: 403, notice: oldForm, typed: fields });
    if (act.confirm && signIn.confirmation === 'only_phone')
      return render(desk, res, page, visit, { status: 403, notice: onlyPhone, typed: fields });
    if (act.confirm && signIn.confirmation === 'stale') {
      const by = { accountId: signIn.account.id, sessionUid: signIn.sessionUid };
      const state = await desk.waiting.keep({ page: page.path, act: name, fields, ...idOf(req), by });
      return toLogin(desk, res, { state, language, signIn });
    }
    await finish(desk, res, page, visit, fields, await outcomeOf(act, visit, fields));
  };

/** What waited is done, once, in the session that began it, when its person has confirmed herself; else nothing is. */
const goOn = async (desk: Desk, req: Request, res: Response, state: string): Promise<void> => {
  const language = languageOf(req);
  const over = () => sendPage(res, 410, plainPage(language, frameWords.overTitle, frameWords.over));
  const signIn = await desk.signIn.of(req, res);
  if (signIn === undefined) {
    const { notSignedInTitle, notSignedIn, signIn: again } = frameWords;
    return sendPage(res, 401, plainPage(language, notSignedInTitle, notSignedIn, again));
  }
  if (!state.startsWith('act.')) return res.redirect(303, addressIn(desk, state) ?? '/account');
  const waited = await desk.waiting.take(state);
  const page = waited && desk.pages.get(waited.page);
  const act = waited && page?.acts?.[waited.act];
  if (!waited || !page || !act) return over();
  const visit = visitOf(desk, req, res, page, signIn, waited.id === undefined ? {} : { id: waited.id });
  if (waited.by === undefined)
    return render(desk, res, page, visit, { notice: oldForm, typed: waited.fields });
  if (waited.by.accountId !== signIn.account.id)
    return sendPage(res, 403, plainPage(language, frameWords.otherPersonTitle, frameWords.otherPerson));
  // Begun with less in another browser, it would be done here by the mere opening of a link.
  if (waited.by.sessionUid !== signIn.sessionUid) return over();
  if (act.confirm && signIn.confirmation !== 'confirmed')
    return sendPage(res, 403, plainPage(language, frameWords.notConfirmedTitle, frameWords.notConfirmed));
  return finish(desk, res, page, visit, waited.fields, await outcomeOf(act, visit, waited.fields));
};

export const returnFromLogin =
  (desk: Desk) =>
  async (req: Request, res: Response): Promise<void> => {
    const { error, state = '' } = plainQuery(req);
    if (error === undefined) return goOn(desk, req, res, state);
    await desk.waiting.take(state);
    const language = languageOf(req);
    const { notConfirmedTitle, notConfirmed, notSignedInTitle, notSignedIn, signIn } = frameWords;
    const present = await desk.signIn.of(req, res);
    const page = present
      ? plainPage(language, notConfirmedTitle, notConfirmed)
      : plainPage(language, notSignedInTitle, notSignedIn, signIn);
    sendPage(res, present ? 200 : 401, page);
  };
