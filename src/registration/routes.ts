/** Pages that open an account and raise a level, and the published table of levels. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import { formBody, languageOf, rateLimit, sameOrigin, sendPage } from '../http/index.ts';
import type { Items } from '../items/index.ts';
import { levelTable } from './levels.ts';
import { closedPage } from './pages/opening-pages.ts';
import { answerStart, showStart } from './steps/answer-start.ts';
import {
  answerCode,
  answerIdentity,
  answerNotice,
  answerOtherPhone,
  answerPassword,
  answerPhone,
  answerResend,
  answerRestart,
} from './steps/answer-steps.ts';
import { loadOpening, openingPath, showOpening, toPresentStep } from './steps/opening-request.ts';
import { answerCertificate, showCertificate } from './steps/raise-by-certificate.ts';
import { answerFace, type RaiseDeps, showLevel } from './steps/raise-page.ts';

export interface RegistrationRoutesDeps extends RaiseDeps {
  items: Items;
}

export const registrationRoutes = (deps: RegistrationRoutesDeps): Router => {
  const router = Router();
  const isOpen = deps.codes.available && deps.population.adapter !== 'none';
  const requests = rateLimit({
    ephemeral: deps.ephemeral,
    name: 'opening',
    limit: 240,
    windowSeconds: 60,
  });
  const form = [requests, sameOrigin(deps.baseUrl, openingPath), ...formBody()];
  const whenOpen = (_req: Request, res: Response, next: NextFunction) =>
    isOpen ? next() : toPresentStep(res);

  router.get('/levels', (_req, res) => {
    res.set('cache-control', 'public, max-age=300').json(levelTable(deps.items));
  });

  router.get('/open-account', requests, async (req, res) => {
    if (!isOpen) return sendPage(res, 503, closedPage(languageOf(req)));
    showOpening(deps, await loadOpening(deps, req, res));
  });
  router.get('/open-account/start', showStart(deps));
  router.post('/open-account/start', form, answerStart(deps));
  router.get('/open-account/:step', (_req, res) => toPresentStep(res));
  router.post('/open-account/notice', form, whenOpen, answerNotice(deps));
  router.post('/open-account/phone', form, whenOpen, answerPhone(deps));
  router.post('/open-account/resend', form, whenOpen, answerResend(deps));
  router.post('/open-account/other-phone', form, whenOpen, answerOtherPhone(deps));
  router.post('/open-account/code', form, whenOpen, answerCode(deps));
  router.post('/open-account/identity', form, whenOpen, answerIdentity(deps));
  router.post('/open-account/password', form, whenOpen, answerPassword(deps));
  router.post('/open-account/restart', form, whenOpen, answerRestart(deps));

  const raising = [requests, sameOrigin(deps.baseUrl, '/raise-level'), ...formBody()];
  router.get('/raise-level', requests, showLevel(deps));
  router.post('/raise-level/face', raising, answerFace(deps));
  router.get('/raise-level/certificate', requests, showCertificate(deps));
  router.post('/raise-level/certificate', raising, answerCertificate(deps));
  return router;
};
