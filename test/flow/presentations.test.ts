/** OpenID4VP 1.0 and HAIP 1.0: the province asks, a wallet of somebody else answers. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import {
  answerForm,
  type Held,
  heldBy,
  presentSdJwt,
  type Request,
  readRequest,
  registerAsker,
  send,
  type WrongBinding,
} from './presentation-wallet.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
let asker: Awaited<ReturnType<typeof registerAsker>>;
let licence: Held;
let permit: Held;
const item = 'driving-points-statement';
const asked = ['name', 'licence_number', 'valid_until', 'points'];
let time = Date.now();

beforeAll(async () => {
  app = await startApp({}, { clock: { now: () => time } });
  asker = await registerAsker(app, [item]);
  licence = await heldBy(app, 'lin', 'driving_licence');
  permit = await heldBy(app, 'lin', 'resident_id_card');
}, 60_000);
afterAll(() => app.stop());

const cross = { item, device: 'cross' };

const begin = async (body: object = cross): Promise<{ id: string; request: Request; number?: number }> => {
  const { status, body: one } = await asker.ask(body);
  expect([status, one]).toEqual([201, expect.anything()]);
  const request = await readRequest(app, one.url);
  return { id: String(one.id), request, ...(one.number ? { number: Number(one.number) } : {}) };
};

const answerWith = async (request: Request, wrong: WrongBinding = {}, claims = asked) =>
  send(
    request,
    await answerForm(request, { driving_licence: [await presentSdJwt(licence, request, claims, wrong)] }),
  );

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url');

const good = (request: Request, claims = asked) => presentSdJwt(licence, request, claims);

const verdictOf = async (id: string) =>
  ((await asker.result(id)).body.verdict as { code: string } | undefined)?.code;

describe('a presentation in two calls', () => {
  it('HAIP: a signed request by x509_hash, an encrypted answer, and exactly the fields of the item', async () => {
    const { id, request } = await begin();
    expect(request).toMatchObject({
      response_mode: 'direct_post.jwt',
      response_type: 'vp_token',
      aud: 'https://self-issued.me/v2',
      client_id: expect.stringMatching(/^x509_hash:[\w-]{43}$/),
    });
    expect((await asker.result(id)).body).toMatchObject({ state: 'pending' });
    // The wallet shows one more than was asked: the app never sees it.
    expect(await answerWith(request, {}, [...asked, 'address'])).toEqual({ status: 200, body: {} });
    const { body } = await asker.result(id);
    expect(body).toMatchObject({ state: 'done', verdict: { code: 'valid', outcome: 'valid' } });
    const [one] = body.credentials as { type: string; fields: { path: string[]; value: unknown }[] }[];
    expect(one!.type).toBe('driving_licence');
    expect(one!.fields.map(({ path }) => path[0])).toEqual(asked);
    expect(one!.fields[0]!.value).toBe('林晓雯');
  });

  it('gives the fields once, and keeps none of them', async () => {
    const { id, request } = await begin();
    await answerWith(request);
    const [first, second] = await Promise.all([asker.result(id), asker.result(id)]);
    expect([first.body.state, second.body.state].sort()).toEqual(['done', 'given']);
    const kept = await app.core.presentations.presentations.get(id);
    expect([kept?.outcome, kept?.decryption]).toEqual([undefined, undefined]);
  });
});

describe('an answer that is not what it should be is refused, and the wallet never hears why', () => {
  const refused = { status: 400, body: { error: 'invalid_request' } };
  const second = () => Math.floor(time / 1000);

  it.each<[string, string, () => Promise<WrongBinding>]>([
    ['another nonce', 'replayed', async () => ({ nonce: 'another-nonce' })],
    ['another audience', 'replayed', async () => ({ aud: 'x509_hash:somebody-else' })],
    ['an audience without its prefix', 'replayed', async () => ({ aud: 'localhost' })],
    ['a KB-JWT with a bad signature', 'wrong_holder', async () => ({ badSignature: true })],
    [
      'a KB-JWT by another key',
      'wrong_holder',
      async () => ({ key: (await generateKeyPair('ES256')).privateKey }),
    ],
    ['another sd_hash', 'tampered', async () => ({ sd_hash: 'A'.repeat(43) })],
    ['a KB-JWT of another type', 'malformed', async () => ({ typ: 'JWT' })],
    ['no KB-JWT', 'wrong_holder', async () => ({ unbound: true })],
    ['a KB-JWT ten minutes old', 'code_expired', async () => ({ iat: second() - 600 })],
    ['a KB-JWT from the future', 'clock_wrong', async () => ({ iat: second() + 3600 })],
  ])('%s', async (_name, code, wrong) => {
    const { id, request } = await begin();
    expect(await answerWith(request, await wrong())).toEqual(refused);
    const { body } = await asker.result(id);
    expect(body).toMatchObject({ state: 'done', verdict: { code } });
    expect((body.credentials as { fields: unknown[] }[]).flatMap(({ fields }) => fields)).toEqual([]);
  });

  it.each<[string, (request: Request) => Promise<unknown>]>([
    ['a claim is missing', async (request) => ({ driving_licence: [await good(request, ['name'])] })],
    ['another id of the query', async (request) => ({ licence: [await good(request)] })],
    [
      'two where one was asked',
      async (request) => ({ driving_licence: [await good(request), await good(request)] }),
    ],
    ['a text where a list belongs', async (request) => ({ driving_licence: await good(request) })],
    ['no credential at all', async () => ({})],
    ['a list in place of the object', async (request) => [await good(request)]],
    ['no credential but words', async () => ({ driving_licence: ['not a credential'] })],
    [
      'another type',
      async (request) => ({ driving_licence: [await presentSdJwt(permit, request, ['name'])] }),
    ],
  ])('%s', async (_name, vpToken) => {
    const { id, request } = await begin();
    expect(await send(request, await answerForm(request, await vpToken(request)))).toEqual(refused);
    expect(await verdictOf(id)).toBe('malformed');
  });

  it('a credential with a changed disclosure', async () => {
    const { id, request } = await begin();
    const [jwt] = licence.credential.split('~');
    const forged = Buffer.from(JSON.stringify(['c2FsdHNhbHRzYWx0c2FsdA', 'points', 0])).toString('base64url');
    const proof = await presentSdJwt(licence, request, [], { sd_hash: digestOf(`${jwt}~${forged}~`) });
    const text = [jwt, forged, proof.split('~').at(-1)].join('~');
    expect(await send(request, await answerForm(request, { driving_licence: [text] }))).toEqual(refused);
    expect(await verdictOf(id)).toBe('tampered');
  });

  it('a suspended certificate, at once', async () => {
    const { id, request } = await begin();
    const account = (await app.core.samplePerson('lin'))!;
    const [one] = await app.core.credentials.list({ holder: account.id, type: 'driving_licence' });
    await app.core.credentials.changeState(one!.id, '02', 'investigation', { actor: 'test' });
    const text = await good(request);
    expect(await send(request, await answerForm(request, { driving_licence: [text] }))).toEqual(refused);
    expect(await verdictOf(id)).toBe('suspended');
    await app.core.credentials.changeState(one!.id, '01', 'investigation_over', { actor: 'test' });
  });

  it.each<[string, (request: Request, vpToken: unknown) => Promise<URLSearchParams>]>([
    [
      'in the clear where encryption was asked',
      async ({ state }, vpToken) => new URLSearchParams({ vp_token: JSON.stringify(vpToken), state }),
    ],
    ['with another state', (request, vpToken) => answerForm(request, vpToken, { state: 'another' })],
    [
      'with an algorithm that was not offered',
      (request, vpToken) => answerForm(request, vpToken, { enc: 'A192GCM' }),
    ],
    ['for another key id', (request, vpToken) => answerForm(request, vpToken, { kid: 'another' })],
    [
      'encrypted to another key',
      async (request, vpToken) => {
        const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
        return answerForm(request, vpToken, {
          key: await exportJWK(publicKey),
          kid: request.client_metadata.jwks!.keys[0]!.kid!,
        });
      },
    ],
    ['that is no JWE', async () => new URLSearchParams({ response: 'a.b.c.d.e' })],
    ['with nothing in it', async () => new URLSearchParams()],
  ])('an answer %s is not taken, and the request stays open', async (_name, form) => {
    const { id, request } = await begin();
    const vpToken = { driving_licence: [await good(request)] };
    expect(await send(request, await form(request, vpToken))).toEqual(refused);
    expect((await asker.result(id)).body.state).toBe('pending');
    expect((await send(request, await answerForm(request, vpToken))).status).toBe(200);
  });

  it('the same answer a second time, and one of two at once', async () => {
    const { request } = await begin();
    const form = await answerForm(request, { driving_licence: [await good(request)] });
    const statuses = await Promise.all([send(request, form), send(request, form), send(request, form)]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect((await send(request, form)).status).toBe(404);
  });

  it('an answer made for another request', async () => {
    const [first, second] = [await begin(), await begin()];
    const text = await good(first.request);
    expect(await send(second.request, await answerForm(second.request, { driving_licence: [text] }))).toEqual(
      refused,
    );
    expect(await verdictOf(second.id)).toBe('replayed');
  });

  it('an answer after its time', async () => {
    const { id, request } = await begin({ ...cross, seconds: 60 });
    time += 61_000;
    expect((await answerWith(request)).status).toBe(404);
    expect((await asker.result(id)).body.state).toBe('expired');
  });
});

describe('the request', () => {
  it('carries the nonce of a wallet that fetches it by POST', async () => {
    const { body } = await asker.ask(cross);
    expect((await readRequest(app, body.url, 'of-the-wallet')).wallet_nonce).toBe('of-the-wallet');
  });

  it('is by x509_san_dns, or in the clear by redirect_uri, outside HAIP alone', async () => {
    const plain = {
      ...cross,
      profile: 'plain',
      client_id_prefix: 'x509_san_dns',
      response_mode: 'direct_post',
    };
    const { id, request } = await begin(plain);
    expect(request.client_id).toBe('x509_san_dns:localhost');
    expect(request.client_metadata.jwks).toBeUndefined();
    expect((await answerWith(request)).status).toBe(200);
    expect(await verdictOf(id)).toBe('valid');

    const { body } = await asker.ask({ ...plain, client_id_prefix: 'redirect_uri' });
    expect(body.request_uri).toBeUndefined();
    const link = new URL(String(body.openid4vp)).searchParams;
    const unsigned = Object.fromEntries(link) as unknown as Request;
    expect(unsigned.client_id).toBe(`redirect_uri:${unsigned.response_uri}`);
    expect((await answerWith(unsigned)).status).toBe(200);
    expect(await verdictOf(String(body.id))).toBe('valid');

    for (const odd of [
      { client_id_prefix: 'x509_san_dns' },
      { client_id_prefix: 'redirect_uri' },
      { response_mode: 'direct_post' },
    ])
      expect((await asker.ask({ ...cross, ...odd })).status).toBe(400);
  });

  it('has another key, nonce, state and address each time', async () => {
    const [one, two] = [(await begin()).request, (await begin()).request];
    for (const name of ['nonce', 'state', 'response_uri'] as const) expect(one[name]).not.toBe(two[name]);
    expect(one.client_metadata.jwks!.keys[0]!.x).not.toBe(two.client_metadata.jwks!.keys[0]!.x);
  });

  it('is gone once it was answered, and to who guesses', async () => {
    const { body } = await asker.ask(cross);
    const request = await readRequest(app, body.url);
    await answerWith(request);
    expect((await fetch(String(body.request_uri))).status).toBe(404);
    expect((await fetch(`${app.baseUrl}/presentations/requests/${'x'.repeat(32)}`)).status).toBe(404);
  });

  it('says who asks, what for, and three numbers of which one is on the asking screen', async () => {
    const { request, number } = await begin();
    const { onecert } = request;
    expect(onecert.name).toBe('示例租车 Sample rental');
    expect([onecert.right, onecert.numbers!.includes(number!), new Set(onecert.numbers).size]).toEqual([
      number,
      true,
      3,
    ]);
  });
});

describe('the same device', () => {
  const same = { item, device: 'same', redirect_uri: 'https://asker.example/back' };

  it('leads back with a code that is good once, and the result is for who brings it', async () => {
    const { id, request } = await begin(same);
    const { body } = await answerWith(request);
    const back = new URL(String(body.redirect_uri));
    expect(back.origin + back.pathname).toBe('https://asker.example/back');
    const code = back.searchParams.get('response_code')!;
    expect(new Set([code, id, request.state, request.nonce]).size).toBe(4);
    expect((await asker.result(id)).body.state).toBe('pending');
    expect((await asker.result(id, 'x'.repeat(32))).status).toBe(403);
    expect((await asker.result(id, code)).body.state).toBe('done');
    expect((await asker.result(id, code)).body.state).toBe('given');
  });

  it('leads nowhere that the app has not registered', async () => {
    expect((await asker.ask({ ...same, redirect_uri: 'https://evil.example/' })).status).toBe(400);
    expect((await asker.ask({ item, device: 'same' })).status).toBe(400);
  });

  it('tells the app of a refusal', async () => {
    const { id, request } = await begin(same);
    const no = new URLSearchParams({ error: 'access_denied', state: request.state });
    const { status, body } = await send(request, no);
    expect(status).toBe(200);
    const code = new URL(String(body.redirect_uri)).searchParams.get('response_code')!;
    expect((await asker.result(id, code)).body).toEqual({ id, state: 'refused' });
  });
});

describe('what an app may ask (SHR-1, CTR-2)', () => {
  const vct = (type: string) => `${app.baseUrl}/types/${type}`;
  const query = (type: string, ...names: string[]) => ({
    credentials: [
      {
        id: 'one',
        format: 'dc+sd-jwt',
        meta: { vct_values: [vct(type)] },
        claims: names.map((name) => ({ path: [name] })),
      },
    ],
  });

  it('SHR-1 nothing that its items do not list, and the attempt is logged', async () => {
    expect(
      (await asker.ask({ ...cross, dcql_query: query('driving_licence', 'name', 'points') })).status,
    ).toBe(201);
    for (const over of [query('driving_licence', 'name', 'address'), query('residence_permit', 'name')]) {
      const { status, body } = await asker.ask({ ...cross, dcql_query: over });
      expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('no item that its token does not name, no type that nobody here issues', async () => {
    expect((await asker.ask({ ...cross, item: 'driving-licence-renewal' })).status).toBe(403);
    expect((await asker.ask({ ...cross, dcql_query: query('nobody', 'name') })).status).toBe(404);
    const purpose = { zh: '核对准驾', en: 'Check the entitlement' };
    const own = { device: 'cross', dcql_query: query('driving_licence', 'points') };
    expect((await asker.ask({ ...own, purpose })).status).toBe(201);
    expect((await asker.ask(own)).status).toBe(400);
  });

  it('nothing of the result of another app', async () => {
    const other = await registerAsker(app, [item]);
    const { id } = await begin();
    expect((await other.result(id)).status).toBe(404);
    expect((await fetch(`${app.baseUrl}/presentations/${id}`)).status).toBe(401);
  });

  it('asks for a value, and for one of several sets', async () => {
    const base = query('driving_licence', 'name', 'points');
    const [one] = base.credentials;
    const claims = [
      { id: 'n', path: ['name'] },
      { id: 'p', path: ['points'], values: [999] },
    ];
    const valued = { credentials: [{ ...one, claims }] };
    const { request, id } = await begin({ ...cross, dcql_query: valued });
    expect((await send(request, await answerForm(request, { one: [await good(request)] }))).status).toBe(400);
    expect(await verdictOf(id)).toBe('malformed');
    const sets = { credentials: [{ ...one, claims, claim_sets: [['p'], ['n']] }] };
    const next = await begin({ ...cross, dcql_query: sets });
    expect(
      (await send(next.request, await answerForm(next.request, { one: [await good(next.request)] }))).status,
    ).toBe(200);
    const { body } = await asker.result(next.id);
    const [given] = body.credentials as { fields: { path: string[] }[] }[];
    expect(given!.fields.map(({ path }) => path)).toEqual([['name']]);
  });
});

describe('the holder’s log (ZLB-6)', () => {
  it('ZLB-6 names the app, the fields and the result, never a value', async () => {
    const account = (await app.core.samplePerson('lin'))!;
    const { request } = await begin();
    await answerWith(request);
    const refusal = await begin();
    await answerWith(refusal.request, { nonce: 'wrong' });
    const entries = (await app.core.audit.about(account.id)).filter(
      (one) => one.action === 'certificate.presented',
    );
    const good = entries.find(({ result }) => result === 'ok')!;
    expect(good).toMatchObject({
      actor: `client:${asker.clientId}`,
      fields: asked,
      details: { item, verdict: 'valid' },
    });
    expect(JSON.stringify(entries)).not.toContain('林晓雯');
  });
});
