/** The page where a signed-in person proves level 3 with her digital certificate. */
import type { Request, Response } from 'express';
import { ServiceError } from '../../errors.ts';
import { keepLanguage, languageOf, type Notice, parse, requestIdOf, sendPage } from '../../http/index.ts';
import { certificatePage } from '../pages/certificate-page.ts';
import { words } from '../pages/words.ts';
import { beginCertificateCheck, raiseByCertificate, textToSign } from '../raise-level.ts';
import { certificateForm } from '../schema.ts';
import { isSecure } from './opening-request.ts';
import { type RaiseDeps, sameToken, showLevelPage, tokenFor } from './raise-page.ts';

const show = (
  deps: RaiseDeps,
  req: Request,
  res: Response,
  view: { accountId: string; challenge: string; jws?: string; notice?: Notice; status?: number },
): void => {
  const { accountId, challenge, status = 200, ...rest } = view;
  keepLanguage(req, res, isSecure(deps.baseUrl));
  const text = textToSign(deps.baseUrl, challenge);
  const csrf = tokenFor(deps, accountId, challenge);
  sendPage(res, status, certificatePage({ language: languageOf(req), challenge, text, csrf, ...rest }));
};

export const showCertificate =
  (deps: RaiseDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const accountId = await deps.personOf(req, res);
    if (accountId === undefined) return showLevelPage(deps, req, res, { status: 401 });
    const account = await deps.accounts.get(accountId);
    if (deps.certificates === undefined || account?.proofingLevel !== 2)
      return res.redirect(303, '/raise-level');
    show(deps, req, res, { accountId, challenge: await beginCertificateCheck(deps, accountId) });
  };

export const answerCertificate =
  (deps: RaiseDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    const accountId = await deps.personOf(req, res);
    if (accountId === undefined) return showLevelPage(deps, req, res, { status: 401 });
    const { csrf, challenge, jws } = parse(certificateForm, req.body ?? {});
    if (!sameToken(csrf, tokenFor(deps, accountId, challenge))) {
      const notice = { kind: 'check' as const, strong: words.oldForm, advice: words.oldFormAdvice };
      const fresh = await beginCertificateCheck(deps, accountId);
      return show(deps, req, res, { accountId, challenge: fresh, jws, notice, status: 403 });
    }
    const advice = words.certificateAdvice;
    try {
      const requestId = requestIdOf(res);
      const answer = await raiseByCertificate(deps, {
        accountId,
        challenge,
        jws,
        ...(requestId ? { requestId } : {}),
      });
      if (answer === 'match') return res.redirect(303, '/raise-level');
      const notice = { kind: 'check' as const, strong: words[`certificate_${answer}`], advice };
      if (answer !== 'expired')
        return show(deps, req, res, { accountId, challenge, jws, notice, status: 422 });
      const fresh = await beginCertificateCheck(deps, accountId);
      show(deps, req, res, { accountId, challenge: fresh, notice, status: 422 });
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : undefined;
      if (code !== 'too_many_requests' && code !== 'register_unavailable') throw error;
      const tooMany = code === 'too_many_requests';
      const strong = tooMany ? words.tooMany : words.certificate_unavailable;
      const notice = { kind: tooMany ? ('wrong' as const) : ('check' as const), strong, advice };
      show(deps, req, res, { accountId, challenge, jws, notice, status: tooMany ? 429 : 503 });
    }
  };
