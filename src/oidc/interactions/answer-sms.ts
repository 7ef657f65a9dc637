/** Signing in by text message: a1, the weakest factor. A phone in doubt signs in nobody (accounts/phone-standing.ts). */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { parse, sendPage } from '../../http/index.ts';
import { maskName, normalisePhone } from '../../identifiers/index.ts';
import { factorWords } from '../pages/factor-words.ts';
import { oldFormNotice, tooOftenNotice, wrongCodeNotice } from '../pages/notices.ts';
import { pickPage } from '../pages/sms-pages.ts';
import { signedIn } from './finish-sign-in.ts';
import { type InteractionDeps, loadStep, type Step } from './interaction.ts';
import { showSignIn, showSms } from './show-step.ts';
import { unlessTooMany } from './unless-too-many.ts';

const csrf = z.string().max(200).default('');
const sendForm = z.object({ csrf, phone: z.string().max(32).default('') });
const codeForm = z.object({
  csrf,
  phone: z.string().max(32).default(''),
  code: z.string().max(12).default(''),
});
const pickForm = z.object({ csrf, person: z.coerce.number().int().min(0).max(4) });

const bindingOf = (step: Step): string => `sign-in|${step.uid}`;

/** The step, when this form may be posted at it; undefined after an answer was sent. */
const loginStep = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  token: string,
): Promise<Step | undefined> => {
  const step = await loadStep(deps, req, res);
  if (step === undefined) return undefined;
  if (step.name !== 'login' || !deps.accounts.authenticators.smsAvailable) {
    res.redirect(303, step.action);
    return undefined;
  }
  if (!deps.tokens.verify(token, step.uid, 'login')) {
    showSms(deps, res, step, { status: 403, sent: false, notice: oldFormNotice });
    return undefined;
  }
  return step;
};

export const answerSmsSend =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const form = parse(sendForm, req.body ?? {});
    const step = await loginStep(deps, req, res, form.csrf);
    if (step === undefined) return;
    const phone = normalisePhone(form.phone);
    if (phone === undefined || !deps.accounts.authenticators.smsReaches(phone)) {
      const notice = { kind: 'wrong' as const, strong: factorWords.badPhone };
      return showSms(deps, res, step, { status: 422, sent: false, phone: form.phone, notice });
    }
    const sent = await unlessTooMany(() =>
      deps.accounts.authenticators.sendCode({
        phone,
        binding: bindingOf(step),
        address: req.ip ?? 'unknown',
      }),
    );
    if (sent === 'too_many')
      return showSms(deps, res, step, { status: 429, sent: true, phone, notice: tooOftenNotice });
    showSms(deps, res, step, { sent: true, phone });
  };

export const answerSms =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const form = parse(codeForm, req.body ?? {});
    const step = await loginStep(deps, req, res, form.csrf);
    if (step === undefined) return;
    const { phone, code } = form;
    const people = await deps.accounts.authenticators.redeemCode({ phone, code, binding: bindingOf(step) });
    if (people === undefined)
      return showSms(deps, res, step, { status: 422, sent: true, phone, notice: wrongCodeNotice });
    if (people.length === 0) {
      const notice = {
        kind: 'check' as const,
        strong: factorWords.nobody,
        advice: factorWords.nobodyAdvice,
      };
      return showSignIn(deps, res, step, { status: 422, notice });
    }
    const { stepUp: _all, ...anew } = step;
    const [only, ...others] = people;
    if (others.length === 0) return signedIn(deps, req, res, anew, { account: only!, method: 'sms' });
    await deps.trail.askPerson(
      step.uid,
      people.map(({ id }) => id),
    );
    const page = pickPage({
      language: step.language,
      action: step.action,
      csrf: deps.tokens.make(step.uid, 'pick'),
      people: people.map(({ name }) => maskName(name)),
    });
    sendPage(res, 200, page);
  };

export const answerPick =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    const form = parse(pickForm, req.body ?? {});
    if (step.name !== 'login' || !deps.tokens.verify(form.csrf, step.uid, 'pick'))
      return res.redirect(303, step.action);
    // What was offered stands on the server: the form holds a place in that list and nothing else.
    const id = (await deps.trail.takePeople(step.uid))[form.person];
    const account = id === undefined ? undefined : await deps.accounts.get(id);
    if (account === undefined) return res.redirect(303, step.action);
    const { stepUp: _all, ...anew } = step;
    return signedIn(deps, req, res, anew, { account, method: 'sms' });
  };
