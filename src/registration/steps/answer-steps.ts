/** POST of each step: what was typed is judged, kept, and leads on. */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { passwordFault } from '../../accounts/index.ts';
import { ServiceError } from '../../errors.ts';
import { parse, requestIdOf } from '../../http/index.ts';
import { normalisePhone } from '../../identifiers/index.ts';
import type { StepName } from '../journey.ts';
import { judgeIdentity } from '../judge-identity.ts';
import { matchIdentity } from '../match-identity.ts';
import { openAccount, recordDuplicate } from '../open-account.ts';
import { words } from '../pages/words.ts';
import { neededPurpose, noticeVersion, purposes } from '../privacy-notice.ts';
import { actForm, codeForm, identityForm, noticeForm, passwordForm, phoneForm } from '../schema.ts';
import { todayInChina } from '../today.ts';
import {
  addressOf,
  goTo,
  keepTyped,
  loadOpening,
  newBrowser,
  type OpeningDeps,
  type OpeningRequest,
  oldForm,
  showOpening,
  toPresentStep,
} from './opening-request.ts';

type Handler = (req: Request, res: Response) => Promise<void>;

const tooMany = { kind: 'wrong' as const, strong: words.tooMany, advice: words.tooManyAdvice };

const isTooMany = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'too_many_requests';

/**
 * A form of a step. One that belongs to another step leads to the present one; one whose token is not of this browser
 * and step is shown again with what was typed.
 */
const step =
  <Schema extends z.ZodType<{ csrf: string }>>(
    deps: OpeningDeps,
    at: StepName,
    settings: { act?: string; schema: Schema; keep?(form: z.infer<Schema>): Parameters<typeof keepTyped>[2] },
    answer: (opening: OpeningRequest, form: z.infer<Schema>) => Promise<void>,
  ): Handler =>
  async (req, res) => {
    const opening = await loadOpening(deps, req, res);
    if (!opening.known && at !== 'notice') {
      const notice = { kind: 'check' as const, strong: words.expired, advice: words.expiredAdvice };
      return showOpening(deps, opening, { status: 403, notice });
    }
    if (opening.journey.at !== at) return toPresentStep(res);
    const form = parse(settings.schema, req.body ?? {});
    const kept = settings.keep ? await keepTyped(deps, opening, settings.keep(form)) : opening;
    if (!deps.journeys.isFormToken(form.csrf, opening.browser, settings.act ?? at)) {
      return showOpening(deps, kept, { status: 403, notice: oldForm });
    }
    try {
      await answer(kept, form);
    } catch (error) {
      if (!isTooMany(error)) throw error;
      showOpening(deps, kept, { status: 429, notice: tooMany });
    }
  };

const sendCode = async (deps: OpeningDeps, opening: OpeningRequest, phone: string): Promise<boolean> => {
  try {
    const { browser, req } = opening;
    await deps.codes.send({ phone, binding: browser.id, address: addressOf(req), deliver: true });
    return true;
  } catch (error) {
    if (!isTooMany(error)) throw error;
    const notice = { kind: 'wrong' as const, strong: words.tooManySms, advice: words.tooManySmsAdvice };
    showOpening(deps, opening, { status: 429, notice });
    return false;
  }
};

export const answerNotice = (deps: OpeningDeps): Handler =>
  step(deps, 'notice', { schema: noticeForm }, async (opening, form) => {
    const consents = purposes.filter((purpose) => form[purpose]);
    const journey = { ...opening.journey, consents };
    // Another text than the one we would record.
    if (form.version !== noticeVersion) {
      return showOpening(deps, { ...opening, journey }, { status: 403, notice: oldForm });
    }
    if (!consents.includes(neededPurpose)) {
      const notice = { kind: 'wrong' as const, strong: words.noticeNeeded };
      return showOpening(deps, { ...opening, journey }, { status: 422, notice });
    }
    return goTo(deps, opening, { ...journey, at: 'phone' });
  });

export const answerPhone = (deps: OpeningDeps): Handler =>
  step(
    deps,
    'phone',
    { schema: phoneForm, keep: ({ phone }) => ({ phone }) },
    async (opening, { phone: typed }) => {
      const phone = normalisePhone(typed);
      if (phone === undefined || !deps.codes.reaches(phone))
        return showOpening(deps, opening, { status: 422, phoneFault: true });
      if (await sendCode(deps, opening, phone)) {
        await goTo(deps, opening, { ...opening.journey, at: 'code', phone });
      }
    },
  );

