/** GET a page, POST an act of it, and the way back from the login. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import { formBody, rateLimit } from '../http/index.ts';
import type { AccountSignIn } from '../oidc/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { AccountPage } from './account-page.ts';
import { answerAct, type Desk, returnFromLogin, showPage } from './serve-page.ts';
import { createWaitingActs } from './waiting-act.ts';

export interface MyAccountDeps {
  baseUrl: string;
  signIn: AccountSignIn;
  ephemeral: Ephemeral;
  secret: Uint8Array;
  /** In the order of the menus. */
  pages: readonly AccountPage[];
}

/** A form posted from another site, whatever cookies the browser sent along. */
const sameOrigin = (baseUrl: string) => (req: Request, res: Response, next: NextFunction) => {
  const origin = req.get('origin');
  if (origin === undefined || origin === 'null' || origin === baseUrl) return next();
  res.redirect(303, '/account');
};

export const myAccountRoutes = ({ pages, secret, ...deps }: MyAccountDeps): Router => {
  const router = Router();
  const desk: Desk = {
    ...deps,
    pages: new Map(pages.map((page) => [page.path, page])),
    waiting: createWaitingActs({ ephemeral: deps.ephemeral, secret }),
  };
  const { ephemeral } = deps;
  const requests = rateLimit({ ephemeral, name: 'account', limit: 600, windowSeconds: 60 });
  // A form may be kept while its sender signs in.
  const posts = rateLimit({ ephemeral, name: 'account-forms', limit: 120, windowSeconds: 60 });
  const form = [posts, sameOrigin(deps.baseUrl), ...formBody()];
  router.get('/account', requests, showPage(desk));
  router.get(deps.signIn.returnPath, requests, returnFromLogin(desk));
  router.get('/account/:page', requests, showPage(desk));
  router.post('/account/:page/:act', form, answerAct(desk));
  return router;
};
