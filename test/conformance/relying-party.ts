/** The suite's side of a plan: a client, its authorization by the scripted browser, and what it checks of each answer. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import { readSuiteConfig, ScriptedBrowser, type SuiteConfig } from './scripted-browser.ts';
import { type Callback, type SuiteServer, startSuiteServer } from './suite-server.ts';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

export interface Client {
  client_id: string;
  client_secret?: string;
  /** How the token endpoint is told who asks; adds to the request. */
  authenticate(form: URLSearchParams, headers: Headers): void | Promise<void>;
  redirectUri: string;
}

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  type: string;
  body: Body;
}

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token?: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

type Parameters = Record<string, string | undefined>;

/** With which browser, by which part of the configuration, how. */
export interface Going {
  browser?: ScriptedBrowser;
  module?: string;
  method?: 'GET' | 'POST';
}

export const basicAuth = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

export const bySecretBasic = (id: string, secret: string, redirectUri: string): Client => ({
  client_id: id,
  client_secret: secret,
  redirectUri,
  authenticate: (_form, headers) => headers.set('authorization', basicAuth(id, secret)),
});

export const bySecretPost = (id: string, secret: string, redirectUri: string): Client => ({
  client_id: id,
  client_secret: secret,
  redirectUri,
  authenticate(form) {
    form.set('client_id', id);
    form.set('client_secret', secret);
  },
});

export class RelyingParty {
  readonly op: HttpsApp;
  readonly suite: SuiteServer;
  readonly mode: 'default' | 'form_post';
  readonly config: SuiteConfig;

  constructor(op: HttpsApp, suite: SuiteServer, file: string, mode: 'default' | 'form_post') {
    this.op = op;
    this.suite = suite;
    this.mode = mode;
    this.config = readSuiteConfig(file, {
      'https://id.example.test': op.front.origin,
      'HER-PASSWORD': op.passwordOf('lin'),
    });
  }

  /** One browser, its cookies kept for all it does; both origins are reached over TLS. */
  browser(headers: Record<string, string> = {}): ScriptedBrowser {
    const { op, suite } = this;
    return new ScriptedBrowser(
      (url, init) => (url.origin === op.front.origin ? op : suite).front.fetch(url, init),
      headers,
    );
  }

  async get(path: string): Promise<Answer> {
    return this.answerOf(await this.op.front.fetch(`${this.op.front.origin}${path}`));
  }

