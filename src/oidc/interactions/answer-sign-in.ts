/** POST of the password form, and of the question whether to switch accounts. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { parse } from '../../http/index.ts';
import { tooManyNotice, wrongNotice } from '../pages/notices.ts';
import { words } from '../pages/words.ts';
import { goOnAs, signedIn } from './finish-sign-in.ts';
import { type InteractionDeps, loadStep, type Step } from './interaction.ts';
import { showSignIn } from './show-step.ts';
import { unlessTooMany } from './unless-too-many.ts';

const signInForm = z.object({
  csrf: z.string().max(200).default(''),
  login_name: z.string().max(64).default(''),
  password: z.string().max(256).default(''),
});

const switchForm = z.object({ csrf: z.string().max(200).default(''), decision: z.enum(['switch', 'stay']) });

const toCurrentStep = (res: Response, step: Step): void => res.redirect(303, step.action);

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
    const account = await unlessTooMany(() =>
      deps.accounts.signInWithPassword({
        loginName,
        password: form.password,
        address: req.ip ?? 'unknown',
      }),
    );
    if (account === 'too_many')
      return showSignIn(deps, res, step, { status: 429, notice: tooManyNotice, loginName });
    if (account === undefined)
      return showSignIn(deps, res, step, { status: 422, notice: wrongNotice, loginName });
    // Somebody who steps up by signing in again signs in anew: her own step, or another person's.
    const { stepUp: _all, ...anew } = step;
    return signedIn(deps, req, res, anew, { account, method: 'pwd' });
  };

export const answerSwitch =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    if (step.name !== 'login') return toCurrentStep(res, step);
    const form = parse(switchForm, req.body ?? {});
    if (!deps.tokens.verify(form.csrf, step.uid, 'switch')) return toCurrentStep(res, step);
    const next = await deps.trail.takeSwitch(step.uid);
    const account = next === undefined ? undefined : await deps.accounts.get(next.accountId);
    if (form.decision === 'stay' || next === undefined || account?.state !== 'active')
      return toCurrentStep(res, step);
    const { accountId: _id, ...how } = next;
    return goOnAs(deps, res, step, { account, ...how });
  };
