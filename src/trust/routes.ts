import { createHash } from 'node:crypto';
import { type Response, Router } from 'express';
import { ServiceError } from '../errors.ts';
import type { Trust } from './index.ts';

/** A compromised key must be known everywhere soon, so nothing is kept longer than a minute. */
const CACHE = 'public, max-age=60';

/** The province's public documents, for anybody and from any origin. */
export function trustRoutes(trust: Trust): Router {
  const router = Router();

  router.get('/trust/root', (_, response) => sendJson(response, trust.rootPublicJwk()));
  router.get('/trust/statement', async (_, response) => sendJws(response, await trust.rootStatement()));
  router.get('/trust/list', async (_, response) => sendJws(response, await trust.trustList()));
  router.get('/trust/document-ca.pem', async (_, response) =>
    send(response, 'application/x-pem-file', await trust.signers.authorities()),
  );
  router.get('/trust/document-ca.crl', async (_, response) => {
    const crl = await trust.signers.crl();
    if (!crl) throw new ServiceError('not_found');
    send(response, 'application/pkix-crl', crl);
  });
  router.get('/issuers/:id/did.json', (request, response) =>
    sendJson(response, trust.didDocument(request.params.id)),
  );
  router.get('/.well-known/jwt-vc-issuer/issuers/:id', (request, response) =>
    sendJson(response, trust.jwtVcIssuerMetadata(request.params.id)),
  );
  return router;
}

const sendJson = (response: Response, document: Record<string, unknown>) =>
  send(response, 'application/json', JSON.stringify(document));

const sendJws = (response: Response, jws: string) => send(response, 'application/jwt', jws);

/** Express answers 304 itself when If-None-Match names this ETag. */
function send(response: Response, type: string, body: string | Buffer): void {
  response.set({
    'Cache-Control': CACHE,
    ETag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    'Access-Control-Allow-Origin': '*',
  });
  // Express's own `set` would add a charset, which JSON and JWT do not have (RFC 8259 §11).
  response.setHeader('Content-Type', type);
  response.send(Buffer.from(body));
}
