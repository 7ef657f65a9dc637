// An app and its person, without a screen: PKCE, the pages if there are any, the code, the tokens. One client for our
// server and for the peer.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { HttpSession } from '../dist/tour/http-session.js';
import { challengeOf } from '../dist/tour/soft-passkey.js';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { kty, crv, x, y } = key.publicKey.export({ format: 'jwk' });
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A DPoP proof for one request. */
const proof = (htu) => {
  const header = encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } });
  const claims = encoded({ jti: random(), htm: 'POST', htu, iat: Math.floor(Date.now() / 1000) });
  const signature = sign('sha256', Buffer.from(`${header}.${claims}`), {
    key: key.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${header}.${claims}.${signature.toString('base64url')}`;
};

const random = () => randomBytes(32).toString('base64url');

export class RelyingParty {
  #endpoints;
  #app;
  atApp = (url) => url.href.startsWith(this.#app.redirectUri);

  constructor(endpoints, app) {
    this.#endpoints = endpoints;
    this.#app = app;
  }

  static async of(baseUrl, app) {
    const response = await fetch(`${baseUrl}/.well-known/openid-configuration`);
    return new RelyingParty(await response.json(), app);
  }

  /** The link of the app's sign-in button. */
  request(prompt) {
    const verifier = random();
    const url = new URL(this.#endpoints.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: this.#app.clientId,
      response_type: 'code',
      redirect_uri: this.#app.redirectUri,
      scope: this.#app.scope,
      state: random(),
      nonce: random(),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(prompt ? { prompt } : {}),
    });
    return { url, verifier };
  }

  /** An authorization to its code: with a new session she signs in, with a kept one she is signed in already. */
  async authorize(session, { person, passkey, prompt } = {}) {
    const { url, verifier } = this.request(prompt);
    let page = await session.open(url, this.atApp);
    for (let step = 0; !(page.next && this.atApp(page.next)); step += 1) {
      if (page.status !== 200 || step > 3 || !person)
        throw new Error(`sign-in stopped at ${page.url.pathname} with ${page.status}`);
      if (passkey && page.html.includes('id="passkey-form"')) {
        const response = passkey.answer(challengeOf({ text: page.html }));
        page = await session.submit(session.form(page, /\/passkey$/), { response }, this.atApp);
        continue;
      }
      const form = session.form(page, /\/(sign-in|capacity|consent)$/);
      const login = Object.keys(form.fields).find((name) => /login/i.test(name));
      page = await session.submit(
        form,
        login
          ? { [login]: person.loginName, password: person.password }
          : { capacity: 'self', decision: 'agree' },
        this.atApp,
      );
    }
    const code = page.next.searchParams.get('code');
    if (!code) throw new Error(`no code: ${page.next.searchParams.get('error')}`);
    return { code, verifier };
  }

  #basic() {
    const { clientId, clientSecret } = this.#app;
    return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
  }

  async #token(fields) {
    const { clientId, clientSecret } = this.#app;
    const headers = clientSecret ? this.#basic() : {};
    const body = new URLSearchParams(clientSecret ? fields : { ...fields, client_id: clientId });
    const response = await fetch(this.#endpoints.token_endpoint, { method: 'POST', headers, body });
    const answer = await response.json();
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}: ${answer.error}`);
    return answer;
  }

  redeem({ code, verifier }) {
    return this.#token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: this.#app.redirectUri,
    });
  }

  refresh(refreshToken) {
    return this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  clientCredentials() {
    return this.#token({ grant_type: 'client_credentials' });
  }

  async introspect(token) {
    const response = await fetch(this.#endpoints.introspection_endpoint, {
      method: 'POST',
      headers: this.#basic(),
      body: new URLSearchParams({ token }),
    });
    const { active } = await response.json();
    if (active !== true) throw new Error(`introspection answered ${response.status}`);
  }

  /** A pushed request (RFC 9126), and tokens bound to a key (RFC 9449). */
  async pushedAndBound(session) {
    const { url, verifier } = this.request('none');
    const pushed = await fetch(this.#endpoints.pushed_authorization_request_endpoint, {
      method: 'POST',
      headers: this.#basic(),
      body: url.searchParams,
    });
    const { request_uri } = await pushed.json();
    url.search = new URLSearchParams({ client_id: this.#app.clientId, request_uri });
    const { next } = await session.open(url, this.atApp);
    const response = await fetch(this.#endpoints.token_endpoint, {
      method: 'POST',
      headers: { ...this.#basic(), dpop: proof(this.#endpoints.token_endpoint) },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: next.searchParams.get('code'),
        code_verifier: verifier,
        redirect_uri: this.#app.redirectUri,
      }),
    });
    const { token_type } = await response.json();
    if (token_type !== 'DPoP') throw new Error(`the token endpoint answered ${response.status}`);
  }

  async userInfo(accessToken) {
    const response = await fetch(this.#endpoints.userinfo_endpoint, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const claims = await response.json();
    if (!claims.sub) throw new Error(`userinfo answered ${response.status}`);
  }

  /** From nothing to tokens. */
  async signIn({ person, passkey, prompt, session = new HttpSession() } = {}) {
    return this.redeem(await this.authorize(session, { person, passkey, prompt }));
  }

  /** A browser that has signed in already. */
  async signedInSession(person) {
    const session = new HttpSession();
    await this.redeem(await this.authorize(session, { person }));
    return session;
  }
}
