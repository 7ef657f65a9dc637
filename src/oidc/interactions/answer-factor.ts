/** Passkeys, and the further factors of a person who is signed in already (step-up). */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account, SignInMethod } from '../../accounts/index.ts';
import { parse } from '../../http/index.ts';
import {
  type Notice,
  oldFormNotice,
  tooManyNotice,
  tooOftenNotice,
  wrongCodeNotice,
  wrongPasskeyNotice,
  wrongPasswordNotice,
} from '../pages/notices.ts';
import { signedIn } from './finish-sign-in.ts';
import { accountOfSession, type InteractionDeps, loadStep, type Step } from './interaction.ts';
import { passkeyChallenge, showFactor, showSignIn, waysOf } from './show-step.ts';
import { unlessTooMany } from './unless-too-many.ts';

const csrf = z.string().max(200).default('');
const tokenForm = z.object({ csrf });
const codeForm = z.object({ csrf, code: z.string().max(12).default('') });
const passwordForm = z.object({ csrf, password: z.string().max(256).default('') });
const passkeyForm = z.object({ csrf, response: z.string().max(8_192).default('') });

const bindingOf = (step: Step): string => `step-up|${step.uid}`;

interface FactorStep {
  step: Step;
  account: Account;
}

/** A step-up of the person of this session; undefined after an answer was sent. */
const factorStep = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  token: string,
  method: SignInMethod,
): Promise<FactorStep | undefined> => {
  const step = await loadStep(deps, req, res);
  if (step === undefined) return undefined;
  const account = step.stepUp === undefined ? undefined : await accountOfSession(deps, step);
  // Only what the page offered: a method that would not be enough is no way on.
  if (account === undefined || !(await waysOf(deps, step, account)).includes(method)) {
    res.redirect(303, step.action);
    return undefined;
  }
  if (!deps.tokens.verify(token, step.uid, 'login')) {
    await showFactor(deps, res, step, account, { status: 403, notice: oldFormNotice });
    return undefined;
  }
  return { step, account };
};

/** Goes on when the factor was right, else shows the page again. */
const answered = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  { step, account }: FactorStep,
  factor: { method: SignInMethod; right: boolean | 'too_many'; notice: Notice; sent?: boolean },
): Promise<void> => {
  const { method, right, notice, sent } = factor;
  if (right === true) return signedIn(deps, req, res, step, { account, method });
  if (right === false) {
    await deps.audit.append({
      action: 'account.sign_in_refused',
      actor: 'system',
      subject: account.id,
      result: 'refused',
      details: { method },
    });
  }
  const state = right === false ? { status: 422, notice } : { status: 429, notice: tooManyNotice };
  return showFactor(deps, res, step, account, { ...state, sent: sent === true });
};

export const answerTotp =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const form = parse(codeForm, req.body ?? {});
    const at = await factorStep(deps, req, res, form.csrf, 'otp');
    if (at === undefined) return;
    const right = await unlessTooMany(() => deps.accounts.authenticators.checkTotp(at.account.id, form.code));
    return answered(deps, req, res, at, { method: 'otp', right, notice: wrongCodeNotice });
  };

export const answerOwnPassword =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const form = parse(passwordForm, req.body ?? {});
    const at = await factorStep(deps, req, res, form.csrf, 'pwd');
    if (at === undefined) return;
    const right = await unlessTooMany(() =>
      deps.accounts.checkOwnPassword({
        account: at.account.id,
        password: form.password,
        address: req.ip ?? 'unknown',
      }),
    );
    return answered(deps, req, res, at, { method: 'pwd', right, notice: wrongPasswordNotice });
  };

export const answerOwnSmsSend =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const form = parse(tokenForm, req.body ?? {});
    const at = await factorStep(deps, req, res, form.csrf, 'sms');
    if (at === undefined) return;
    const { step, account } = at;
    const sent = await unlessTooMany(() =>
      deps.accounts.authenticators.sendOwnCode(account, {
        binding: bindingOf(step),
        address: req.ip ?? 'unknown',
      }),
    );
    const state = sent === 'too_many' ? { status: 429, notice: tooOftenNotice } : {};
    return showFactor(deps, res, step, account, { ...state, sent: true });
  };

export const answerOwnSms =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const form = parse(codeForm, req.body ?? {});
    const at = await factorStep(deps, req, res, form.csrf, 'sms');
    if (at === undefined) return;
    const right = await unlessTooMany(() =>
      deps.accounts.authenticators.checkOwnCode(at.account, {
        binding: bindingOf(at.step),
        code: form.code,
      }),
    );
    return answered(deps, req, res, at, { method: 'sms', right, notice: wrongCodeNotice, sent: true });
  };

/** A passkey signs in by itself, or is the further factor of the person signed in; another's is a sign-in anew. */
export const answerPasskey =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    if (step.name !== 'login') return res.redirect(303, step.action);
    const form = parse(passkeyForm, req.body ?? {});
    const present = step.stepUp === undefined ? undefined : await accountOfSession(deps, step);
    const again = (status: number, notice: Notice) =>
      present === undefined
        ? showSignIn(deps, res, step, { status, notice })
        : showFactor(deps, res, step, present, { status, notice });
    if (!deps.tokens.verify(form.csrf, step.uid, 'login')) return again(403, oldFormNotice);
    const account = await unlessTooMany(() =>
      deps.accounts.authenticators.checkPasskey({
        origin: deps.baseUrl,
        challenge: passkeyChallenge(deps, step.uid),
        response: form.response,
        address: req.ip ?? 'unknown',
      }),
    );
    if (account === 'too_many') return again(429, tooManyNotice);
    if (account === undefined) return again(422, wrongPasskeyNotice);
    const { stepUp: _all, ...anew } = step;
    return signedIn(deps, req, res, account.id === present?.id ? step : anew, { account, method: 'passkey' });
  };
