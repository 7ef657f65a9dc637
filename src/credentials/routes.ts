/** The public documents of this feature: anyone may read them, from any origin, with no cookie. */
import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { parse } from '../http/index.ts';
import type { Catalogue, Vocabulary } from './catalogue/certificate-type.ts';
import { writeJsonSchema } from './catalogue/write-json-schema.ts';
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

interface Sent {
  body: string | Buffer;
  contentType: string;
  etag?: string;
  /** Unix seconds. */
  signedAt?: number;
  maxAge: number;
  immutable?: boolean;
}

type SendHow = Partial<Pick<Sent, 'contentType' | 'immutable'>>;

const year = 31_536_000;

/**
 * Sends a body that a cache may keep for a moment, or 304 to a reader who has it. Compared here because Express answers
 * in full whenever the request says `no-cache`, and browsers say that for every fetch with an If-None-Match of its own.
 */
const send = (
  request: Request,
  response: Response,
  { body, contentType, etag, signedAt, maxAge, immutable }: Sent,
): void => {
  const age = immutable ? `${year}, immutable` : maxAge;
  response.set('Cache-Control', `public, max-age=${age}`);
  response.set('Access-Control-Allow-Origin', '*');
  if (etag) response.set('ETag', etag);
  // To be read, not to be asked by: a list may change twice in a second, and then only its ETag tells them apart.
  if (signedAt) response.set('Last-Modified', new Date(signedAt * 1000).toUTCString());
  const known = request.get('if-none-match')?.split(',') ?? [];
  if (etag && known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) {
    response.status(304).end();
    return;
  }
  response.set('Content-Type', contentType);
  response.send(typeof body === 'string' ? Buffer.from(body) : body); // a Buffer: no charset is added to a JWT's media type
};

/** The same, for what is large enough to be worth it: signed text in base64url shrinks to a third. */
const sendCompressed = async (
  request: Request,
  response: Response,
  { gzip, ...sent }: Sent & { gzip(): Promise<Buffer> },
): Promise<void> => {
  response.vary('Accept-Encoding');
  if (!request.acceptsEncodings('gzip')) return send(request, response, sent);
  response.set('Content-Encoding', 'gzip');
  send(request, response, { ...sent, body: await gzip() });
};

const documentAge = 300;

/** The number of the pack held; without one the whole is asked for. */
const deltaQuery = z.object({ from: z.coerce.number().int().nonnegative().default(0) });

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
    const pack = await credentials.offlinePack();
    await sendCompressed(request, response, { ...pack.sent, contentType: 'application/jwt', maxAge: 0 });
  });
  router.get('/pack/delta', async (request, response) => {
    const { from } = parse(deltaQuery, request.query);
    const delta = await credentials.offlinePack.delta(from);
    if (!delta) throw new ServiceError('not_found');
    await sendCompressed(request, response, { ...delta, contentType: 'application/json', maxAge: 0 });
  });

  const sendDocument = (request: Request, response: Response, document: object, how: SendHow = {}): void => {
    const body = JSON.stringify(document);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    send(request, response, { contentType: 'application/json', maxAge: documentAge, ...how, body, etag });
  };
  const vocabularyOf = ({ params }: Request<{ type: string; version: string }>): Vocabulary => {
    const found = catalogue
      .vocabularies(params.type)
      .find(({ version }) => String(version) === params.version);
    if (!found) throw new ServiceError('not_found');
    return found;
  };
  // A version never changes once it is published (decision 0016).
  router.get('/contexts/:type/v:version', (request, response) =>
    sendDocument(request, response, writeJsonLdContext(vocabularyOf(request), baseUrl), {
      contentType: 'application/ld+json',
      immutable: true,
    }),
  );
  router.get('/types/:type/v:version', (request, response) =>
    sendDocument(request, response, writeSdJwtTypeMetadata(vocabularyOf(request), baseUrl), {
      immutable: true,
    }),
  );
  router.get('/types/:type', (request, response) => {
    const type = catalogue.get(request.params.type);
    sendDocument(request, response, writeSdJwtTypeMetadata(type, baseUrl));
  });
  router.get('/types/:type/schema', (request, response) => {
    const schema = writeJsonSchema(catalogue.get(request.params.type), baseUrl);
    sendDocument(request, response, schema, { contentType: 'application/schema+json' });
  });

  router.get('/certificate-types', (request, response) => {
    sendDocument(request, response, {
      types: catalogue.types().map((type) => writePublicType(type, baseUrl)),
    });
  });
  router.get('/certificate-types/:type', (request, response) => {
    sendDocument(request, response, writePublicType(catalogue.get(request.params.type), baseUrl));
  });
  return router;
};

const listNumber = (request: Request): number => {
  const { list } = request.params;
  if (typeof list !== 'string' || !/^[1-9]\d{0,5}$/.test(list)) throw new ServiceError('not_found');
  return Number(list);
};