  async answerOf(response: Response): Promise<Answer> {
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const body = /json/.test(type) ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, type, body };
  }

  /** The request as the suite makes it: no PKCE, a state and a nonce with every character a URL may hold. */
  request(client: Client, more: Parameters = {}): { url: string; state?: string; nonce?: string } {
    const odd = (): string => `${randomBytes(8).toString('hex')}-._~`;
    const { mode } = this;
    const all: Parameters = {
      client_id: client.client_id,
      redirect_uri: client.redirectUri,
      scope: 'openid',
      state: odd(),
      nonce: odd(),
      response_type: 'code',
      response_mode: mode === 'form_post' ? mode : undefined,
      ...more,
    };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const url = `${this.op.front.origin}/auth?${new URLSearchParams(given.sort())}`;
    return {
      url,
      ...(all.state === undefined ? {} : { state: all.state }),
      ...(all.nonce === undefined ? {} : { nonce: all.nonce }),
    };
  }

  /** Where the response parameters are: in the form for form_post, else in the query. */
  responseOf(callback: Callback): Record<string, string> {
    return this.mode === 'form_post' ? callback.form : callback.query;
  }

  /** Through the pages to the callback; `module` picks the part of the configuration, as the suite does. */
  async authorize(
    client: Client,
    more: Parameters = {},
    { browser = this.browser(), module = '', method = 'GET' }: Going = {},
  ) {
    const { url, state, nonce } = this.request(client, more);
    this.suite.received();
    const scripts = this.config.override[module]?.browser ?? this.config.browser;
    const page = await browser.run(scripts, url, method);
    const callback = this.suite.received()[0];
    const response = callback === undefined ? {} : this.responseOf(callback);
    return { page, callback, response, state, nonce, browser };
  }

  async redeem(client: Client, code: string, more: Record<string, string> = {}): Promise<Answer> {
    const grant = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, ...more };
    return this.token(client, grant);
  }

  async token(client: Client, fields: Record<string, string>): Promise<Answer> {
    const form = new URLSearchParams(fields);
    const headers = new Headers({ accept: 'application/json' });
    await client.authenticate(form, headers);
    headers.set('content-type', 'application/x-www-form-urlencoded');
    const { front } = this.op;
    return this.answerOf(
      await front.fetch(`${front.origin}/token`, { method: 'POST', headers, body: form.toString() }),
    );
  }

  /** Signature by the key its header names, of the keys we publish, and the claims of OpenID Connect Core §3.1.3.7. */
  async verify(
    client: Client,
    jwt: string,
    nonce?: string,
  ): Promise<{ claims: JWTPayload; header: ProtectedHeaderParameters }> {
    const { body } = await this.get('/jwks');
    const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(body as never), {
      issuer: this.op.front.origin,
      audience: client.client_id,
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    if (payload.nonce !== nonce) throw new Error('the nonce is another');
    return { claims: payload, header: protectedHeader };
  }

  /** A whole flow that has to succeed: callback, tokens, a verified ID token, and an access token good at userinfo. */
  async flow(
    client: Client,
    more: Parameters = {},
    options: Going = {},
    redeemWith: Record<string, string> = {},
  ) {
    const went = await this.authorize(client, more, options);
    const { response, state, nonce } = went;
    if (response.code === undefined)
      throw new Error(`no code: ${JSON.stringify(response)} at ${went.page.url}`);
    if (response.state !== state || response.iss !== this.op.front.origin)
      throw new Error(`state or iss is another: ${JSON.stringify(response)}`);
    const answer = await this.redeem(client, response.code, redeemWith);
    if (answer.status !== 200) throw new Error(`no tokens: ${JSON.stringify(answer)}`);
    const tokens = answer.body as unknown as Tokens;
    const { claims, header } = await this.verify(client, tokens.id_token, nonce);
    return { ...went, code: response.code, tokens, claims, header };
  }

  /** The three ways of RFC 6750 §2 that OpenID Connect Core §5.3.1 knows. */
  async userinfo(token: string, way: 'get' | 'post header' | 'post body' = 'get'): Promise<Answer> {
    const { front } = this.op;
    const method = way === 'get' ? 'GET' : 'POST';
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const bearer = { authorization: `Bearer ${token}` };
    const init =
      way === 'get'
        ? { headers: bearer }
        : way === 'post header'
          ? { method, headers: { ...bearer, ...form } }
          : { method, headers: form, body: `access_token=${encodeURIComponent(token)}` };
    return this.answerOf(await front.fetch(`${front.origin}/me`, init));
  }
}

export interface Plan {
  op: HttpsApp;
  suite: SuiteServer;
  stop(): Promise<void>;
}

/** The server behind its TLS front, and the suite beside it. */
export const startPlan = async (env: NodeJS.ProcessEnv = {}): Promise<Plan> => {
  const suite = await startSuiteServer();
  // What an operator says of the suite's host: docs/conformance.md.
  const folder = mkdtempSync(join(tmpdir(), 'onecert-suite-'));
  const caFile = join(folder, 'suite.pem');
  writeFileSync(caFile, suite.front.certificate);
  const { host } = new URL(suite.front.origin);
  const op = await startHttpsApp({ OUTGOING_HOSTS: host, OUTGOING_CA_FILE: caFile, ...env });
  return {
    op,
    suite,
    async stop() {
      await op.stop();
      await suite.close();
      rmSync(folder, { recursive: true });
    },
  };
};
