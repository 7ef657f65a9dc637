/** Odd input to what wallets, counters and apps may call: never a 5xx. Seeded, so that a fault comes again. */
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signInPortal } from '../../src/tour/sign-in-portal.ts';
import { type Kit, openKit } from './counter-kit.ts';
import { readRequest, registerAsker } from './presentation-wallet.ts';
import { type RunningApp, startApp } from './start-app.ts';

const item = 'driving-licence-renewal';

/** mulberry32 */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

interface Sent {
  type?: string;
  encoding?: string;
  body: Buffer;
}

const json = (value: unknown): Sent => ({
  type: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
});
const bytes = (text: string | Buffer, type = 'application/json', encoding?: string): Sent => ({
  type,
  body: Buffer.from(text),
  ...(encoding === undefined ? {} : { encoding }),
});

/** What no route expects. */
const strange: Sent[] = [
  ...[null, true, 1, 'text', [], [[]], [{}], {}].map(json),
  bytes('{"a":1e400}'),
  bytes('{"__proto__":{"item":"x"},"constructor":{"prototype":1}}'),
  bytes(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
  bytes(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
  bytes('{"item":"a","item":"b"}'),
  bytes('\ufeff{}'),
  bytes('{"shift":"\\ud800","text":"\\u0000"}'),
  bytes(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  bytes('{'),
  bytes(''),
  bytes(randomBytes(64)),
  bytes('{}', 'application/json; charset=utf-7'),
  bytes('{}', 'application/json; charset=utf-16'),
  bytes('{}', 'text/plain'),
  bytes('{}', 'multipart/form-data'),
  bytes('not gzip', 'application/json', 'gzip'),
  bytes(gzipSync(Buffer.alloc(20_000_000, 0x20)), 'application/json', 'gzip'),
  bytes(gzipSync(Buffer.alloc(20_000_000, 0x61)), 'application/x-www-form-urlencoded', 'gzip'),
  bytes('{}', 'application/json', 'zstd'),
  bytes(`"${'x'.repeat(1_200_000)}"`),
  ...[
    'response=a&response=b',
    'vp_token=%7B%7D&vp_token[]=1&state=a',
    'response=%00&state=%',
    'response=%ff%fe',
    'error[$ne]=1',
    '__proto__=1&response=a.b.c.d.e',
    `${'a=1&'.repeat(2000)}`,
    `response=${'e'.repeat(300_000)}`,
    'wallet_nonce=',
    `wallet_nonce=${'n'.repeat(5000)}`,
    'wallet_nonce=a&wallet_nonce=b',
  ].map((text) => bytes(text, 'application/x-www-form-urlencoded')),
];

/** In the place of each member of a good body. */
const values: unknown[] = [
  null,
  '',
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  1e308,
  true,
  [],
  {},
  [null],
  { $ne: null },
  '\u0000',
  '\ud800',
  '😀'.repeat(50),
  '../../etc/passwd',
  'constructor',
  '__proto__',
  'toString',
  'A'.repeat(43),
  'x'.repeat(100_000),
];

function* mutants(good: unknown): Generator<unknown> {
  if (typeof good !== 'object' || good === null) return;
  for (const name of Object.keys(good)) {
    const with_ = (value: unknown) =>
      Array.isArray(good)
        ? good.map((one, i) => (String(i) === name ? value : one))
        : { ...good, [name]: value };
    for (const value of values) yield with_(value);
    for (const inner of mutants((good as Record<string, unknown>)[name])) yield with_(inner);
  }
  if (!Array.isArray(good)) yield { ...good, more: 1 };
}

describe('odd input', () => {
  let at = Date.parse('2026-11-24T08:00:00Z');
  const clock = { now: () => at };
  const random = seeded(20_261_124);
  let app: RunningApp;
  let kit: Kit;
  let device: Awaited<ReturnType<Kit['enrolled']>>;
  let shift: string;
  let lead: string;
  let clerk: string;
  let poster: string;
  let enterWallet: () => Promise<string>;
  beforeAll(async () => {
    app = await startApp({}, { clock });
    kit = openKit(app, clock);
    lead = await kit.official('zj-police', ['counter_lead']);
    clerk = await kit.official('zj-police', ['issuer_clerk']);
    await kit.setPin(clerk, '270418');
    device = await kit.enrolled(lead);
    shift = await kit.beginShift(device, clerk, '270418');
    const made = await kit.api.call(lead, 'post', '/admin/api/posters', { counter: device.id, item });
    poster = made.body.id;
    const redirectUri = 'http://localhost:1/callback';
    const { clientId, clientSecret } = await app.core.apps.add({
      client_name: 'Another wallet',
      redirect_uris: [redirectUri],
      scope: 'openid wallet',
    });
    const { documentNumber: loginName } = (await app.core.samplePerson('lin'))!;
    const wallet = { baseUrl: app.baseUrl, clientId, clientSecret: clientSecret!, redirectUri };
    const known = { loginName, password: app.passwordOf('lin') };
    enterWallet = async () => (await signInPortal(wallet, known, 'openid wallet')).accessToken;
  }, 90_000);
  afterAll(() => app.stop());

  const ask = (method: string, path: string, sent?: Sent, authorization?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = httpRequest(`${app.baseUrl}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(sent?.type ? { 'content-type': sent.type } : {}),
          'idempotency-key': 'odd-input-1234',
          ...(sent?.encoding ? { 'content-encoding': sent.encoding } : {}),
          ...(sent ? { 'content-length': sent.body.length } : {}),
          ...(authorization ? { authorization } : {}),
        },
      });
      let status: number | undefined;
      call.on('response', (answer) => {
        status = answer.statusCode!;
        answer
          .resume()
          .on('end', () => resolve(status!))
          .on('error', () => resolve(status!));
      });
      // Too large a body is answered before it is read to its end.
      call.on('error', (error) => (status === undefined ? reject(error) : undefined));
      call.end(sent?.body);
    });

  /** So slow that no limiter by the minute turns anything away. */
  let step = 7_000;
  const faults: string[] = [];
  const limited: string[] = [];
  const check = async (what: string, asked: Promise<number>): Promise<void> => {
    const status = await asked.catch((error: Error) => (/ECONNRESET|EPIPE/.test(String(error)) ? 413 : 599));
    // Nobody answers at the addresses that these name: so says 503 verifier_unreachable.
    const unreachable = status === 503 && /^\/wallet\/api\/presentations\/(fetch|send) /.test(what);
    if (status >= 500 && !unreachable) faults.push(`${status} ${what}`);
    if (status === 429) limited.push(what);
    at += step;
  };
  const told = () => {
    expect(faults.splice(0)).toEqual([]);
    // What the limiter turned away was not tried.
    expect(limited.splice(0)).toEqual([]);
  };

  it('to public routes is never a 5xx', async () => {
    const asker = await registerAsker(app, ['driving-points-statement']);
    const { body } = await asker.ask({ item: 'driving-points-statement', device: 'cross', seconds: 900 });
    const began = at;
    const request = await readRequest(app, body.url);
    const posts = [
      '/counter/api/enrol',
      '/verify',
      '/wallet/phone-state',
      `/presentations/posters/${poster}`,
      new URL(request.response_uri).pathname,
      new URL(String(body.request_uri)).pathname,
    ];
    for (const path of posts)
      for (const [i, sent] of strange.entries()) {
        await check(`${path} strange[${i}]`, ask('POST', path, sent));
        // The request lives for 900 s.
        if (path.startsWith('/presentations/re')) at = began;
      }
    const ids = [
      '%00',
      '%ff',
      '..%2f..',
      'a'.repeat(3000),
      '__proto__',
      '%F0%9F%98%80',
      '%ED%A0%80',
      '-1',
      '1e9',
    ];
    for (const before of [
      '/p/',
      '/presentations/requests/',
      '/annotated-copies/',
      '/status/',
      '/items/',
      '/types/',
    ])
      for (const id of ids) await check(before + id, ask('GET', before + id));
    for (const from of ['-1', '1.5', '9007199254740993', 'x', '1e3', '', '0&from=1', '99999'])
      await check(`delta ${from}`, ask('GET', `/pack/delta?from=${from}`));
    told();
  }, 60_000);

  it('of texts that look like codes and certificates is never a 5xx', async () => {
    const lin = (await app.core.samplePerson('lin'))!;
    const show = await (await kit.phoneOf(lin, 'driving_licence', 'standard')).show();
    const context = { actor: 'test' };
    const { certificate } = await kit.phoneOf(lin, 'driving_licence', 'standard');
    const slip = await app.core.credentials.issueSlip({
      account: lin,
      type: 'driving_licence',
      certificate: certificate.id,
      context,
    });
    const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const texts = [
      ...[
        'SC1:',
        'SC1',
        'HC1:6BF',
        'SL1:',
        '{',
        '{"@context":[]}',
        '{"type":null}',
        '~',
        '..',
        '~~~~',
        'a.b.c~',
      ],
      `${header({ alg: 'none' })}.${header({})}.`,
      `${header({ alg: 'ES256', kid: 1, x5c: {} })}.${header({ iss: [], vct: {}, status: 1 })}.AA~~`,
      `${header({ alg: 'ES256', typ: 'dc+sd-jwt', kid: '__proto__' })}.${header({ _sd: 1, _sd_alg: [] })}.AA~W10~`,
      'o2d2ZXJzaW9u',
      JSON.stringify({ proof: [[[]]], credentialSubject: 'x', type: ['VerifiableCredential'] }),
    ];
    for (const text of [show, slip.text])
      for (let i = 0; i < 60; i += 1) {
        const place = Math.floor(random() * text.length);
        const end = random() < 0.3 ? place : place + 1;
        const instead = String.fromCharCode(32 + Math.floor(random() * 95)).repeat(random() < 0.2 ? 300 : 1);
        texts.push(text.slice(0, place) + instead + text.slice(end));
      }
    for (const text of texts)
      await check(`verify ${text.slice(0, 60)}`, ask('POST', '/verify', json({ credential: text })));
    for (const text of texts.slice(0, 40)) {
      const path = '/counter/api/looks';
      const proof = `Counter ${await device.proof('POST', path)}`;
      await check(`look ${text.slice(0, 60)}`, ask('POST', path, json({ shift, item, text }), proof));
    }
    told();
  }, 60_000);

  it('of an enrolled counter is never a 5xx', async () => {
    const lin = (await app.core.samplePerson('lin'))!;
    const document = { kind: lin.documentKind, number: lin.documentNumber, name: lin.name };
    const witness = { officer: clerk, pin_key: 'A'.repeat(43) };
    const result = {
      id: 'r'.repeat(20),
      officer: clerk,
      item,
      format: 'show-code',
      verdict: 'valid',
      type: 'driving_licence',
      view: 1,
      entry: { list: 1, index: 2 },
      cti: '0102030405060708',
      scanned_at: kit.now(),
      made_at: kit.now(),
      pack_number: 1,
    };
    const goods: Record<string, object> = {
      '/shifts': { officer: clerk, pin_key: 'A'.repeat(43) },
      '/looks': { shift, item, text: 'nothing', nonce: 'a0a1a2a3a4a5a6a7', fields: ['class'] },
      '/no-phone': {
        shift,
        item,
        case: 'case_AAAAAAAAAAAAAAAA',
        type: 'driving_licence',
        document,
        presence: witness,
      },
      '/face-sessions': { shift, sample: 'match' },
      '/results': { results: [result], wrong_pins: [{ officer: clerk, count: 1 }] },
      '/inbox/ci_AAAAAAAAAAAAAAAAAAAAAA/open': { shift },
      '/annotated-copies': {
        shift,
        case: 'case_AAAAAAAAAAAAAAAA',
        type: 'driving_licence',
        view: 'standard',
        days: 3,
      },
    };
    for (const [path, good] of Object.entries(goods)) {
      const full = `/counter/api${path}`;
      for (const body of [good, ...mutants(good)]) {
        const what = `${path} ${JSON.stringify(body).slice(0, 300)}`;
        const proof = `Counter ${await device.proof('POST', full)}`;
        await check(what, ask('POST', full, json(body), proof));
      }
    }
    for (const authorization of ['Counter', 'Counter a.b.c', 'Counter e30.e30.AA', 'Counter bnVsbA.e30.AA'])
      await check(authorization, ask('GET', '/counter/api/me', undefined, authorization));
    for (const kid of [1, {}, [], null, { $ne: '' }, '\u0000', 'ct_']) {
      const proof = await device.proof('GET', '/counter/api/me', {}, kid as never).catch(() => undefined);
      const parts = (proof ?? 'a.b.c').split('.');
      const named = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'onecert-counter+jwt', kid }));
      const text = [named.toString('base64url'), parts[1], parts[2]].join('.');
      await check(`kid ${JSON.stringify(kid)}`, ask('GET', '/counter/api/me', undefined, `Counter ${text}`));
    }
    told();
  }, 120_000);

  it('of an app and of a wallet is never a 5xx', async () => {
    step = 1_100;
    const { clientId } = await registerAsker(app, []);
    const tokenOf = {
      app: async () => (await registerAsker(app, ['driving-points-statement'])).token,
      wallet: () => enterWallet(),
    };
    const claims = [
      { id: 'n', path: ['name'] },
      { id: 'p', path: ['points'], values: [6] },
    ];
    const credential = {
      id: 'one',
      format: 'dc+sd-jwt',
      meta: { vct_values: [`${app.baseUrl}/types/driving_licence`] },
      claims,
      claim_sets: [['n'], ['p']],
      multiple: true,
      trusted_authorities: [{ type: 'aki', values: ['x'] }],
      require_cryptographic_holder_binding: true,
    };
    const dcql_query = {
      credentials: [credential],
      credential_sets: [{ options: [['one']], required: true }],
    };
    const asked = {
      item: 'driving-points-statement',
      device: 'cross',
      purpose: { zh: '核对', en: 'Check' },
      seconds: 60,
      dcql_query,
    };
    const certificate = 'c_AAAAAAAAAAAAAAAAAAAAAA';
    const credentials = [{ certificate, format: 'dc+sd-jwt', paths: [['name']] }];
    const wallet = '/wallet/api/presentations';
    const goods: [string, keyof typeof tokenOf, object][] = [
      ['/presentations', 'app', asked],
      [`${wallet}/preview`, 'wallet', { verifier: { app: clientId }, credentials }],
      [
        `${wallet}/outcomes`,
        'wallet',
        {
          verifier: { host: 'a.example' },
          result: 'refused',
          credentials: [{ certificate, fields: ['name'] }],
        },
      ],
      [`${wallet}/fetch`, 'wallet', { url: 'https://127.0.0.1/', wallet_nonce: 'n' }],
      [`${wallet}/send`, 'wallet', { url: 'https://[::1]:1/', form: { response: 'x' } }],
      [
        '/wallet/api/objections',
        'wallet',
        { kind: 'wrong_field', certificate, field: 'address', words: 'x' },
      ],
      ['/wallet/api/objections', 'wallet', { kind: 'delete_data', of: { kind: 'app', id: 'x' }, words: 'x' }],
      ['/wallet/api/uses/stop', 'wallet', { kind: 'family', id: 'x' }],
      ['/wallet/api/changes/seen', 'wallet', { upTo: 1 }],
    ];
    for (const [path, kind, good] of goods) {
      let bearer = '';
      let until = 0;
      for (const body of [good, ...mutants(good)]) {
        if (at >= until) {
          bearer = await tokenOf[kind]();
          until = at + 240_000;
        }
        const what = `${path} ${JSON.stringify(body).slice(0, 400)}`;
        await check(what, ask('POST', path, json(body), `Bearer ${bearer}`));
      }
    }
    const bearer = await tokenOf.wallet();
    for (const query of ['after=x', 'after=a:1', 'after=%00', 'after=a&after=b', 'after[]=a'])
      await check(query, ask('GET', `/wallet/api/uses?${query}`, undefined, `Bearer ${bearer}`));
    told();
  }, 120_000);

  it('of a lead or an officer is never a 5xx', async () => {
    const goods: Record<string, object> = {
      counters: { name: '1号窗口', unit: 'zj-police', items: [item], days: 30 },
      [`counters/${device.id}/items`]: { items: [item] },
      posters: { counter: device.id, item },
      'counter-pin': { pin: '123456' },
      cases: { item, document: { kind: '111', number: '110101199003070000' } },
      [`counter-flags/cf_${'A'.repeat(22)}/close`]: { outcome: 'explained' },
    };
    for (const [path, good] of Object.entries(goods))
      for (const body of [good, ...mutants(good)]) {
        const answer = kit.api.call(lead, 'post', `/admin/api/${path}`, body as object);
        await check(
          `${path} ${JSON.stringify(body).slice(0, 300)}`,
          answer.then(({ status }) => status),
        );
      }
    told();
  }, 60_000);
});
