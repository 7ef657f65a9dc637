/**
 * Two apps of the profile `high`, a person, and two instances of the server behind a TLS front. Each step of a sign-in can
 * be taken by itself, so that it can be taken wrong.
 */
import { expect, jest } from '@jest/globals';
import { exportJWK, importJWK } from 'jose';
import * as client from 'openid-client';
import { type Answer, addKeyApp, dpopProof, type KeyApp, newKeys } from '../flow/key-app.ts';
import { type Started, walkThrough } from '../flow/test-app.ts';
import { type HttpsApp, startHttpsApp } from './tls-front.ts';

export type Keys = Awaited<ReturnType<typeof newKeys>>;
type Over = Record<string, string | undefined>;

export interface Asked {
  of?: KeyApp;
  fields?: Over;
  assertion?: string;
  /** null: none. */
  proof?: string | null;
}

const usual = { scope: 'openid profile offline_access', prompt: 'consent' };

export class Fapi2Kit {
  readonly server: HttpsApp;
  readonly origin: string;
  readonly app: KeyApp;
  readonly second: KeyApp;
  /** Of DPoP proofs made by hand. */
  readonly keys: Keys;
  readonly person: { loginName: string; password: string };

  constructor(of: Pick<Fapi2Kit, 'server' | 'origin' | 'app' | 'second' | 'keys' | 'person'>) {
    this.server = of.server;
    this.origin = of.origin;
    this.app = of.app;
    this.second = of.second;
    this.keys = of.keys;
    this.person = of.person;
  }

  async push(over: Over = {}, more: Parameters<KeyApp['post']>[2] = {}) {
    const { parameters, checks } = await this.app.request({ ...usual, ...over });
    const answer = await this.app.post('/request', parameters, more);
    const request_uri = String(answer.body.request_uri);
    return {
      ...answer,
      started: { url: this.app.authorize({ client_id: this.app.clientId, request_uri }), checks },
    };
  }

  /** Signs in and agrees. */
  async answer(started: Started): Promise<{ started: Started; callback: URL; code: string }> {
    const callback = new URL(await walkThrough(this.app.browser(), started, this.person));
    return { started, callback, code: callback.searchParams.get('code')! };
  }

  start(over: Over = {}): Promise<Started> {
    return this.app.start({ ...usual, ...over });
  }

  async authorize(over: Over = {}) {
    return this.answer(await this.start(over));
  }

  tokenAt() {
    return { htm: 'POST', htu: `${this.origin}/token` };
  }

  parAt() {
    return { htm: 'POST', htu: `${this.origin}/request` };
  }

  resourceAt(token: string) {
    return { htm: 'GET', htu: `${this.origin}/me`, token };
  }

  async redeem(code: string, started: Started, asked: Asked = {}): Promise<Answer> {
    const { of = this.app, fields = {}, assertion, proof } = asked;
    const all = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.app.redirectUri,
      code_verifier: started.checks.pkceCodeVerifier,
      ...fields,
    };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    const dpop = proof === undefined ? await dpopProof(this.keys, this.tokenAt()) : proof;
    return of.post('/token', Object.fromEntries(given) as Record<string, string>, {
      ...(assertion === undefined ? {} : { assertion }),
      headers: dpop === null ? {} : { dpop },
    });
  }

  /** The whole way, by openid-client. */
  async signIn(over: Over = {}) {
    const { started, callback } = await this.authorize(over);
    const DPoP = client.getDPoPHandle(this.app.config, await client.randomDPoPKeyPair('ES256'));
    return { tokens: await this.app.redeem(callback.href, started, { DPoP }), DPoP, callback };
  }

  /** An access token bound to `keys`. */
  async token(): Promise<string> {
    const { started, code } = await this.authorize();
    return (await this.redeem(code, started)).body.access_token as string;
  }

  resource(token: string, proof: string | undefined, scheme = 'DPoP'): Promise<Answer> {
    return this.app.send(`${this.origin}/me`, {
      headers: { authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { dpop: proof }) },
    });
  }

  /** What /auth says to a browser that nobody is signed in with. */
  async meet(url: URL): Promise<string> {
    const visit = await this.app.browser().request(url.href);
    const location = visit.headers.get('location');
    if (location === null) return /\binvalid_\w+/.exec(visit.text)?.[0] ?? `page ${visit.status}`;
    if (location.includes('/interaction/')) return 'asked';
    return new URL(location).searchParams.get('error') ?? 'code';
  }
}

export const openFapi2Kit = async (): Promise<Fapi2Kit> => {
  const server = await startHttpsApp({}, { instances: 2 });
  const { front, core } = server;
  const served = { baseUrl: front.origin, apps: core.apps, fetch: front.fetch };
  const metadata = () => ({
    scope: 'profile wallet',
    grant_types: ['authorization_code' as const, 'refresh_token' as const],
  });
  const { documentNumber } = (await core.samplePerson('lin'))!;
  return new Fapi2Kit({
    server,
    origin: front.origin,
    app: await addKeyApp(served, { profile: 'high', alg: 'PS256', metadata: metadata() }),
    second: await addKeyApp(served, { profile: 'high', metadata: metadata() }),
    keys: await newKeys('ES256'),
    person: { loginName: documentNumber, password: server.passwordOf('lin') },
  });
};

/** An RSA key once more, for RS256: a key object of the platform knows only one scheme. */
export const asRs256 = async ({ privateKey, publicKey }: Keys): Promise<Keys> => {
  const { alg: _alg, ...jwk } = await exportJWK(privateKey);
  return { privateKey: (await importJWK(jwk, 'RS256')) as Keys['privateKey'], publicKey };
};

/** Everybody's clock goes on: the server's, the library's and the app's. */
export const later = (seconds: number): void => {
  const at = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => at() + seconds * 1000);
};

export const refusedAsClient = ({ status, body }: Answer): void => {
  expect([400, 401]).toContain(status);
  expect(['invalid_client', 'invalid_request']).toContain(body.error);
};