export const answerResend = (deps: OpeningDeps): Handler =>
  step(deps, 'code', { act: 'resend', schema: actForm }, async (opening) => {
    if (await sendCode(deps, opening, opening.journey.phone!)) toPresentStep(opening.res);
  });

export const answerOtherPhone = (deps: OpeningDeps): Handler =>
  step(deps, 'code', { act: 'other-phone', schema: actForm }, (opening) => {
    const { phone: _, ...journey } = opening.journey;
    return goTo(deps, opening, { ...journey, at: 'phone' });
  });

export const answerCode = (deps: OpeningDeps): Handler =>
  step(deps, 'code', { schema: codeForm }, async (opening, { code }) => {
    const { journey, browser } = opening;
    const right = await deps.codes.redeem({ phone: journey.phone!, binding: browser.id, code });
    if (!right) return showOpening(deps, opening, { status: 422, codeFault: true });
    return goTo(deps, opening, { ...journey, at: 'identity' });
  });

export const answerIdentity = (deps: OpeningDeps): Handler =>
  step(
    deps,
    'identity',
    { schema: identityForm, keep: ({ kind, number, name }) => ({ kind, number, name }) },
    async (opening, form) => {
      const judged = judgeIdentity(form, todayInChina(deps.clock));
      if ('faults' in judged) {
        return showOpening(deps, opening, { status: 422, identityFaults: judged.faults });
      }
      const { identity } = judged;
      const by = { address: addressOf(opening.req), phone: opening.journey.phone! };
      try {
        const { answer, accountId } = await matchIdentity(deps, identity, by);
        if (answer !== 'match') {
          // One answer for "another name" and "nobody": what the register holds is not to be guessed at.
          const notice = { kind: 'wrong' as const, strong: words.mismatch, advice: words.mismatchAdvice };
          return showOpening(deps, opening, { status: 422, notice });
        }
        if (accountId !== undefined) return await endAsDuplicate(deps, opening, accountId);
        const { typed: _, ...journey } = opening.journey;
        return await goTo(deps, opening, { ...journey, at: 'password', identity });
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'register_unavailable') throw error;
        const notice = {
          kind: 'check' as const,
          strong: words.registerDown,
          advice: words.registerDownAdvice,
        };
        showOpening(deps, opening, { status: 503, notice });
      }
    },
  );

const endAsDuplicate = async (
  deps: OpeningDeps,
  opening: OpeningRequest,
  accountId: string | undefined,
): Promise<void> => {
  const requestId = requestIdOf(opening.res);
  await recordDuplicate(deps, { actor: 'system', requestId, ...(accountId ? { accountId } : {}) });
  // Nothing of the person stays behind in a browser that may not be hers.
  await goTo(deps, opening, { at: 'exists', consents: [] });
};

export const answerPassword = (deps: OpeningDeps): Handler =>
  step(deps, 'password', { schema: passwordForm }, async (opening, { password, repeat }) => {
    const { journey, browser } = opening;
    const identity = journey.identity!;
    const phone = journey.phone!;
    const fault = passwordFault(password, [identity.number, phone]);
    const told = fault ?? (password === repeat ? undefined : 'differs');
    if (told !== undefined) return showOpening(deps, opening, { status: 422, passwordFault: told });
    const opened = await openAccount(
      deps,
      {
        identity,
        phone,
        proofingLevel: 2,
        consents: journey.consents,
        given: 'online',
        by: browser.id,
      },
      async (account) => {
        await deps.accounts.setPassword(account.id, password);
        await deps.audit.append({
          action: 'account.registered',
          actor: `account:${account.id}`,
          subject: account.id,
          result: 'ok',
          details: { by: 'self', proofing: 2, consents: journey.consents.join(' '), text: noticeVersion },
          requestId: requestIdOf(opening.res),
        });
      },
    );
    if ('account' in opened) return goTo(deps, opening, { at: 'done', consents: [] });
    if (opened.refused === 'exists') return endAsDuplicate(deps, opening, opened.accountId);
    const notice = { kind: 'check' as const, strong: words.busy, advice: words.busyAdvice };
    return showOpening(deps, opening, { status: 409, notice });
  });

/** Forgets everything of this browser's journey: the next person at this machine starts with nothing. */
export const answerRestart =
  (deps: OpeningDeps): Handler =>
  async (req, res) => {
    const opening = await loadOpening(deps, req, res);
    const { csrf } = parse(actForm, req.body ?? {});
    if (deps.journeys.isFormToken(csrf, opening.browser, 'restart')) {
      await deps.journeys.end(opening.browser);
      newBrowser(deps, res);
    }
    toPresentStep(res);
  };
