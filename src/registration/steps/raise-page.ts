/** The page where a signed-in person raises her level. Who is signed in is the login's to say. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { ServiceError } from '../../errors.ts';
import { keepLanguage, languageOf, type Notice, parse, requestIdOf, sendPage } from '../../http/index.ts';
import { isSampleFaceCheck } from '../face-check.ts';
import { waysToLevel3 } from '../levels.ts';
import { levelPage } from '../pages/other-pages.ts';
import { words } from '../pages/words.ts';
import { beginFaceCheck, raiseByFace } from '../raise-level.ts';
import { faceForm } from '../schema.ts';
import { isSecure, type OpeningDeps } from './opening-request.ts';

export interface RaiseDeps extends OpeningDeps {
  secret: Uint8Array;
  /** Account id of whoever is signed in to this browser. */
  personOf(req: Request, res: Response): Promise<string | undefined>;
}

/** Form token of one check of one person. */
export const tokenFor = (deps: RaiseDeps, accountId: string, session: string): string =>
  createHmac('sha256', deps.secret).update(`raise|${accountId}|${session}`).digest('base64url');

/** Her level and the ways to a higher one. */
export const showLevelPage = async (
  deps: RaiseDeps,
  req: Request,
  res: Response,
  state: { accountId?: string; notice?: Notice; status?: number },
): Promise<void> => {
  keepLanguage(req, res, isSecure(deps.baseUrl));
  const account = state.accountId === undefined ? undefined : await deps.accounts.get(state.accountId);
  const face = deps.face;
  const sample = isSampleFaceCheck(face);
  const mayBegin = face !== undefined && account?.state === 'active' && account.proofingLevel === 2;
  const session = mayBegin ? await beginFaceCheck(deps, account.id) : undefined;
  const page = levelPage({
    language: languageOf(req),
    ways: waysToLevel3(
      face === undefined ? 'none' : sample ? 'sample' : 'connected',
      deps.certificates !== undefined,
    ),
    ...(account ? { level: account.proofingLevel } : {}),
    ...(session && account ? { face: { sample, session, csrf: tokenFor(deps, account.id, session) } } : {}),
    ...(state.notice ? { notice: state.notice } : {}),
  });
  sendPage(res, state.status ?? 200, page);
};

export const showLevel =
  (deps: RaiseDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const accountId = await deps.personOf(req, res);
    await showLevelPage(deps, req, res, accountId === undefined ? { status: 401 } : { accountId });
  };

/** In the same time, whatever differs. */
export const sameToken = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const answerFace =
  (deps: RaiseDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const accountId = await deps.personOf(req, res);
    if (accountId === undefined) return showLevelPage(deps, req, res, { status: 401 });
    const { csrf, session, answer: clicked } = parse(faceForm, req.body ?? {});
    if (!sameToken(csrf, tokenFor(deps, accountId, session))) {
      const notice = { kind: 'check' as const, strong: words.oldForm, advice: words.oldFormAdvice };
      return showLevelPage(deps, req, res, { accountId, notice, status: 403 });
    }
    try {
      if (isSampleFaceCheck(deps.face) && clicked) await deps.face.click(session, clicked);
      const answer = await raiseByFace(deps, accountId, session, requestIdOf(res));
      if (answer === 'match') return res.redirect(303, '/raise-level');
      const strong = words[`face_${answer}`];
      const notice = { kind: 'check' as const, strong, advice: words.faceAdvice };
      await showLevelPage(deps, req, res, {
        accountId,
        notice,
        status: answer === 'unavailable' ? 503 : 422,
      });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'too_many_requests') throw error;
      const notice = { kind: 'wrong' as const, strong: words.tooMany, advice: words.faceAdvice };
      await showLevelPage(deps, req, res, { accountId, notice, status: 429 });
    }
  };
