/** What this issuer says of itself: the document programs read at /.well-known/openid-configuration, for our own pages. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';

/** OpenID Connect Discovery 1.0 §3, RFC 8414 §2. */
export interface Discovery {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  scopes_supported: string[];
  claims_supported: string[];
  acr_values_supported?: string[];
  id_token_signing_alg_values_supported: string[];
  token_endpoint_auth_methods_supported: string[];
  registration_endpoint?: string;
  end_session_endpoint?: string;
  backchannel_logout_supported?: boolean;
  [member: string]: unknown;
}

/** Asks the login itself, without a network, so that a page cannot say anything else than the document does. */
export const readDiscovery = (issuer: string, login: RequestHandler): Promise<Discovery> =>
  new Promise((resolve, reject) => {
    const req = Object.assign(new IncomingMessage(new Socket()), {
      method: 'GET',
      url: '/.well-known/openid-configuration',
      headers: { host: new URL(issuer).host, accept: 'application/json' },
    });
    const res = Object.assign(new ServerResponse(req), { locals: {} });
    res.end = (body: unknown) => {
      if (res.statusCode === 200) resolve(JSON.parse(String(body)) as Discovery);
      else reject(new TypeError(`the discovery document answered ${res.statusCode}`));
      return res;
    };
    login(req as never, res as never, reject);
  });
