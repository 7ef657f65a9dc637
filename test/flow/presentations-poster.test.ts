/** An office's poster 海报码: the wallet asks for its request, the verifier judges the answer, the counter gets it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Kit, openKit } from './counter-kit.ts';
import { answerForm, heldBy, presentSdJwt, readRequest, send } from './presentation-wallet.ts';
import { type RunningApp, startApp } from './start-app.ts';

const item = 'driving-licence-renewal';
const fields = ['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'authority'];

describe('a poster asks through OpenID4VP', () => {
  let app: RunningApp;
  let kit: Kit;
  let device: Awaited<ReturnType<Kit['enrolled']>>;
  let lead: string;
  let clerk: string;
  let poster: string;
  beforeAll(async () => {
    app = await startApp();
    kit = openKit(app, { now: () => Date.now() });
    lead = await kit.official('zj-police', ['counter_lead']);
    clerk = await kit.official('zj-police', ['issuer_clerk']);
    await kit.setPin(clerk, '270418');
    device = await kit.enrolled(lead);
    const made = await kit.api.call(lead, 'post', '/admin/api/posters', { counter: device.id, item });
    poster = made.body.id;
  }, 60_000);
  afterAll(() => app.stop());

  const scan = () => kit.sendTo('POST', `/presentations/posters/${poster}`, {});

  it('for exactly what its item needs, and what is sent waits at its counter under a number', async () => {
    const { status, body } = await scan();
    expect(status).toBe(201);
    const request = await readRequest(app, body.url);
    expect(request.dcql_query.credentials.map(({ id }) => id)).toEqual(['driving_licence']);
    expect(request.dcql_query.credentials[0]!.claims!.map(({ path }) => path[0])).toEqual(fields);
    expect(request.onecert.unit!.zh).toBe(app.core.trust.issuer('zj-police')!.name.zh);
    const licence = await heldBy(app, 'lin', 'driving_licence');
    const text = await presentSdJwt(licence, request, fields);
    const answer = await send(request, await answerForm(request, { driving_licence: [text] }));
    expect(answer).toMatchObject({ status: 200, body: { number: expect.stringMatching(/^\d{4}$/) } });
    const { entries } = (await device.ask('/inbox')).body;
    const entry = entries.find(({ number }: { number: string }) => number === answer.body.number);
    const shift = await kit.beginShift(device, clerk, '270418');
    const opened = await device.ask(`/inbox/${entry.id}/open`, { shift });
    const [one] = opened.body.credentials;
    expect(one.verdict.code).toBe('valid');
    expect(one.fields.map(({ name }: { name: string }) => name)).toEqual(fields);
    const lin = (await app.core.samplePerson('lin'))!;
    expect((await kit.logOf(lin.id, 'presentation.sent'))[0]!.fields).toEqual(fields);
  });

  it('takes no answer that is not valid, and none once it has ended', async () => {
    const request = await readRequest(app, (await scan()).body.url);
    const licence = await heldBy(app, 'lin', 'driving_licence');
    const wrong = await presentSdJwt(licence, request, fields, { nonce: 'another' });
    expect((await send(request, await answerForm(request, { driving_licence: [wrong] }))).status).toBe(400);
    const open = await readRequest(app, (await scan()).body.url);
    await kit.api.call(lead, 'post', `/admin/api/posters/${poster}/end`);
    const text = await presentSdJwt(licence, open, fields);
    expect((await send(open, await answerForm(open, { driving_licence: [text] }))).status).toBe(400);
    expect((await scan()).status).toBe(404);
    expect((await kit.sendTo('POST', '/presentations/posters/pt_AAAAAAAAAAAA', {})).status).toBe(404);
  });
});
