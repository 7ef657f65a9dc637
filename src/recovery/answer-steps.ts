/** GET and POST of each step. Where a recovery stands is asked of its record, never of the browser. */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Given, Proof, Recoveries, RecoveryView } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import { keepLanguage, languageOf, parse, sendPage, type Text } from '../http/index.ts';
import { type FaceCheck, isSampleFaceCheck } from '../registration/index.ts';
import { type BrowserDeps, formToken, giveToken, isFormToken, readToken } from './browser.ts';
import { beginPage, stepPage, type View } from './pages.ts';
import * as schema from './schema.ts';
import { words } from './words.ts';

export interface StepDeps extends BrowserDeps {
  recoveries: Recoveries;
  face?: FaceCheck;
}

type Handler = (req: Request, res: Response) => Promise<void>;

interface Step {
  req: Request;
  res: Response;
  token: string;
  recovery: RecoveryView;
}

type Shown = Partial<Pick<View, 'notice' | 'fault' | 'passwordFault'>> & { status?: number };

const path = '/recover';
const addressOf = (req: Request): string => req.ip ?? 'unknown';
/** To the present step, whatever page the browser thought it was on. */
export const toPresentStep = (res: Response): void => res.redirect(303, path);

/** A form of the same act made at another stage of this recovery is not this one. */
const tokenAct = (act: string, { state, given }: RecoveryView): string => `${act}|${state}|${given.join()}`;

const viewOf = (deps: StepDeps, req: Request, res: Response, token: (act: string) => string): View => {
  keepLanguage(req, res, deps.baseUrl.startsWith('https:'));
  const { baseUrl } = deps;
  return { language: languageOf(req), baseUrl, token, faceIsSample: isSampleFaceCheck(deps.face) };
};

const show = (deps: StepDeps, { req, res, token, recovery }: Step, shown: Shown = {}): void => {
  const { status = 200, ...more } = shown;
  const view = viewOf(deps, req, res, (act) => formToken(deps, token, tokenAct(act, recovery)));
  sendPage(res, status, stepPage({ ...view, ...more }, recovery));
};

const showBegin = (
  deps: StepDeps,
  req: Request,
  res: Response,
  shown: Shown & { loginName?: string; nameFault?: boolean } = {},
): void => {
  const { status = 200, ...more } = shown;
  const token = readToken(deps, req) ?? giveToken(deps, res);
  sendPage(
    res,
    status,
    beginPage({ ...viewOf(deps, req, res, (act) => formToken(deps, token, act)), ...more }),
  );
};

const loadStep = async (deps: StepDeps, req: Request, res: Response): Promise<Step | undefined> => {
  const token = readToken(deps, req);
  const recovery = token === undefined ? undefined : await deps.recoveries.view(token);
  return token !== undefined && recovery ? { req, res, token, recovery } : undefined;
};

export const showRecovery =
  (deps: StepDeps): Handler =>
  async (req, res) => {
    const step = await loadStep(deps, req, res);
    if (step) show(deps, step);
    else showBegin(deps, req, res);
  };

const tooMany = {
  status: 429,
  notice: { kind: 'wrong' as const, strong: words.tooMany, advice: words.tooManyAdvice },
};
const oldForm = {
  status: 403,
  notice: { kind: 'check' as const, strong: words.oldForm, advice: words.oldFormAdvice },
};
const expired = {
  status: 403,
  notice: { kind: 'check' as const, strong: words.expired, advice: words.expiredAdvice },
};

const unlessTooMany = async (work: () => Promise<void>, otherwise: () => void): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'too_many_requests') throw error;
    otherwise();
  }
};

