import type { RequestHandler } from 'express';

/** A form posted from another site, whatever cookies the browser sent along, only leads back to the page. */
export const sameOrigin =
  (baseUrl: string, back: string): RequestHandler =>
  (req, res, next) => {
    const origin = req.get('origin');
    if (origin === undefined || origin === 'null' || origin === baseUrl) return next();
    res.redirect(303, back);
  };
