// oidc-provider by itself: its in-memory adapter or a plain one on SQLite, the app, key type, PKCE rule and lifetimes of our server as far as
// they decide what is done in a request, and an interaction that signs the person in at once: no page, no password.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { plainSqliteAdapter } from './plain-sqlite-adapter.mjs';

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SQLITE_FILE } = process.env;
const issuer = `http://localhost:${PORT}`;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKey = { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'login' };

const provider = new Provider(issuer, {
  ...(SQLITE_FILE ? { adapter: plainSqliteAdapter(SQLITE_FILE) } : {}),
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'openid profile offline_access',
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [signingKey] },
  responseTypes: ['code'],
  scopes: ['openid', 'profile', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name'] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  cookies: { keys: ['0123456789abcdef0123456789abcdef'], long: { signed: true }, short: { signed: true } },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1) },
  },
  ttl: {
    AccessToken: 900,
    AuthorizationCode: 60,
    ClientCredentials: 900,
    Grant: 50_000,
    IdToken: 600,
    Interaction: 600,
    Session: 1800,
  },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, name: '林晓雯' }) }),
  // Consent given before, as for our server: a new grant from what is remembered.
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const before = session.grantIdFor(client.clientId);
    const found = before && (await provider.Grant.find(before));
    if (found) return found;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile offline_access');
    await grant.save();
    return grant;
  },
});

const handle = provider.callback();
createServer((req, res) => {
  if (!req.url.startsWith('/interaction/')) return handle(req, res);
  return provider.interactionDetails(req, res).then(async ({ prompt, grantId, params, session }) => {
    if (prompt.name === 'login')
      return provider.interactionFinished(req, res, { login: { accountId: 'person' } });
    const grant =
      (grantId && (await provider.Grant.find(grantId))) ||
      new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    return provider.interactionFinished(
      req,
      res,
      { consent: { grantId: await grant.save() } },
      { mergeWithLastSubmission: true },
    );
  });
}).listen(Number(PORT), '127.0.0.1');
