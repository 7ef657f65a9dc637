/** A small site as its developer would write it: Express, openid-client, jose; one cookie, sessions in memory. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import * as client from 'openid-client';

export interface TestSite {
  origin: string;
  /** What its operator registers. */
  metadata: {
    client_name: string;
    redirect_uris: string[];
    post_logout_redirect_uris: string[];
    backchannel_logout_uri: string;
    backchannel_logout_session_required: boolean;
  };
  /** Once the province has given it its id and secret. */
  configure(issuer: string, clientId: string, clientSecret: string): Promise<void>;
  /** Logout tokens it accepted, each a whole payload, in order. */
  told: JWTPayload[];
  /** Claims of the last ID token. */
  idToken(): Record<string, unknown>;
  /** Answers back-channel requests with this status instead of looking at them; undefined: as it should. */
  answers: number | undefined;
  /** Requests to its back-channel address. */
  knocks: number;
  /** People signed in right now. */
  sessions(): number;
  close(): Promise<void>;
  /** Listens again on the same port. */
  reopen(): Promise<void>;
}

interface Session {
  sub: string;
  sid: unknown;
  idToken: string;
}

const event = 'http://schemas.openid.net/event/backchannel-logout';

export const startSite = async (
  name: string,
  over: { sessionRequired?: boolean } = {},
): Promise<TestSite> => {
  const app = express();
  const sessions = new Map<string, Session>();
  const pending = new Map<string, { nonce: string; verifier: string }>();
  const seen = new Set<string>();
  let config: client.Configuration;
  let jwks: ReturnType<typeof createRemoteJWKSet>;
  let lastClaims: Record<string, unknown> = {};
  const cookie = `site-${name}`;
  const sessionIdOf = (header = ''): string => new RegExp(`${cookie}=([^;]+)`).exec(header)?.[1] ?? '';

  app.get('/', (req, res) => {
    const session = sessions.get(sessionIdOf(req.headers.cookie));
    res.status(session ? 200 : 401).send(session ? `signed in at ${name}` : `signed out at ${name}`);
  });
  app.get('/login', async (req, res) => {
    const state = client.randomState();
    const nonce = client.randomNonce();
    const verifier = client.randomPKCECodeVerifier();
    pending.set(state, { nonce, verifier });
    const to = client.buildAuthorizationUrl(config, {
      redirect_uri: site.metadata.redirect_uris[0]!,
      scope: String(req.query.scope ?? 'openid profile'),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    res.redirect(to.href);
  });
  app.get('/callback', async (req, res) => {
    const url = new URL(req.originalUrl, site.origin);
    const state = url.searchParams.get('state')!;
    const { nonce, verifier } = pending.get(state)!;
    const tokens = await client.authorizationCodeGrant(config, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
    });
    const claims = tokens.claims()!;
    lastClaims = { ...claims };
    const id = randomUUID();
    sessions.set(id, { sub: claims.sub, sid: claims.sid, idToken: tokens.id_token! });
    res.cookie(cookie, id).redirect('/');
  });
  app.get('/logout', (req, res) => {
    const id = sessionIdOf(req.headers.cookie);
    const session = sessions.get(id)!;
    sessions.delete(id);
    const to = client.buildEndSessionUrl(config, {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: site.metadata.post_logout_redirect_uris[0]!,
      state: 'bye',
    });
    res.redirect(to.href);
  });
  // Back-Channel Logout 1.0 §2.6 to §2.8.
  app.post('/backchannel', express.urlencoded({ extended: false }), async (req, res) => {
    site.knocks += 1;
    res.set('cache-control', 'no-store');
    if (site.answers !== undefined) return void res.status(site.answers).end();
    try {
      const { issuer } = config.serverMetadata();
      const audience = config.clientMetadata().client_id;
      const options = {
        issuer,
        audience,
        typ: 'logout+jwt',
        requiredClaims: ['iat', 'exp', 'jti', 'events'],
      };
      const { payload } = await jwtVerify(String(req.body.logout_token), jwks, options);
      const events = payload.events as Record<string, unknown>;
      if (JSON.stringify(events[event]) !== '{}' || 'nonce' in payload) throw new Error('no logout token');
      if (payload.sub === undefined && payload.sid === undefined) throw new Error('names nobody');
      if (payload.exp! - payload.iat! > 120 || seen.has(payload.jti!))
        throw new Error('too long, or a replay');
      seen.add(payload.jti!);
      for (const [id, { sub, sid }] of sessions) {
        if (sub === payload.sub && (payload.sid === undefined || payload.sid === sid)) sessions.delete(id);
      }
      site.told.push(payload);
      res.status(200).end();
    } catch (error) {
      res.status(400).json({ error: 'invalid_request', error_description: (error as Error).message });
    }
  });

  let server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const site: TestSite = {
    origin,
    metadata: {
      client_name: `站点 ${name}`,
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/`],
      backchannel_logout_uri: `${origin}/backchannel`,
      backchannel_logout_session_required: over.sessionRequired ?? true,
    },
    async configure(issuer, clientId, clientSecret) {
      config = await client.discovery(
        new URL(issuer),
        clientId,
        { id_token_signed_response_alg: 'ES256' },
        client.ClientSecretBasic(clientSecret),
        { execute: [client.allowInsecureRequests] },
      );
      jwks = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!));
    },
    told: [],
    idToken: () => lastClaims,
    answers: undefined,
    knocks: 0,
    sessions: () => sessions.size,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async reopen() {
      server = createServer(app);
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    },
  };
  return site;
};

/** Asks again and again, for `seconds` at most. */
export const within = async (seconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (let tries = 0; tries < seconds * 20; tries += 1) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
};
