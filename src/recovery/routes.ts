import { Router } from 'express';
import { formBody, rateLimit, sameOrigin } from '../http/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import {
  answerBegin,
  answerChoose,
  answerCode,
  answerFace,
  answerPasskey,
  answerPassword,
  answerRestart,
  answerSend,
  type StepDeps,
  showRecovery,
  toPresentStep,
} from './answer-steps.ts';
import { answerStopLink, answerWaiting, type StopDeps, showStopLink, showWaiting } from './answer-stop.ts';

export interface RecoveryRoutesDeps extends StepDeps, StopDeps {
  ephemeral: Ephemeral;
}

export const recoveryRoutes = (deps: RecoveryRoutesDeps): Router => {
  const router = Router();
  const requests = rateLimit({
    ephemeral: deps.ephemeral,
    name: 'recovery',
    limit: 120,
    windowSeconds: 60,
  });
  const form = [requests, sameOrigin(deps.baseUrl, '/recover'), ...formBody()];

  router.get('/recover', requests, showRecovery(deps));
  router.get('/recover/waiting', requests, showWaiting(deps));
  router.post('/recover/waiting', form, answerWaiting(deps));
  router.get('/recover/stop/:secret', requests, showStopLink(deps));
  router.post('/recover/stop/:secret', form, answerStopLink(deps));
  router.get('/recover/:step', (_req, res) => toPresentStep(res));
  router.post('/recover/begin', form, answerBegin(deps));
  router.post('/recover/send', form, answerSend(deps));
  router.post('/recover/sms', form, answerCode(deps, 'sms', 'sms'));
  router.post('/recover/recovery-code', form, answerCode(deps, 'recovery-code', 'recovery_code'));
  router.post('/recover/totp', form, answerCode(deps, 'totp', 'totp'));
  router.post('/recover/passkey', form, answerPasskey(deps));
  router.post('/recover/face', form, answerFace(deps));
  router.post('/recover/choose', form, answerChoose(deps));
  router.post('/recover/password', form, answerPassword(deps));
  router.post('/recover/restart', form, answerRestart(deps));
  return router;
};
