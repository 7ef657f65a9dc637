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
import { shortestPassword } from './start-links.ts';
import { endedLinkPage, type StartFault, startedPage, startPage } from './start-page.ts';

export interface OfficialRoutesDeps {
  officials: Officials;
  ephemeral: Ephemeral;
  baseUrl: string;
}

/** The page behind an administrator's one-time link. */
export const officialRoutes = ({ officials, ephemeral, baseUrl }: OfficialRoutesDeps): Router => {
  const router = Router();
  const secure = baseUrl.startsWith('https:');
  const path = '/officials/start/:token';
  router.use(
    '/officials/start',
    rateLimit({ ephemeral, name: 'official-start', limit: 60, windowSeconds: 60 }),
  );

  const viewOf = (req: Request) => ({ language: languageOf(req), path: req.path });
  /** A token that is malformed, unknown, used or too old: one answer. */
  const tokenOf = async (req: Request): Promise<string | undefined> => {
    const parsed = startParams.safeParse(req.params);
    return parsed.success && (await officials.startLinks.isOpen(parsed.data.token))
      ? parsed.data.token
      : undefined;
  };
  const sendEnded = (req: Request, res: Response): void => sendPage(res, 404, endedLinkPage(viewOf(req)));

  router.get(path, async (req, res) => {
    keepLanguage(req, res, secure);
    if ((await tokenOf(req)) === undefined) return sendEnded(req, res);
    sendPage(res, 200, startPage(viewOf(req)));
  });
  router.post(path, formBody(), async (req: Request, res: Response) => {
    const token = await tokenOf(req);
    if (token === undefined) return sendEnded(req, res);
    const { password, again } = parse(startForm, req.body);
    const fault: StartFault | undefined =
      [...password].length < shortestPassword ? 'short' : password === again ? undefined : 'differ';
    if (fault) return sendPage(res, 400, startPage({ ...viewOf(req), fault }));
    try {
      await officials.startLinks.use({ token, password, requestId: requestIdOf(res) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'not_found') return sendEnded(req, res);
      if (error.code === 'invalid_request')
        return sendPage(res, 400, startPage({ ...viewOf(req), fault: 'refused' }));
      throw error;
    }
    sendPage(res, 200, startedPage(languageOf(req)));
  });
  return router;
};
