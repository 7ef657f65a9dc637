// A portal: signs people in with OneCert, shows what the province already knows, starts a case.
// Set ISSUER, CLIENT_ID, CLIENT_SECRET and PORT; register http://localhost:PORT/callback and http://localhost:PORT/.
import express from 'express';
import { createPage, escapeHtml, heading } from '../shared/page.js';
import { createSessions } from '../shared/session.js';
import { capacityLine, createSignIn } from '../shared/sign-in.js';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, DEPARTMENT_URL } = process.env;
const appUrl = process.env.APP_URL ?? `http://localhost:${PORT}`;
const item = 'driving-licence-renewal';
const sessions = createSessions('portal_session', appUrl.startsWith('https:'));
const page = createPage({ zh: '一网通办', en: 'Province portal', issuer: ISSUER });

const signIn = createSignIn({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  appUrl,
  scope: `openid profile item:${item}`,
  home: '/renew',
  sessions,
});

/** Calls an API of the province in the person's name. */
const api = async (session, path, body) => {
  const response = await fetch(`${ISSUER}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${session.accessToken}`,
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.code), { status: response.status });
  return answer;
};

/** On a screen that others may see, a long number shows its ends only. */
const masked = (value) => String(value).replace(/^(\d{4})\d{7,}(\d{3}[\dX])$/, '$1**********$2');

const app = express();
app.disable('x-powered-by');

app.get('/', (req, res) => {
  const signedIn = sessions.find(req)?.accessToken !== undefined;
  const start = signedIn
    ? '开始办理 <span lang="en">&nbsp;Start</span>'
    : '登录并办理 <span lang="en">&nbsp;Sign in and start</span>';
  const promise =
    '以前跑 2 次、交 3 份材料；现在一次都不用跑。<br><span class="soft" lang="en">Before: 2 visits and 3 papers. Now: none.</span>';
  page(
    res,
    200,
    `${heading('驾驶证期满换证', 'Renew a driving licence')}<p>${promise}</p><p><a class="main" href="/renew">${start}</a></p>`,
    { signedIn },
  );
});

app.get('/login', signIn.login);
app.get('/callback', signIn.callback);
app.post('/logout', signIn.logout);

app.get('/renew', async (req, res) => {
  const session = sessions.find(req);
  if (!session?.accessToken) return res.redirect('/login');
  const { prefilled, visits, papers } = await api(session, `/portal/items/${item}`);
  const row = ({ label, value }) =>
    `<dt>${escapeHtml(label.zh)} <span lang="en">${escapeHtml(label.en)}</span></dt><dd>${escapeHtml(masked(value))}</dd>`;
  const body = `${heading('无需填写', 'Nothing to fill in')}
${capacityLine(session.acting)}
<p>以下信息由省内部门提供，请核对。<br><span class="soft" lang="en">The province has these already. Please check them.</span></p>
<dl>${prefilled.map(row).join('')}</dl>
<p class="soft">跑 ${Number(visits.now)} 次，交 ${Number(papers.now)} 份材料 <span lang="en">· ${Number(visits.now)} visits, ${Number(papers.now)} papers</span></p>
<form method="post" action="/cases"><button class="main">提交 <span lang="en">&nbsp;Submit</span></button></form>`;
  page(res, 200, body, { signedIn: true });
});

app.post('/cases', async (req, res) => {
  const session = sessions.find(req);
  if (!session?.accessToken) return res.redirect(303, '/login');
  session.case = await api(session, '/portal/cases', { item });
  res.redirect(303, '/done');
});

app.get('/done', (req, res) => {
  const started = sessions.find(req)?.case;
  if (!started) return res.redirect('/');
  const link = `<p><a class="link" href="${DEPARTMENT_URL && new URL('/cases', DEPARTMENT_URL)}">到公安交管查看进度 <span lang="en">&nbsp;See it at the traffic police</span></a></p>`;
  const body = `${heading('已受理', 'Accepted')}<p>办件编号 <span lang="en">Case number</span><br><strong>${escapeHtml(started.number)}</strong></p>${DEPARTMENT_URL ? link : ''}`;
  page(res, 200, body, { signedIn: true });
});

const sentences = {
  wrong_capacity: [
    '驾驶证只能由本人办理，请切换为本人身份。',
    'A licence is renewed by the person herself. Switch to your own identity.',
  ],
  access_denied: ['您没有同意，未办理任何事项。', 'You chose not to go on. Nothing was done.'],
  not_in_register: ['登记中没有您的驾驶证。', 'There is no driving licence for you in the register.'],
  register_entry_faulty: [
    '您的驾驶证登记有误，请到窗口核对。',
    'Your entry in the register is faulty. Please go to a counter.',
  ],
  certificate_state: [
    '您的驾驶证目前不能在线换证，请到窗口办理。',
    'Your licence cannot be renewed online now. Please go to a counter.',
  ],
};
const later = ['暂时无法办理，请稍后再试。', 'This is not possible right now. Please try again later.'];

app.use((error, req, res, _next) => {
  if (error.status === 401 && sessions.mayRenew(req)) return res.redirect(303, '/login');
  console.error('portal:', error.error ?? error.code ?? error.message);
  const sentence = sentences[error.error ?? error.message] ?? later;
  const acting = sessions.find(req)?.acting;
  page(
    res,
    sentence === later ? 502 : 409,
    `${heading(...sentence)}${acting ? capacityLine(acting) : ''}<p><a class="link" href="/">返回 <span lang="en">&nbsp;Back</span></a></p>`,
  );
});

app.listen(PORT, '127.0.0.1', () => console.log(`portal on ${appUrl}`));
