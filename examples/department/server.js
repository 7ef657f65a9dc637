// A department's app: the second sign-in asks for no password, and this app knows the person by another `sub`.
// Set ISSUER, CLIENT_ID, CLIENT_SECRET and PORT; register http://localhost:PORT/callback and http://localhost:PORT/.
import express from 'express';
import * as client from 'openid-client';
import { createPage, escapeHtml, heading } from '../shared/page.js';
import { createSessions } from '../shared/session.js';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, PORTAL_URL } = process.env;
const appUrl = process.env.APP_URL ?? `http://localhost:${PORT}`;
const scope = 'openid item:driving-licence-renewal';
const sessions = createSessions('department_session', appUrl.startsWith('https:'));
const page = createPage({ zh: '公安交管', en: 'Traffic police', issuer: ISSUER });

let provider;
const discover = () => {
  const execute = ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : [];
  const metadata = { id_token_signed_response_alg: 'ES256' };
  const secret = client.ClientSecretBasic(CLIENT_SECRET);
  provider ??= client.discovery(new URL(ISSUER), CLIENT_ID, metadata, secret, { execute });
  provider.catch(() => {
    provider = undefined;
  });
  return provider;
};

const app = express();
app.disable('x-powered-by');

app.get('/', (_req, res) => {
  page(
    res,
    200,
    `${heading('我的办件', 'My cases')}<p><a class="main" href="/cases">查看 <span lang="en">&nbsp;See them</span></a></p>`,
  );
});

app.get('/login', async (req, res) => {
  const config = await discover();
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  sessions.begin(req, res, { checks: { pkceCodeVerifier, expectedState, expectedNonce } });
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${appUrl}/callback`,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  res.redirect(url.href);
});

app.get('/callback', async (req, res) => {
  const session = sessions.end(req, res);
  if (!session?.checks) return res.redirect('/');
  const here = new URL(req.originalUrl, appUrl);
  const tokens = await client.authorizationCodeGrant(await discover(), here, session.checks);
  const { sub } = tokens.claims();
  sessions.begin(req, res, { accessToken: tokens.access_token, idToken: tokens.id_token, sub });
  res.redirect('/cases');
});

const states = { accepted: '已受理 Accepted' };
const row = (found) => {
  const when = new Date(found.created_at * 1000).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' });
  return `<li><strong>${escapeHtml(found.item_name?.zh ?? found.item)}</strong> <span lang="en">${escapeHtml(found.item_name?.en ?? '')}</span><br>
<span class="soft">${escapeHtml(found.number)} · ${escapeHtml(states[found.state] ?? found.state)} · ${escapeHtml(when)}</span></li>`;
};

app.get('/cases', async (req, res) => {
  const session = sessions.find(req);
  if (!session?.accessToken) return res.redirect('/login');
  const response = await fetch(`${ISSUER}/portal/cases`, {
    headers: { authorization: `Bearer ${session.accessToken}`, accept: 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw Object.assign(new Error('cases_not_read'), { status: response.status });
  const { cases } = await response.json();
  const none = '<p>还没有办件。 <span lang="en">No cases yet.</span></p>';
  const back = `<p><a class="link" href="${escapeHtml(PORTAL_URL)}">返回一网通办 <span lang="en">&nbsp;Back to the portal</span></a></p>`;
  const body = `${heading('我的办件', 'My cases')}${cases.length > 0 ? `<ul>${cases.map(row).join('')}</ul>` : none}
<p class="soft">本应用只知道您的代号，与其他应用的不同。 <span lang="en">This app knows you by a code that no other app has:</span><br><code>${escapeHtml(session.sub)}</code></p>
${PORTAL_URL ? back : ''}`;
  page(res, 200, body, { signedIn: true });
});

app.post('/logout', async (req, res) => {
  const session = sessions.end(req, res);
  if (!session?.idToken) return res.redirect(303, '/');
  const parameters = { id_token_hint: session.idToken, post_logout_redirect_uri: `${appUrl}/` };
  res.redirect(303, client.buildEndSessionUrl(await discover(), parameters).href);
});

app.use((error, req, res, _next) => {
  if (error.status === 401 && sessions.mayRenew(req)) return res.redirect(303, '/login');
  console.error('department:', error.error ?? error.code ?? error.message);
  const refused = error.error === 'access_denied';
  const sentence = refused
    ? ['您没有同意，无法显示办件。', 'You chose not to go on, so no cases are shown.']
    : ['暂时无法查询，请稍后再试。', 'This is not possible right now. Please try again later.'];
  page(
    res,
    refused ? 409 : 502,
    `${heading(...sentence)}<p><a class="link" href="/">返回 <span lang="en">&nbsp;Back</span></a></p>`,
  );
});

app.listen(PORT, '127.0.0.1', () => console.log(`department on ${appUrl}`));
