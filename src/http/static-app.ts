/** Serves one built web app (a PWA) below its path. */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import express, { Router } from 'express';
import { ServiceError } from '../errors.ts';

/**
 * Files below assets/ carry a hash in their name and never change; index.html, the manifest and the service worker are
 * asked for again each time, so that an update is seen at once. Every path without a file extension is index.html.
 */
export const staticApp = (path: string, dir: string): Router => {
  const router = Router();
  const built = existsSync(join(dir, 'index.html'));
  router.use(
    path,
    express.static(dir, {
      etag: true,
      index: false,
      redirect: false,
      acceptRanges: false, // small files, never read in parts
      setHeaders(res, file) {
        const hashed = file.includes(`${sep}assets${sep}`);
        res.set('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  const index: express.RequestHandler = (_req, res) => {
    if (!built) throw new ServiceError('not_found');
    res.set('cache-control', 'no-cache').sendFile(join(dir, 'index.html'), { acceptRanges: false });
  };
  router.get(path, (req, res, next) => (req.path.endsWith('/') ? next() : res.redirect(308, `${path}/`)));
  router.get([`${path}/`, `${path}/*view`], (req, res, next) =>
    /\.[a-z0-9]+$/i.test(req.path) ? next() : index(req, res, next),
  );
  return router;
};
