// `node bench/known-and-unknown.mjs [--samples 2000]`: does the time of an answer tell who has an account? Whole answers
// over HTTP in random order, half for a known person and half for nobody, one JSON line a question: medians, and p of the
// Mann-Whitney test (a small p says that the two differ).
import { randomInt } from 'node:crypto';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { HttpSession } from '../dist/tour/http-session.js';
import { freePort } from '../dist/tour/server-process.js';
import { removeFolders, temporaryFolder } from './leftovers.mjs';
import { median, rounded } from './measure.mjs';
import { ServerUnderTest } from './server-under-test.mjs';

const { values } = parseArgs({ options: { samples: { type: 'string', default: '2000' } } });
const samples = Number(values.samples);
const concurrency = 8;
const redirectUri = 'https://timing.example.test/callback';

const one = { name: '测试王小明', documentKind: '111', proofingLevel: 2 };
const people = [
  { ...one, documentNumber: '330102199003076111', phone: '13800138001', password: 'lake-west-42-boat' },
  { ...one, documentNumber: '330106198511220029', phone: '13800138002', password: 'tea-hill-19-cloud' },
  { ...one, documentNumber: '330327197804153016', phone: '13800138002', password: 'river-bend-77-moon' },
];
const nobody = () => `139${String(randomInt(100_000_000)).padStart(8, '0')}`;

/** Abramowitz and Stegun 7.1.26: the error is below 1.5e-7. */
const normalTail = (z) => {
  const t = 1 / (1 + 0.3275911 * (z / Math.SQRT2));
  const series = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  return 0.5 * series.reduce((sum, factor) => (sum + factor) * t, 0) * Math.exp((-z * z) / 2);
};

/** Two-sided p of the Mann-Whitney U test, by the normal approximation. */
const mannWhitney = (a, b) => {
  const all = [...a.map((time) => [time, 1]), ...b.map((time) => [time, 0])].sort(([x], [y]) => x - y);
  const ranks = all.reduce((sum, [, first], place) => sum + (first ? place + 1 : 0), 0);
  const u = ranks - (a.length * (a.length + 1)) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return 2 * normalTail(Math.abs(u - (a.length * b.length) / 2) / deviation);
};

const signInPage = async (baseUrl) => {
  const session = new HttpSession();
  const query = new URLSearchParams({
    client_id: 'timing',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const page = await session.open(`${baseUrl}/auth?${query}`);
  const { fields } = session.form(page, /\/sign-in$/);
  const post = async (way, body) => {
    const answer = await session.request(`${page.url.href}/${way}`, {
      method: 'POST',
      body: new URLSearchParams({ csrf: fields.csrf, ...body }),
    });
    return answer.status;
  };
  return post;
};

/** What is asked, and the status each answer has to have. */
const questions = {
  'a wrong password': [422, (post, name) => post('sign-in', { login_name: name, password: 'not the one' })],
  'a code by text message': [200, (post, phone) => post('sms-send', { phone })],
};

const ask = async (baseUrl, [status, act], known) => {
  const order = Array.from({ length: samples }, (_, place) => place % 2 === 0);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  const times = { known: [], unknown: [] };
  const worker = async () => {
    let post = await signInPage(baseUrl);
    // A sign-in page is good for ten minutes.
    for (let number = 1; order.length > 0; number += 1) {
      if (number % 100 === 0) post = await signInPage(baseUrl);
      const isKnown = order.pop();
      const name = isKnown ? known : nobody();
      const before = performance.now();
      const answered = await act(post, name);
      times[isKnown ? 'known' : 'unknown'].push(performance.now() - before);
      if (answered !== status) throw new Error(`answered ${answered}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return times;
};

const port = await freePort();
const baseUrl = `http://localhost:${port}`;
const server = new ServerUnderTest({
  entry: new URL('login-without-limits.mjs', import.meta.url),
  ready: `${baseUrl}/.well-known/openid-configuration`,
  env: {
    PORT: String(port),
    DATA_DIR: temporaryFolder(),
    REDIRECT_URI: redirectUri,
    PEOPLE: JSON.stringify(people),
  },
});
try {
  await server.start();
  for (const [question, how] of Object.entries(questions)) {
    for (const [who, name] of [
      ['one account', people[0].phone],
      ['two accounts on a phone', people[1].phone],
    ]) {
      const { known, unknown } = await ask(baseUrl, how, name);
      const line = {
        question,
        known: who,
        samples,
        concurrency,
        known_median_ms: rounded(median(known)),
        unknown_median_ms: rounded(median(unknown)),
        p: Number(mannWhitney(known, unknown).toPrecision(3)),
        load_average_1m: rounded(loadavg()[0]),
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  }
} finally {
  await server.stop();
  removeFolders();
}
