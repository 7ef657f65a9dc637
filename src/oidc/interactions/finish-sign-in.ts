/** What follows once a factor was right: the session's next state, a question when another person was signed in. */
import type { Request, Response } from 'express';
import type { Account, SignInMethod } from '../../accounts/index.ts';
import { seconds } from '../../clock.ts';
import { requestIdOf, sendPage } from '../../http/index.ts';
import { maskName } from '../../identifiers/index.ts';
import { amrOf, strengthOf, toAcr } from '../levels.ts';
import type { LoginResult } from '../library.ts';
import { continuePage } from '../pages/continue-page.ts';
import { switchPage } from '../pages/question-pages.ts';
import { words } from '../pages/words.ts';
import { accountOfSession, finishStep, type InteractionDeps, type Step } from './interaction.ts';
import { showEnd } from './show-step.ts';

/** A method that was right a moment ago. */
export interface Shown {
  account: Account;
  method: SignInMethod;
  /** Unix seconds, when it was shown earlier and elsewhere: a scan passes on what the phone had shown. */
  at?: number;
}

const loginResult = (deps: InteractionDeps, step: Step, { account, method, at }: Shown): LoginResult => {
  const ts = seconds(deps.clock);
  const { login } = step.before;
  const methods = { ...(login?.accountId === account.id ? login.methods : {}), [method]: at ?? ts };
  const given = Object.keys(methods) as SignInMethod[];
  return {
    accountId: account.id,
    acr: toAcr({ proofing: account.proofingLevel, authenticator: Math.max(1, strengthOf(given)) }),
    amr: amrOf(given),
    // Now, because she acted just now; how old what she has shown is stands in `methods`, where max_age and auth_time look.
    ts,
    // The cookie ends with the browser; the session itself ends by its own times.
    remember: false,
    methods,
    ...(step.stepUp === undefined ? {} : { stepUp: true }),
  };
};

const recordSignIn = (deps: InteractionDeps, res: Response, step: Step, { account, method }: Shown) =>
  deps.audit.append({
    action: step.stepUp === undefined ? 'account.signed_in' : 'account.stepped_up',
    actor: `account:${account.id}`,
    subject: account.id,
    object: `client:${step.app.id}`,
    result: 'ok',
    details: { method },
    requestId: requestIdOf(res),
  });

const askSwitch = async (deps: InteractionDeps, res: Response, step: Step, present: Account, next: Shown) => {
  const { account, ...how } = next;
  await deps.trail.askSwitch(step.uid, { accountId: account.id, ...how });
  const page = switchPage({
    language: step.language,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'switch'),
    present: maskName(present.name),
    next: maskName(next.account.name),
  });
  sendPage(res, 200, page);
};

/**
 * Ends the session of the account before and goes on as the new one. The library would do it by a page of its own that
 * needs a script; without a session in the interaction it finds nobody to sign out.
 */
export const goOnAs = async (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  shown: Shown,
): Promise<void> => {
  const { session } = step.details;
  await recordSignIn(deps, res, step, shown);
  if (session?.uid !== undefined) await deps.store.endSessionByUid(session.uid);
  Object.assign(step.details, { session: undefined, result: { login: loginResult(deps, step, shown) } });
  await step.details.save(Math.max(1, step.details.exp - seconds(deps.clock)));
  const view = {
    language: step.language,
    title: words.doneTitle,
    to: step.details.returnTo,
    appName: step.app.metadata.client_name,
  };
  sendPage(res, 200, continuePage(view));
};

/** The one way out of every form that proves who somebody is. */
export const signedIn = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  step: Step,
  shown: Shown,
): Promise<void> => {
  const { account } = shown;
  if (account.state !== 'active') {
    // Told only to who has shown a factor of this account.
    return showEnd(deps, res, step, {
      status: 403,
      title: words.blockedTitle,
      sentence: words.blocked,
      advice: words.blockedAdvice,
      restart: words.otherAccount,
    });
  }
  const presentId = step.details.session?.accountId;
  if (presentId !== undefined && presentId !== account.id) {
    const present = await accountOfSession(deps, step);
    if (present !== undefined) return askSwitch(deps, res, step, present, shown);
    return goOnAs(deps, res, step, shown);
  }
  await recordSignIn(deps, res, step, shown);
  return finishStep(deps, req, res, step, { login: { ...loginResult(deps, step, shown) } }, words.doneTitle);
};
