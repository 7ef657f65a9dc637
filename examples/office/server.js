// An office app: officials enter it in their office, a realm of its own; everybody else is told who she is here.
// Set ISSUER, CLIENT_ID, CLIENT_SECRET and PORT; register http://localhost:PORT/callback and http://localhost:PORT/.
import express from 'express';
import { createPage, escapeHtml, heading } from '../shared/page.js';
import { createSessions } from '../shared/session.js';
import { capacityLine, createSignIn } from '../shared/sign-in.js';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const appUrl = process.env.APP_URL ?? `http://localhost:${PORT}`;
const sessions = createSessions('office_session', appUrl.startsWith('https:'));
const page = createPage({ zh: '政务工作台', en: 'Office', issuer: ISSUER });
const signIn = createSignIn({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  appUrl,
  scope: 'openid profile office',
  home: '/desk',
  sessions,
});

const roleNames = {
  issuer_clerk: '制证经办 Issuer clerk',
  approver: '审批 Approver',
  register_steward: '登记管理 Register steward',
  app_reviewer: '应用审核 App reviewer',
  counter_lead: '窗口负责人 Counter lead',
  system_administrator: '系统管理员 System administrator',
  security_administrator: '安全管理员 Security administrator',
  audit_administrator: '审计管理员 Audit administrator',
};

const app = express();
app.disable('x-powered-by');

app.get('/', (_req, res) => {
  const body = `${heading('政务工作台', 'Your office')}
<p>公职人员以单位身份登录，须用两种方式验证。<br><span class="soft" lang="en">Officials sign in for their unit, with two factors.</span></p>
<p><a class="main" href="/desk">登录工作台 <span lang="en">&nbsp;Sign in to my office</span></a></p>`;
  page(res, 200, body);
});

app.get('/login', signIn.login);
app.get('/callback', signIn.callback);
app.post('/logout', signIn.logout);

app.get('/desk', async (req, res) => {
  const session = sessions.find(req);
  if (!session?.accessToken) return res.redirect('/login');
  const { acting } = session;
  if (!acting.unit) {
    const body = `${heading('您未以公职身份登录', 'You are not here in an office')}${capacityLine(acting)}
<p>请切换到您的单位；没有可选单位，说明您没有岗位。<br><span class="soft" lang="en">Switch to your unit. If there is none to choose, you hold no post.</span></p>`;
    return page(res, 200, body, { signedIn: true });
  }
  // Asked each time: a post that has ended is dead here at once, whatever this session remembers.
  const response = await fetch(`${ISSUER}/admin/api/me`, {
    headers: { authorization: `Bearer ${session.accessToken}`, accept: 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw Object.assign(new Error('office_not_read'), { status: response.status });
  const { unit, roles } = (await response.json()).capacity;
  const held = roles.map((role) => escapeHtml(roleNames[role] ?? role)).join('、');
  const body = `${heading(escapeHtml(unit.name.zh), escapeHtml(unit.name.en))}${capacityLine(acting)}
<dl><dt>统一社会信用代码 <span lang="en">Credit code</span></dt><dd>${escapeHtml(unit.creditCode)}</dd>
<dt>行政区划 <span lang="en">Region</span></dt><dd>${escapeHtml(unit.region)}</dd>
<dt>岗位职责 <span lang="en">Roles</span></dt><dd>${held}</dd></dl>
<p class="soft">本应用在此身份下只知道您的另一个代号： <span lang="en">In your office this app knows you by another code:</span><br><code>${escapeHtml(session.sub)}</code></p>`;
  page(res, 200, body, { signedIn: true });
});

const sentences = {
  access_denied: ['您没有同意，未登录。', 'You chose not to go on.'],
  unmet_authentication_requirements: [
    '此身份需要更安全的登录方式，请先在“我的账户”添加。',
    'This office asks for a stronger sign-in. Add it in your account first.',
  ],
  office_not_read: ['该公职身份已失效，请重新登录。', 'This office has ended. Sign in again.'],
};
const later = ['暂时无法使用，请稍后再试。', 'This is not possible right now. Please try again later.'];

app.use((error, req, res, _next) => {
  console.error('office:', error.error ?? error.code ?? error.message);
  const sentence = sentences[error.error ?? error.message] ?? later;
  // An ended token serves nobody any more: the next sign-in starts afresh.
  if (error.status === 401) sessions.end(req, res);
  page(
    res,
    sentence === later ? 502 : 409,
    `${heading(...sentence)}<p><a class="link" href="/">返回 <span lang="en">&nbsp;Back</span></a></p>`,
  );
});

app.listen(PORT, '127.0.0.1', () => console.log(`office on ${appUrl}`));
