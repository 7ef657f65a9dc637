/** POST of the sign-in form, and of the question whether to switch accounts. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account } from '../../accounts/index.ts';
import { seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { parse, requestIdOf, sendPage } from '../../http/index.ts';
import { maskName } from '../../identifiers/index.ts';
import { passwordLevel, toAcr } from '../levels.ts';
import { continuePage } from '../pages/continue-page.ts';
import { switchPage } from '../pages/question-pages.ts';
import { words } from '../pages/words.ts';
import { accountOfSession, finishStep, type InteractionDeps, loadStep, type Step } from './interaction.ts';
import { showEnd, showSignIn } from './show-step.ts';

const signInForm = z.object({
  csrf: z.string().max(200).default(''),
  login_name: z.string().max(64).default(''),
  password: z.string().max(256).default(''),
});

const switchForm = z.object({ csrf: z.string().max(200).default(''), decision: z.enum(['switch', 'stay']) });

const toCurrentStep = (res: Response, step: Step): void => res.redirect(303, step.action);

const loginResult = (deps: InteractionDeps, account: Account) => ({
  login: {
    accountId: account.id,
    acr: toAcr({ proofing: account.proofingLevel, authenticator: passwordLevel }),
    amr: ['pwd'],
    // Now, because the password was just given: max_age and auth_time are true.
    ts: seconds(deps.clock),
    // The cookie ends with the browser; the session itself ends by its own times.
    remember: false,
  },
});

const recordSignIn = (deps: InteractionDeps, res: Response, step: Step, account: Account): Promise<unknown> =>
  deps.audit.append({
    action: 'account.signed_in',
    actor: `account:${account.id}`,
    subject: account.id,
    object: `client:${step.app.id}`,
    result: 'ok',
    details: { method: 'pwd' },
    requestId: requestIdOf(res),
  });

const askSwitch = async (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  present: Account,
  next: Account,
) => {
  await deps.trail.askSwitch(step.uid, next.id);
  const page = switchPage({
    language: step.language,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'switch'),
    present: maskName(present.name),
    next: maskName(next.name),
  });
  sendPage(res, 200, page);
};

/**
 * Ends the session of the account before and goes on as the new one. The library would do it by a page of its own that
 * needs a script; without a session in the interaction it finds nobody to sign out.
 */
const goOnAs = async (deps: InteractionDeps, res: Response, step: Step, account: Account): Promise<void> => {
  const { session } = step.details;
  await recordSignIn(deps, res, step, account);
  if (session?.uid !== undefined) await deps.store.endSessionByUid(session.uid);
  Object.assign(step.details, { session: undefined, result: loginResult(deps, account) });
  await step.details.save(Math.max(1, step.details.exp - seconds(deps.clock)));
  const view = {
    language: step.language,
    title: words.doneTitle,
    to: step.details.returnTo,
    appName: step.app.name,
  };
  sendPage(res, 200, continuePage(view));
};

const signedIn = async (deps: InteractionDeps, req: Request, res: Response, step: Step, account: Account) => {
  const presentId = step.details.session?.accountId;
  if (presentId !== undefined && presentId !== account.id) {
    const present = await accountOfSession(deps, step);
    if (present !== undefined) return askSwitch(deps, res, step, present, account);
    return goOnAs(deps, res, step, account);
  }
  await recordSignIn(deps, res, step, account);
  return finishStep(deps, req, res, step, loginResult(deps, account), words.doneTitle);
};

export const answerSignIn =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    if (step.name !== 'login') return toCurrentStep(res, step);
    const form = parse(signInForm, req.body ?? {});
    const loginName = form.login_name;
    if (!deps.tokens.verify(form.csrf, step.uid, 'login')) {
      const notice = { kind: 'check' as const, strong: words.oldForm, advice: words.oldFormAdvice };
      return showSignIn(deps, res, step, { status: 403, notice, loginName });
    }
    if (loginName.trim() === '' || form.password === '') {
      return showSignIn(deps, res, step, {
        status: 422,
        notice: { kind: 'wrong', strong: words.empty },
        loginName,
      });
    }
    let account: Account | undefined;
    try {
      account = await deps.accounts.signInWithPassword({
        loginName,
        password: form.password,
        address: req.ip ?? 'unknown',
      });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'too_many_requests') throw error;
      const notice = { kind: 'wrong' as const, strong: words.tooMany, advice: words.tooManyAdvice };
      return showSignIn(deps, res, step, { status: 429, notice, loginName });
    }
    if (account === undefined) {
      const notice = { kind: 'wrong' as const, strong: words.wrong, advice: words.wrongAdvice };
      return showSignIn(deps, res, step, { status: 422, notice, loginName });
    }
    if (account.state !== 'active') {
      // Told only to who knows the password.
      return showEnd(deps, res, step, {
        status: 403,
        title: words.blockedTitle,
        sentence: words.blocked,
        advice: words.blockedAdvice,
        restart: words.otherAccount,
      });
    }
    return signedIn(deps, req, res, step, account);
  };

export const answerSwitch =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    if (step.name !== 'login') return toCurrentStep(res, step);
    const form = parse(switchForm, req.body ?? {});
    if (!deps.tokens.verify(form.csrf, step.uid, 'switch')) return toCurrentStep(res, step);
    const nextId = await deps.trail.takeSwitch(step.uid);
    const next = nextId === undefined ? undefined : await deps.accounts.get(nextId);
    if (form.decision === 'stay' || next?.state !== 'active') return toCurrentStep(res, step);
    return goOnAs(deps, res, step, next);
  };
