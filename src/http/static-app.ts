/** Serves one built web app below its path; those that are installed on a phone have a manifest. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import express, { type RequestHandler, type Response, Router } from 'express';
import { ServiceError } from '../errors.ts';
import type { InstanceKind } from './instance-kind.ts';
import { bilingualBand } from './sandbox-band.ts';

const sendText = (res: Response, type: string, text: string): void =>
  void res.set('cache-control', 'no-cache').type(type).send(text);

const manifestFile = 'manifest.webmanifest';

/** The app's page as the sandbox serves it. The service worker keeps it like any other. */
const markedPage = (dir: string): string =>
  readFileSync(join(dir, 'index.html'), 'utf8')
    .replace('<html ', '<html data-sandbox ')
    .replace(/(<title>[^<]*)/, '$1（沙箱 sandbox）')
    .replace('<body>', `<body>${bilingualBand.text}`);

const markedManifest = (dir: string): object => {
  const manifest = JSON.parse(readFileSync(join(dir, manifestFile), 'utf8'));
  return {
    ...manifest,
    name: `${manifest.name}（沙箱 sandbox）`,
    short_name: `${manifest.short_name}（沙箱）`,
  };
};

/** What the build compressed beside the file is sent in its place to who takes gzip (RFC 9110 §12.5.3). */
const sendCompressed = (dir: string): RequestHandler => {
  const assets = join(dir, 'assets');
  const compressed = new Set(
    existsSync(assets)
      ? readdirSync(assets).flatMap((name) => (name.endsWith('.gz') ? [`/assets/${name.slice(0, -3)}`] : []))
      : [],
  );
  return (req, res, next) => {
    if (!compressed.has(req.path)) return next();
    res.vary('accept-encoding');
    if (!req.acceptsEncodings('gzip')) return next();
    res.set('content-encoding', 'gzip').type(extname(req.path));
    req.url = `${req.path}.gz`;
    next();
  };
};

/**
 * Files below assets/ carry a hash in their name and never change; index.html, the manifest and the service worker are
 * asked for again each time, so that an update is seen at once. Every path without a file extension is index.html.
 */
export const staticApp = (path: string, dir: string, kind: InstanceKind = 'province'): Router => {
  const router = Router();
  const built = existsSync(join(dir, 'index.html'));
  const page = built && kind === 'sandbox' ? markedPage(dir) : undefined;
  if (page !== undefined) router.get(`${path}/index.html`, (_req, res) => sendText(res, 'html', page));
  if (page !== undefined && existsSync(join(dir, manifestFile))) {
    const manifest = JSON.stringify(markedManifest(dir));
    router.get(`${path}/${manifestFile}`, (_req, res) =>
      sendText(res, 'application/manifest+json', manifest),
    );
  }
  router.use(path, sendCompressed(dir));
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
    if (page !== undefined) return sendText(res, 'html', page);
    res.set('cache-control', 'no-cache').sendFile(join(dir, 'index.html'), { acceptRanges: false });
  };
  router.get(path, (req, res, next) => (req.path.endsWith('/') ? next() : res.redirect(308, `${path}/`)));
  router.get([`${path}/`, `${path}/*view`], (req, res, next) =>
    /\.[a-z0-9]+$/i.test(req.path) ? next() : index(req, res, next),
  );
  return router;
};
