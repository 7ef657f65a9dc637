/** `/p/<poster id>`: the address in the QR on the wall, for wallets as JSON and for people as a page. */
import { Router } from 'express';
import { ServiceError } from '../errors.ts';
import { keepLanguage, languageOf, parse, rateLimit, sendPage } from '../http/index.ts';
import type { CounterContext } from './context.ts';
import { posterPage, posterSheet } from './poster-pages.ts';
import { posterUrl } from './posters.ts';
import * as schema from './schema.ts';
import { writePosterView } from './write-poster.ts';

export const posterRoutes = (context: CounterContext): Router => {
  const router = Router();
  const secure = context.baseUrl.startsWith('https:');
  const { ephemeral } = context;
  router.use('/p', rateLimit({ ephemeral, name: 'poster', limit: 300, windowSeconds: 60 }));
  router.get('/p/:id', async (req, res) => {
    const { id } = parse(schema.posterParams, req.params);
    const view = await writePosterView(context, id);
    res.set({ 'cache-control': 'no-store', vary: 'accept, accept-language, cookie' });
    if (req.accepts(['html', 'json']) === 'json') {
      if (!view.receives) throw new ServiceError('poster_ended');
      return void res.set('access-control-allow-origin', '*').json(view);
    }
    keepLanguage(req, res, secure);
    sendPage(res, 200, posterPage(view, languageOf(req)));
  });
  router.get('/p/:id/print', async (req, res) => {
    const { id } = parse(schema.posterParams, req.params);
    const view = await writePosterView(context, id);
    if (!view.receives) throw new ServiceError('poster_ended');
    const sheet = await posterSheet(view, posterUrl(context, view));
    sendPage(res.set('cache-control', 'no-store'), 200, sheet);
  });
  return router;
};
