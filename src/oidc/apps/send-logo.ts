import type { RequestHandler } from 'express';
import type { AppRegistry } from './create-apps.ts';

/** GET: the logo we keep of a listed app. The address holds its digest, so a browser may keep it. */
export const sendLogo =
  (apps: Pick<AppRegistry, 'get' | 'logoOf'>): RequestHandler<{ clientId: string }> =>
  async (req, res, next) => {
    const app = await apps.get(req.params.clientId);
    const logo = app?.state === 'listed' ? await apps.logoOf(app) : undefined;
    if (logo === undefined) return next();
    res
      .set('cache-control', 'public, max-age=86400')
      .set('content-security-policy', "default-src 'none'; sandbox")
      .type(logo.type)
      .send(logo.bytes);
  };
