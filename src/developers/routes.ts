/** Pages for developers; no sign-in. */
import { type Request, type Response, Router } from 'express';
import { errorCodes, ServiceError } from '../errors.ts';
import {
  formBody,
  type Html,
  keepLanguage,
  type Language,
  languageOf,
  otherLanguageLink,
  parse,
  rateLimit,
  sameOrigin,
  sendPage,
  type Text,
} from '../http/index.ts';
import type { DeveloperDeps } from './dependencies.ts';
import { inspectPasted } from './inspect/inspect-pasted.ts';
import { copyScriptPath, sendCopyScript } from './pages/copy-script.ts';
import { errorsPage, errorsTitle } from './pages/errors-page.ts';
import { inspectPage, inspectTitle } from './pages/inspect-page.ts';
import { overviewPage } from './pages/overview-page.ts';
import { overviewWords } from './pages/overview-words.ts';
import { quickStartPage } from './pages/quick-start-page.ts';
import { blocksOf, quickStarts } from './quick-starts.ts';
import { inspectBody } from './schema.ts';

/** Inspections a minute from one address. */
const inspectionsPerMinute = 60;

export const developerRoutes = (deps: DeveloperDeps): Router => {
  const router = Router();
  const secure = deps.baseUrl.startsWith('https:');
  const show = (req: Request, res: Response, title: Text, body: (language: Language) => Html): void => {
    keepLanguage(req, res, secure);
    const language = languageOf(req);
    // What was posted cannot be asked for again.
    const languageLink = otherLanguageLink(req, language);
    sendPage(res, 200, { language, title: title[language], body: body(language), languageLink, wide: true });
  };

  router.get(copyScriptPath, sendCopyScript);
  router.get('/developers', async (req, res) => {
    const discovery = await deps.discovery();
    show(req, res, overviewWords.title, (language) => overviewPage(deps, discovery, language));
  });
  router.get('/developers/quick-start/:id', async (req, res) => {
    const quickStart = quickStarts.find(({ id }) => id === req.params.id);
    if (quickStart === undefined) throw new ServiceError('not_found');
    const blocks = blocksOf(quickStart, await deps.discovery(), deps);
    show(req, res, quickStart.name, (language) => quickStartPage(quickStart, blocks, deps.sample, language));
  });
  router.get('/developers/errors', (req, res) => show(req, res, errorsTitle, errorsPage));
  // What `type` of a problem names (RFC 9457 §3.1.1).
  router.get('/errors/:code', (req, res) => {
    const code = errorCodes.find((known) => known === req.params.code);
    if (code === undefined) throw new ServiceError('not_found');
    res.redirect(303, `/developers/errors#${code}`);
  });
  router.get('/developers/inspect', (req, res) =>
    show(req, res, inspectTitle, (language) => inspectPage(language)),
  );
  router.post(
    '/developers/inspect',
    sameOrigin(deps.baseUrl, '/developers/inspect'),
    rateLimit({
      ephemeral: deps.ephemeral,
      name: 'inspect',
      limit: inspectionsPerMinute,
      windowSeconds: 60,
    }),
    formBody(),
    async (req: Request, res: Response) => {
      const { pasted, client_id: clientId, nonce } = parse(inspectBody, req.body);
      const report = await inspectPasted(deps, pasted, {
        ...(clientId === '' ? {} : { clientId }),
        ...(nonce === '' ? {} : { nonce }),
      });
      show(req, res, inspectTitle, (language) => inspectPage(language, { pasted, clientId, nonce, report }));
    },
  );
  return router;
};
