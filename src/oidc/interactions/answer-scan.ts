/** Signing in by a scan: the page that draws the code, what it waits for, and the way in once the phone has confirmed. */
import type { CookieOptions, Request, Response } from 'express';
import { z } from 'zod';
import { cookieAt, keepLanguage, parse, sendPage } from '../../http/index.ts';
import { type Notice, oldFormNotice } from '../pages/notices.ts';
import { codePath, scanLink, scanPage } from '../pages/scan-page.ts';
import { scanWords } from '../pages/scan-words.ts';
import type { ScanPageView } from '../scan/create-scans.ts';
import { type DrawnScan, fromCookie, mostSeconds, pageOf, toCookie } from '../scan/scan-store.ts';
import { signedIn } from './finish-sign-in.ts';
import { type InteractionDeps, loadStep, type Step } from './interaction.ts';
import { mayScan, scanMaxAge } from './scan-age.ts';

/** `at`: what the page said when the button was pressed. */
const form = z.object({ csrf: z.string().max(200).default(''), at: z.string().max(20).default('') });
const notYetNotice: Notice = { kind: 'check', strong: scanWords.notYet, advice: scanWords.notYetAdvice };
const notTakenNotice: Notice = {
  kind: 'check',
  strong: scanWords.notTaken,
  advice: scanWords.notTakenAdvice,
};

type CookieDeps = Pick<InteractionDeps, 'baseUrl'>;

const cookieName = ({ baseUrl }: CookieDeps, req: Request): string =>
  cookieAt(req, baseUrl.startsWith('https:') ? '__Secure-scan' : 'onecert_scan');

const cookieOf = (deps: CookieDeps, req: Request): DrawnScan | undefined => {
  const name = cookieName(deps, req);
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return fromCookie(pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1));
};

const cookieOptions = (deps: CookieDeps, uid: string): CookieOptions => ({
  path: `/interaction/${uid}`,
  httpOnly: true,
  sameSite: 'lax',
  secure: deps.baseUrl.startsWith('https:'),
  maxAge: mostSeconds * 1000,
});

const keepScan = (deps: CookieDeps, res: Response, uid: string, scan: DrawnScan): void =>
  void res.cookie(cookieName(deps, res.req), toCookie(scan), cookieOptions(deps, uid));

/** Name and host of where the person will land: the redirect URI has been checked against the app's list. */
const siteOf = ({ app, details }: Step): { name: string; host: string } => ({
  name: app.metadata.client_name,
  host: new URL(String(details.params.redirect_uri)).host,
});

const draw = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  step: Step,
): Promise<ScanPageView> => {
  const before = cookieOf(deps, req);
  if (before !== undefined) await deps.scans.drop(step.uid, before);
  const maxAgeSeconds = scanMaxAge(step);
  const scan = await deps.scans.draw({
    uid: step.uid,
    site: siteOf(step),
    address: req.ip ?? '',
    userAgent: req.get('user-agent') ?? '',
    pageEndsAt: step.details.exp,
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  });
  keepScan(deps, res, step.uid, scan);
  return (await deps.scans.show(step.uid, scan))!;
};

/** The code the browser has already, while it is good; else a new one. */
const showCode = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  step: Step,
  state: { status?: number; notice?: Notice; again?: boolean } = {},
): Promise<void> => {
  const kept = state.again ? undefined : cookieOf(deps, req);
  const present = kept === undefined ? undefined : await deps.scans.show(step.uid, kept);
  const scan = present ?? (await draw(deps, req, res, step));
  const page = scanPage({
    language: step.language,
    languageLink: `${step.action}/scan?lang=${step.language === 'zh' ? 'en' : 'zh'}`,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'scan'),
    appName: step.app.metadata.client_name,
    baseUrl: deps.baseUrl,
    scan,
    ...(state.notice === undefined ? {} : { notice: state.notice }),
  });
  sendPage(res, state.status ?? 200, page);
};

export const showScan =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    keepLanguage(req, res, deps.baseUrl.startsWith('https:'));
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    if (!mayScan(step)) return res.redirect(303, step.action);
    await deps.trail.note(step.uid, step.app.id);
    return showCode(deps, req, res, step, { again: req.query.again !== undefined });
  };

/**
 * What the page's script asks: held open until something changes. Reads short memory alone, one entry; a code that
 * nobody scanned in its time is replaced here, without the page being made again.
 */
export const scanState =
  (deps: Pick<InteractionDeps, 'baseUrl' | 'scans'>) =>
  async (req: Request, res: Response): Promise<void> => {
    res.set('cache-control', 'no-store');
    const uid = String(req.params.uid);
    const scan = cookieOf(deps, req);
    if (scan === undefined) return void res.json({ state: 'ended' });
    const known = String(req.query.known ?? '');
    const leaving = (leave: () => void): void => void res.once('close', leave);
    const state = await deps.scans.pages.wait(pageOf(uid, scan.secret), known, leaving);
    if (res.destroyed) return;
    if (deps.scans.pages.stopped()) res.set('connection', 'close');
    const next = state === 'ended' && known === 'waiting' ? await deps.scans.renew(uid, scan) : undefined;
    if (next === undefined) return void res.json({ state });
    keepScan(deps, res, uid, next);
    res.json({ state: 'waiting', code: codePath(scanLink(deps.baseUrl, next.id)).path });
  };

export const answerScan =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const given = parse(form, req.body ?? {});
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    if (!mayScan(step)) return res.redirect(303, step.action);
    if (!deps.tokens.verify(given.csrf, step.uid, 'scan'))
      return showCode(deps, req, res, step, { status: 403, notice: oldFormNotice });
    const scan = cookieOf(deps, req);
    const state = scan && (await deps.scans.show(step.uid, scan))?.state;
    const answer = scan && (await deps.scans.take(step.uid, scan));
    const account = answer && (await deps.accounts.get(answer.accountId));
    if (answer === undefined || account === undefined) {
      if (state === undefined || state === 'confirmed')
        return showCode(deps, req, res, step, { notice: notTakenNotice, again: true });
      // Without a script the same button leads from the code to the number, and from the number in.
      const notice = state === given.at ? { notice: notYetNotice } : {};
      return showCode(deps, req, res, step, notice);
    }
    const { stepUp: _all, ...anew } = step;
    return signedIn(deps, req, res, anew, { account, method: answer.method, at: answer.at });
  };
