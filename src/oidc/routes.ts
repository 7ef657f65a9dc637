/** Addresses of the sign-in pages. Everything below /interaction/<uid> so that two tabs do not share a cookie. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import { formBody, rateLimit } from '../http/index.ts';
import type { OutgoingFetch } from '../outgoing/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { AppRegistry } from './apps/create-apps.ts';
import { ownSecretInBody } from './apps/own-secret-in-body.ts';
import { sendLogo } from './apps/send-logo.ts';
import { answerCapacity } from './interactions/answer-capacity.ts';
import { answerCancel, answerConsent } from './interactions/answer-consent.ts';
import {
  answerOwnPassword,
  answerOwnSms,
  answerOwnSmsSend,
  answerPasskey,
  answerTotp,
} from './interactions/answer-factor.ts';
import { answerScan, scanState, showScan } from './interactions/answer-scan.ts';
import { answerSignIn, answerSwitch } from './interactions/answer-sign-in.ts';
import { answerPick, answerSms, answerSmsSend } from './interactions/answer-sms.ts';
import type { InteractionDeps } from './interactions/interaction.ts';
import { showStep } from './interactions/show-step.ts';
import { passkeyScriptPath, sendPasskeyScript } from './pages/passkey-script.ts';
import { scanScriptPath, sendScanScript } from './pages/scan-script.ts';
import { parametersInBody } from './parameters-in-body.ts';
import { refuseOddParameters } from './refuse-odd-parameters.ts';
import { requestByReference } from './request-by-reference.ts';

export interface RouteSettings {
  apps: Pick<AppRegistry, 'get' | 'isSecretOf'>;
  ephemeral: Ephemeral;
  /** Guarded: reaches no address inside. */
  fetch: OutgoingFetch;
  /** Authorization requests a minute from one address; each writes a record. */
  authorizationsPerMinute: number;
}

/** A form posted from another site, whatever cookies the browser sent along. */
const sameOrigin = (baseUrl: string) => (req: Request, res: Response, next: NextFunction) => {
  const origin = req.get('origin');
  if (origin === undefined || origin === 'null' || origin === new URL(baseUrl).origin) return next();
  res.redirect(303, `/interaction/${encodeURIComponent(String(req.params.uid))}`);
};

/** What stands before endpoints that the library answers. */
export const createGuards = (settings: RouteSettings): Router => {
  const router = Router();
  const authorizations = rateLimit({
    ephemeral: settings.ephemeral,
    name: 'auth',
    limit: settings.authorizationsPerMinute,
    windowSeconds: 60,
  });
  const byReference = requestByReference(settings);
  router.get('/auth', refuseOddParameters, authorizations, byReference);
  router.post(['/auth', '/session/end'], parametersInBody);
  // Registration writes a record for whoever asks.
  const registrations = rateLimit({
    ephemeral: settings.ephemeral,
    name: 'reg',
    limit: settings.authorizationsPerMinute,
    windowSeconds: 60,
  });
  router.post('/reg', registrations);
  router.put('/reg/:clientId', ownSecretInBody(settings.apps));
  // The library answers it. A push writes a record as well, and a portal pushes for all its people from one address.
  const pushes = rateLimit({
    ephemeral: settings.ephemeral,
    name: 'par',
    limit: 10 * settings.authorizationsPerMinute,
    windowSeconds: 60,
  });
  router.post('/request', pushes);
  router.get('/session/end', refuseOddParameters);
  return router;
};

export const createRoutes = (deps: InteractionDeps, settings: RouteSettings): Router => {
  const router = Router();
  router.get('/apps/:clientId/logo', sendLogo(deps.apps));
  router.get(passkeyScriptPath, sendPasskeyScript);
  router.get(scanScriptPath, sendScanScript);
  router.get('/interaction/:uid', showStep(deps));
  // Each code writes two records, as an authorization writes one; a waiting page draws one a minute.
  const codes = rateLimit({
    ephemeral: settings.ephemeral,
    name: 'scan',
    limit: settings.authorizationsPerMinute,
    windowSeconds: 60,
  });
  router.get('/interaction/:uid/scan', codes, showScan(deps));
  router.get('/interaction/:uid/scan/state', scanState(deps));
  const form = [sameOrigin(deps.baseUrl), ...formBody()];
  router.post('/interaction/:uid/sign-in', form, answerSignIn(deps));
  router.post('/interaction/:uid/switch', form, answerSwitch(deps));
  router.post('/interaction/:uid/sms-send', form, answerSmsSend(deps));
  router.post('/interaction/:uid/sms', form, answerSms(deps));
  router.post('/interaction/:uid/pick', form, answerPick(deps));
  router.post('/interaction/:uid/scan', form, answerScan(deps));
  router.post('/interaction/:uid/passkey', form, answerPasskey(deps));
  router.post('/interaction/:uid/totp', form, answerTotp(deps));
  router.post('/interaction/:uid/own-password', form, answerOwnPassword(deps));
  router.post('/interaction/:uid/own-sms-send', form, answerOwnSmsSend(deps));
  router.post('/interaction/:uid/own-sms', form, answerOwnSms(deps));
  router.post('/interaction/:uid/capacity', form, answerCapacity(deps));
  router.post('/interaction/:uid/consent', form, answerConsent(deps));
  router.post('/interaction/:uid/cancel', form, answerCancel(deps));
  return router;
};
