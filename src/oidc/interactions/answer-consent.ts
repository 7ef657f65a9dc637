/** POST of the consent page, and of every "back to the app". What was asked is read from the request, never the form. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { parse, requestIdOf } from '../../http/index.ts';
import { words } from '../pages/words.ts';
import { giveConsent } from './give-consent.ts';
import { accountOfSession, finishStep, type InteractionDeps, loadStep } from './interaction.ts';
import { isUnmet, showConsent } from './show-step.ts';

const consentForm = z.object({
  csrf: z.string().max(200).default(''),
  decision: z.enum(['agree', 'refuse']),
});
const cancelForm = z.object({ csrf: z.string().max(200).default('') });

const refusal = { error: 'access_denied', error_description: 'the person chose not to go on' };
const unmet = {
  error: 'unmet_authentication_requirements',
  error_description: 'the requested authentication context cannot be reached',
};

export const answerConsent =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    const account = step.name === 'consent' ? await accountOfSession(deps, step) : undefined;
    if (account === undefined) return res.redirect(303, step.action);
    const form = parse(consentForm, req.body ?? {});
    if (!deps.tokens.verify(form.csrf, step.uid, 'consent')) {
      const notice = { kind: 'check' as const, strong: words.oldForm, advice: words.oldFormAdvice };
      return showConsent(deps, res, step, account, notice);
    }
    if (form.decision === 'agree') return giveConsent(deps, req, res, step, account);
    await deps.audit.append({
      action: 'consent.refused',
      actor: `account:${account.id}`,
      subject: account.id,
      object: `client:${step.app.id}`,
      fields: step.asked,
      result: 'refused',
      requestId: requestIdOf(res),
    });
    return finishStep(deps, req, res, step, refusal, words.leavingTitle);
  };

export const answerCancel =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    const form = parse(cancelForm, req.body ?? {});
    if (!deps.tokens.verify(form.csrf, step.uid, step.name)) return res.redirect(303, step.action);
    return finishStep(deps, req, res, step, isUnmet(step) ? unmet : refusal, words.leavingTitle);
  };
