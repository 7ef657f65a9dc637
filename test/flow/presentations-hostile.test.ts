/** OpenID4VP with dishonest wallets, forgetful apps and a store that fails halfway. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerForm,
  type Held,
  heldBy,
  presentSdJwt,
  type Request,
  readRequest,
  registerAsker,
  send,
} from './presentation-wallet.ts';
import { type RunningApp, startApp } from './start-app.ts';

const item = 'driving-points-statement';
const asked = ['name', 'licence_number', 'valid_until', 'points'];

describe('a presentation that is meant to deceive', () => {
  let app: RunningApp;
  let asker: Awaited<ReturnType<typeof registerAsker>>;
  let lins: Held;
  let zhous: Held;
  beforeAll(async () => {
    app = await startApp();
    asker = await registerAsker(app, [item]);
    lins = await heldBy(app, 'lin', 'driving_licence');
    zhous = await heldBy(app, 'zhou', 'driving_licence');
  }, 60_000);
  afterAll(() => app.stop());

  const begin = async (body: object): Promise<{ id: string; request: Request }> => {
    const { status, body: one } = await asker.ask({ item, device: 'cross', ...body });
    expect([status, one]).toEqual([201, expect.anything()]);
    return { id: String(one.id), request: await readRequest(app, one.url) };
  };
  const licence = (id: string) => ({
    id,
    format: 'dc+sd-jwt',
    meta: { vct_values: [`${app.baseUrl}/types/driving_licence`] },
    claims: [{ path: ['name'] }, { path: ['points'] }],
  });
  const fieldsOf = (body: Record<string, unknown>) =>
    (body.credentials as { fields: unknown[] }[]).flatMap(({ fields }) => fields);

  it('of two people’s certificates in one answer none is given: wrong_holder', async () => {
    const dcql_query = { credentials: [licence('mine'), licence('hers')] };
    const { id, request } = await begin({ dcql_query });
    const answer = {
      mine: [await presentSdJwt(lins, request, asked)],
      hers: [await presentSdJwt(zhous, request, asked)],
    };
    expect((await send(request, await answerForm(request, answer))).status).toBe(400);
    const { body } = await asker.result(id);
    expect([(body.verdict as { code: string }).code, fieldsOf(body)]).toEqual(['wrong_holder', []]);
    const zhou = (await app.core.samplePerson('zhou'))!;
    expect((await app.core.audit.about(zhou.id, 1))[0]).toMatchObject({
      action: 'certificate.presented',
      result: 'refused',
      details: { verdict: 'wrong_holder' },
    });
    const own = await begin({ dcql_query });
    const two = {
      mine: [await presentSdJwt(lins, own.request, asked)],
      hers: [await presentSdJwt(await heldBy(app, 'lin', 'driving_licence'), own.request, asked)],
    };
    expect((await send(own.request, await answerForm(own.request, two))).status).toBe(200);
  });

  it('on the same device the app hears of an answer that was refused, and gets no field without the code', async () => {
    const same = { device: 'same', redirect_uri: 'https://asker.example/back' };
    const dcql_query = { credentials: [licence('one'), licence('two')] };
    const { id, request } = await begin({ ...same, dcql_query });
    const answer = {
      one: [await presentSdJwt(lins, request, asked)],
      two: [await presentSdJwt(lins, request, asked, { nonce: 'another' })],
    };
    const refused = await send(request, await answerForm(request, answer));
    expect(refused).toEqual({ status: 400, body: { error: 'invalid_request' } });
    const { body } = await asker.result(id);
    expect([body.state, (body.verdict as { code: string }).code, fieldsOf(body)]).toEqual([
      'done',
      'replayed',
      [],
    ]);
  });

  it('ZLB-6 what could not be written into the holder’s log is not given to the app', async () => {
    const { id, request } = await begin({});
    const form = await answerForm(request, {
      driving_licence: [await presentSdJwt(lins, request, asked)],
    });
    const { audit } = app.core;
    const { append } = audit;
    audit.append = () => Promise.reject(new Error('the disk is full'));
    try {
      expect((await send(request, form)).status).toBe(500);
    } finally {
      audit.append = append;
    }
    expect((await asker.result(id)).body.state).toBe('pending');
    expect((await send(request, form)).status).toBe(200);
    expect((await asker.result(id)).body.state).toBe('done');
  });

  it('CTR-2 no name of a member that every object has is taken for a claim', async () => {
    for (const path of [
      ['__proto__', 'constructor'],
      ['constructor', 'name'],
      ['org.iso.18013.5.1', 'toString'],
    ]) {
      const one = {
        id: 'one',
        format: 'mso_mdoc',
        meta: { doctype_value: 'org.iso.18013.5.1.mDL' },
        claims: [{ path }],
      };
      const { status } = await asker.ask({ item, device: 'cross', dcql_query: { credentials: [one] } });
      expect([path, status]).toEqual([path, 403]);
    }
  });
});
