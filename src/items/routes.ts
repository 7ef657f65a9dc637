/** The public list of items: anyone may read it, from any origin, with no cookie. */
import { Router } from 'express';
import type { Items } from './service-item.ts';
import { type PublicItemDependencies, writePublicItem } from './write-public-item.ts';

export interface ItemRoutesDependencies extends PublicItemDependencies {
  items: Items;
}

const documentAge = 300;

export const itemRoutes = ({ items, ...deps }: ItemRoutesDependencies): Router => {
  const router = Router();
  const open = { 'cache-control': `public, max-age=${documentAge}`, 'access-control-allow-origin': '*' };

  router.get('/items', (_req, res) => {
    res.set(open).json({ items: items.all().map((item) => writePublicItem(item, deps)) });
  });
  router.get('/items/:code', (req, res) => {
    const item = items.get(req.params.code);
    res.set(open).json(writePublicItem(item, deps));
  });
  return router;
};
