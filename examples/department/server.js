// A department's app: the second sign-in asks for no password, and this app knows the person by another `sub`.
// Set ISSUER, CLIENT_ID, CLIENT_SECRET and PORT; register http://localhost:PORT/callback and http://localhost:PORT/.
import express from 'express';
import { createPage, escapeHtml, heading } from '../shared/page.js';
import { createSessions } from '../shared/session.js';
import { createSignIn } from '../shared/sign-in.js';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, PORTAL_URL } = process.env;
const appUrl = process.env.APP_URL ?? `http://localhost:${PORT}`;
const sessions = createSessions('department_session', appUrl.startsWith('https:'));
const page = createPage({ zh: '公安交管', en: 'Traffic police', issuer: ISSUER });

const signIn = createSignIn({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  appUrl,
  scope: 'openid item:driving-licence-renewal',
  home: '/cases',
  sessions,
});

const app = express();
app.disable('x-powered-by');

app.get('/', (_req, res) => {
  page(
    res,
    200,
    `${heading('我的办件', 'My cases')}<p><a class="main" href="/cases">查看 <span lang="en">&nbsp;See them</span></a></p>`,
  );
});

app.get('/login', signIn.login);
app.get('/callback', signIn.callback);
app.post('/logout', signIn.logout);

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
