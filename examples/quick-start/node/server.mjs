// Sign-in with OneCert: authorization code with PKCE. The library checks state, nonce, issuer, audience, times, signature.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express from 'express';
import * as oidc from 'openid-client';

const { ISSUER, PORT } = process.env;
const home = `http://localhost:${PORT}/`;
const { client_id, client_secret } = JSON.parse(readFileSync('client.json', 'utf8'));
const execute = [oidc.enableNonRepudiationChecks];
// For an issuer on this machine only.
if (new URL(ISSUER).hostname === 'localhost') execute.push(oidc.allowInsecureRequests);
const metadata = { client_secret, id_token_signed_response_alg: 'ES256' };
const config = await oidc.discovery(new URL(ISSUER), client_id, metadata, undefined, { execute });

// In memory here; a real app keeps its sessions in a store.
const sessions = new Map();
const idOf = (req) => /(?:^|; )app_session=([\w-]{43})/.exec(req.headers.cookie ?? '')?.[1];
const begin = (req, res, content) => {
  sessions.delete(idOf(req));
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, content);
  res.cookie('app_session', id, { httpOnly: true, sameSite: 'lax', secure: home.startsWith('https:') });
};
const safe = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const app = express();

app.get('/', (req, res) => {
  const name = sessions.get(idOf(req))?.name;
  res.send(
    name
      ? `<p>Signed in as <b>${safe(name)}</b></p><form method="post" action="/logout"><button>Sign out</button></form>`
      : '<p><a href="/login">Sign in with OneCert</a></p>',
  );
});

app.get('/login', async (req, res) => {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  begin(req, res, { checks });
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${home}callback`,
    scope: 'openid profile',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  res.redirect(url.href);
});

app.get('/callback', async (req, res) => {
  const { checks } = sessions.get(idOf(req)) ?? {};
  if (!checks) return res.redirect('/');
  const tokens = await oidc.authorizationCodeGrant(config, new URL(req.originalUrl, home), checks);
  const { sub } = tokens.claims();
  const { name } = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  begin(req, res, { sub, name, idToken: tokens.id_token });
  res.redirect('/');
});

app.post('/logout', (req, res) => {
  const { idToken } = sessions.get(idOf(req)) ?? {};
  sessions.delete(idOf(req));
  if (!idToken) return res.redirect(303, '/');
  const url = oidc.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: home });
  res.redirect(303, url.href);
});

app.use((error, _req, res, _next) => {
  console.error(error.error ?? error.message, error.error_description ?? '');
  res.status(400).send('<p>The sign-in did not work. <a href="/login">Try again</a></p>');
});

app.listen(PORT, 'localhost', () => console.log(`open ${home}`));
