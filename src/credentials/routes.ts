/** The public documents of this feature: anyone may read them, from any origin, with no cookie. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { ServiceError } from '../errors.ts';
import type { Catalogue } from './catalogue/certificate-type.ts';
import {
  writeJsonLdContext,
  writePublicType,
  writeSdJwtTypeMetadata,
} from './catalogue/write-type-documents.ts';
import type { Credentials } from './index.ts';
import { type StatusRendering, statusListTtlSeconds } from './status/status-lists.ts';

export interface CredentialRoutesDependencies {
  credentials: Credentials;
  catalogue: Catalogue;
  baseUrl: string;
}

/**
 * Sends a body that a cache may keep for a moment, or 304 to a reader who has it. Compared here because Express answers
 * in full whenever the request says `no-cache`, and browsers say that for every fetch with an If-None-Match of its own.
 */
const send = (
  request: Request,
  response: Response,
  { body, contentType, etag, maxAge }: { body: string; contentType: string; etag?: string; maxAge: number },
): void => {
  response.set('Cache-Control', `public, max-age=${maxAge}`);
  response.set('Access-Control-Allow-Origin', '*');
  if (etag) response.set('ETag', etag);
  const known = request.get('if-none-match')?.split(',') ?? [];
  if (etag && known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) {
    response.status(304).end();
    return;
  }
  response.set('Content-Type', contentType);
  response.send(Buffer.from(body)); // a Buffer: no charset is added to a JWT's media type
};

const documentAge = 300;

export const credentialRoutes = ({
  credentials,
  catalogue,
  baseUrl,
}: CredentialRoutesDependencies): Router => {
  const router = Router();

  const status =
    (rendering: StatusRendering): RequestHandler =>
    async (request, response) => {
      const published = await credentials.statusLists.publish(listNumber(request), rendering);
      if (!published) throw new ServiceError('not_found');
      send(request, response, { ...published, maxAge: Math.floor(statusListTtlSeconds / 2) });
    };
  router.get('/status/:list', status('token'));
  router.get('/status/:list/revocation', status('revocation'));
  router.get('/status/:list/suspension', status('suspension'));

  router.get('/pack', async (request, response) => {
    const { jws, etag } = await credentials.offlinePack();
    send(request, response, { body: jws, contentType: 'application/jwt', etag, maxAge: 0 });
  });

  router.get('/contexts/:type/v1', (request, response) => {
    const body = JSON.stringify(writeJsonLdContext(catalogue.get(request.params.type), baseUrl));
    send(request, response, { body, contentType: 'application/ld+json', maxAge: documentAge });
  });

  router.get('/types/:type', (request, response) => {
    const body = JSON.stringify(writeSdJwtTypeMetadata(catalogue.get(request.params.type), baseUrl));
    send(request, response, { body, contentType: 'application/json', maxAge: documentAge });
  });

  router.get('/certificate-types', (request, response) => {
    const body = JSON.stringify({ types: catalogue.types().map((type) => writePublicType(type, baseUrl)) });
    send(request, response, { body, contentType: 'application/json', maxAge: documentAge });
  });
  return router;
};

const listNumber = (request: Request): number => {
  const { list } = request.params;
  if (typeof list !== 'string' || !/^[1-9]\d{0,5}$/.test(list)) throw new ServiceError('not_found');
  return Number(list);
};
