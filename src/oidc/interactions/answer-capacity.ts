/** POST of "who are you acting as?". The form names a capacity; whether it is the person's is looked up again. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { parse, requestIdOf } from '../../http/index.ts';
import { factorWords } from '../pages/factor-words.ts';
import { oldFormNotice } from '../pages/notices.ts';
import { words } from '../pages/words.ts';
import { accountOfSession, finishStep, type InteractionDeps, loadStep } from './interaction.ts';
import { showCapacity } from './show-step.ts';

const form = z.object({ csrf: z.string().max(200).default(''), capacity: z.string().max(200) });

export const answerCapacity =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    const account = step.name === 'select_account' ? await accountOfSession(deps, step) : undefined;
    if (account === undefined) return res.redirect(303, step.action);
    const given = parse(form, req.body ?? {});
    if (!deps.tokens.verify(given.csrf, step.uid, 'select_account'))
      return showCapacity(deps, res, step, account, oldFormNotice);
    const choices = await deps.acting.choices(account.id, step.app.id, step.asked);
    const chosen = choices.find(({ ref }) => ref === given.capacity);
    if (chosen === undefined)
      return showCapacity(deps, res, step, account, { kind: 'check', strong: factorWords.ended });
    await deps.audit.append({
      action: 'capacity.chosen',
      actor: `account:${account.id}`,
      subject: account.id,
      object: `client:${step.app.id}`,
      result: 'ok',
      details: { capacity: chosen.kind },
      requestId: requestIdOf(res),
    });
    const result = { select_account: { capacity: chosen.ref } };
    return finishStep(deps, req, res, step, result, words.leavingTitle);
  };
