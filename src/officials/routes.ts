import { type Request, type Response, Router } from 'express';
import { ServiceError } from '../errors.ts';
import {
  formBody,
  keepLanguage,
  languageOf,
  parse,
  rateLimit,
  requestIdOf,
  sendPage,
} from '../http/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { Officials } from './index.ts';
import { startForm, startParams } from './schema.ts';
import { endedLinkPage, type PasskeyForm, passkeyLabel, startedPage, startPage } from './start-page.ts';

export interface OfficialRoutesDeps {
  officials: Officials;
  ephemeral: Ephemeral;
  baseUrl: string;
  passkeyForm: PasskeyForm;
}

/** The page behind an administrator's one-time link. */
export const officialRoutes = (deps: OfficialRoutesDeps): Router => {
  const { ephemeral, baseUrl, passkeyForm } = deps;
  const { startLinks } = deps.officials;
  const router = Router();
  const secure = baseUrl.startsWith('https:');
  const path = '/officials/start/:token';
  router.use(
    '/officials/start',
    rateLimit({ ephemeral, name: 'official-start', limit: 60, windowSeconds: 60 }),
  );

  const viewOf = (req: Request) => ({ language: languageOf(req), path: req.path });
  /** A token that is malformed, unknown, used or too old: one answer. */
  const show = async (req: Request, res: Response, { status = 200, refused = false } = {}): Promise<void> => {
    const parsed = startParams.safeParse(req.params);
    const options =
      parsed.success && (await startLinks.passkey({ token: parsed.data.token, origin: baseUrl }));
    if (!options) return sendPage(res, 404, endedLinkPage(viewOf(req)));
    sendPage(res, status, startPage({ ...viewOf(req), options, passkeyForm, refused }));
  };

  router.get(path, async (req, res) => {
    keepLanguage(req, res, secure);
    await show(req, res);
  });
  router.post(path, formBody(), async (req: Request, res: Response) => {
    const params = startParams.safeParse(req.params);
    if (!params.success) return show(req, res);
    const { response } = parse(startForm, req.body);
    const language = languageOf(req);
    try {
      await startLinks.use({
        token: params.data.token,
        origin: baseUrl,
        response,
        label: passkeyLabel[language],
        requestId: requestIdOf(res),
      });
    } catch (error) {
      if (!(error instanceof ServiceError && ['not_found', 'invalid_request'].includes(error.code)))
        throw error;
      return show(req, res, { status: 400, refused: true });
    }
    sendPage(res, 200, startedPage(language));
  });
  return router;
};
