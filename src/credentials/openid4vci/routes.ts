import { Router } from 'express';
import { ServiceError } from '../../errors.ts';
import { type OfferDeps, offerDocument } from './create-offer.ts';

/** `GET /offers/:id`: a credential offer by reference (OpenID4VCI 1.0 §4.1.3). */
export const offerRoutes = (deps: OfferDeps): Router => {
  const router = Router();
  router.get('/offers/:id', async (req, res) => {
    const offer = await deps.offers.get(req.params.id);
    if (!offer || offer.state === 'ended') throw new ServiceError('not_found');
    res.set({ 'cache-control': 'no-store', 'access-control-allow-origin': '*' });
    res.json(offerDocument(deps, offer));
  });
  return router;
};