/** A cookie and a record of its own each time: what another put into this browser is not taken up. */
export const answerBegin =
  (deps: StepDeps): Handler =>
  async (req, res) => {
    const { csrf, login_name: loginName } = parse(schema.beginForm, req.body ?? {});
    const before = readToken(deps, req);
    if (before === undefined || !isFormToken(deps, csrf, before, 'begin'))
      return showBegin(deps, req, res, { ...oldForm, loginName });
    if (loginName.trim() === '') return showBegin(deps, req, res, { status: 422, nameFault: true });
    await unlessTooMany(
      async () => {
        await deps.recoveries.forget(before);
        const token = giveToken(deps, res);
        await deps.recoveries.begin({ token, loginName, address: addressOf(req) });
        toPresentStep(res);
      },
      () => showBegin(deps, req, res, { ...tooMany, loginName }),
    );
  };

/** A form of a step: of this browser, and of where its recovery stands now. */
const step =
  <Schema extends z.ZodType<{ csrf: string }>>(
    deps: StepDeps,
    act: string,
    form: Schema,
    answer: (step: Step, form: z.infer<Schema>) => Promise<void>,
  ): Handler =>
  async (req, res) => {
    const at = await loadStep(deps, req, res);
    if (at === undefined) return showBegin(deps, req, res, expired);
    const given = parse(form, req.body ?? {});
    if (!isFormToken(deps, given.csrf, at.token, tokenAct(act, at.recovery))) return show(deps, at, oldForm);
    await unlessTooMany(
      () => answer(at, given),
      () => show(deps, at, tooMany),
    );
  };

const answerProof = async (
  deps: StepDeps,
  at: Step,
  given: Given,
  typed?: { typed: string },
): Promise<void> => {
  const result = await deps.recoveries.prove(at.token, given);
  if (result === 'proved' || result === 'not_now') return toPresentStep(at.res);
  const says: Text =
    given.proof !== 'face' ? words.wrong : result === 'wrong' ? words.faceWrong : words.faceDown;
  show(deps, at, {
    status: result === 'unavailable' ? 503 : 422,
    fault: { proof: given.proof, says, ...typed },
  });
};

export const answerSend = (deps: StepDeps): Handler =>
  step(deps, 'send', schema.actForm, async ({ token, req, res }) => {
    await deps.recoveries.sendMessage(token, addressOf(req));
    toPresentStep(res);
  });

export const answerCode = (deps: StepDeps, act: string, proof: Proof & Given['proof']): Handler =>
  step(deps, act, schema.codeForm, (at, { code }) =>
    answerProof(deps, at, { proof, code } as Given, proof === 'recovery_code' ? { typed: code } : undefined),
  );

export const answerPasskey = (deps: StepDeps): Handler =>
  step(deps, 'passkey', schema.passkeyAnswer, (at, { response }) =>
    answerProof(deps, at, {
      proof: 'passkey',
      response,
      origin: deps.baseUrl,
      address: addressOf(at.req),
    }),
  );

export const answerFace = (deps: StepDeps): Handler =>
  step(deps, 'face', schema.faceForm, async (at, { answer }) => {
    const { faceSession } = at.recovery;
    if (isSampleFaceCheck(deps.face) && answer && faceSession) await deps.face.click(faceSession, answer);
    await answerProof(deps, at, { proof: 'face' });
  });

export const answerChoose = (deps: StepDeps): Handler =>
  step(deps, 'choose', schema.chooseForm, async ({ token, res }, { person }) => {
    await deps.recoveries.choosePerson(token, person);
    toPresentStep(res);
  });

export const answerPassword = (deps: StepDeps): Handler =>
  step(deps, 'password', schema.passwordForm, async (at, { password, repeat }) => {
    if (password !== repeat) return show(deps, at, { status: 422, passwordFault: 'differs' });
    const result = await deps.recoveries.choosePassword(at.token, password);
    if (result === 'chosen' || result === 'not_now') return toPresentStep(at.res);
    show(deps, at, { status: 422, passwordFault: result });
  });

export const answerRestart = (deps: StepDeps): Handler =>
  step(deps, 'restart', schema.actForm, async ({ token, res }) => {
    await deps.recoveries.forget(token);
    giveToken(deps, res);
    toPresentStep(res);
  });
