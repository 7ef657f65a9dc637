/** OpenID4VP 1.0 with ISO mdoc (Annex B.2): the device signs what only this request can be. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { sessionTranscript } from '../../src/presentations/protocol/session-transcript.ts';
import {
  answerForm,
  type Held,
  heldBy,
  presentMdl,
  type Request,
  readRequest,
  registerAsker,
  send,
} from './presentation-wallet.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
let asker: Awaited<ReturnType<typeof registerAsker>>;
let licence: Held;
const [iso, own] = ['org.iso.18013.5.1', 'org.iso.18013.5.1.CN'];
const all = {
  [iso]: ['family_name_national_character', 'document_number', 'expiry_date'],
  [own]: ['points'],
};

beforeAll(async () => {
  app = await startApp();
  asker = await registerAsker(app, ['driving-points-statement']);
  licence = await heldBy(app, 'lin', 'driving_licence', 'mso_mdoc');
}, 60_000);
afterAll(() => app.stop());

const begin = async (more: object = {}): Promise<{ id: string; request: Request }> => {
  const { body } = await asker.ask({
    item: 'driving-points-statement',
    device: 'cross',
    format: 'mso_mdoc',
    ...more,
  });
  return { id: String(body.id), request: await readRequest(app, body.url) };
};

const answerWith = async (request: Request, text: string) =>
  send(request, await answerForm(request, { driving_licence: [text] }));

describe('a driving licence as mso_mdoc', () => {
  it.each([
    ['HAIP', {}],
    [
      'plain, in the clear',
      { profile: 'plain', client_id_prefix: 'x509_san_dns', response_mode: 'direct_post' },
    ],
  ])('%s: device-signed for this request, exactly the elements of the item', async (_name, more) => {
    const { id, request } = await begin(more);
    const [query] = request.dcql_query.credentials;
    expect(query!.claims!.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        [iso, 'document_number'],
        [own, 'points'],
      ]),
    );
    const text = await presentMdl(licence, request, { ...all, [own]: ['points', 'nationality'] });
    expect((await answerWith(request, text)).status).toBe(200);
    const { body } = await asker.result(id);
    expect(body).toMatchObject({ state: 'done', verdict: { code: 'valid' } });
    const [one] = body.credentials as { fields: { path: string[]; value: unknown }[] }[];
    const values = Object.fromEntries(one!.fields.map(({ path, value }) => [path[1], value]));
    expect(Object.keys(values).sort()).toEqual(
      ['document_number', 'expiry_date', 'family_name_national_character', 'points'].sort(),
    );
    expect(values.family_name_national_character).toBe('林晓雯');
    expect(typeof values.points).toBe('number');
  });

  it.each<[string, (request: Request) => Promise<string>]>([
    ['another nonce', (request) => presentMdl(licence, request, all, { nonce: 'another' })],
    ['another client_id', (request) => presentMdl(licence, request, all, { clientId: 'x509_hash:other' })],
    [
      'another response_uri',
      (request) => presentMdl(licence, request, all, { responseUri: 'https://other.example/' }),
    ],
    [
      'the thumbprint of no encryption key',
      (request) => presentMdl(licence, { ...request, client_metadata: {} }, all),
    ],
    [
      'another device key',
      async (request) => {
        const { privateKey } = await generateKeyPair('ES256', { extractable: true });
        return presentMdl(licence, request, all, { jwk: await exportJWK(privateKey) });
      },
    ],
    ['no DeviceAuth: the copy as it was issued', async () => licence.credential],
  ])('is refused with %s', async (_name, presented) => {
    const { id, request } = await begin();
    const { status, body } = await answerWith(request, await presented(request));
    expect([status, body]).toEqual([400, { error: 'invalid_request' }]);
    expect((await asker.result(id)).body).toMatchObject({ verdict: { code: 'wrong_holder' } });
  });

  it('is refused with an element missing, or an SD-JWT VC in its place', async () => {
    const lacking = await begin();
    const text = await presentMdl(licence, lacking.request, { [iso]: ['document_number'] });
    expect((await answerWith(lacking.request, text)).status).toBe(400);
    expect((await asker.result(lacking.id)).body).toMatchObject({ verdict: { code: 'malformed' } });
    const other = await begin();
    const sdJwt = await heldBy(app, 'lin', 'driving_licence');
    expect((await answerWith(other.request, sdJwt.credential)).status).toBe(400);
  });

  it('SHR-1 is asked for no element whose field the item does not list', async () => {
    const query = (path: string[]) => ({
      credentials: [
        {
          id: 'one',
          format: 'mso_mdoc',
          meta: { doctype_value: 'org.iso.18013.5.1.mDL' },
          claims: [{ path }],
        },
      ],
    });
    const ask = async (path: string[]) =>
      (
        await asker.ask({
          item: 'driving-points-statement',
          device: 'cross',
          dcql_query: query(path),
        })
      ).status;
    expect(await ask([own, 'points'])).toBe(201);
    expect(await ask([iso, 'issuing_country'])).toBe(201);
    expect(await ask([iso, 'portrait'])).toBe(403);
    expect(await ask([iso, 'resident_address'])).toBe(403);
    expect(await ask([iso, 'nothing'])).toBe(403);
    expect(await ask(['points'])).toBe(400);
  });
});

describe('SessionTranscript', () => {
  it('is the one of the example in OpenID4VP 1.0 Annex B.2.6.1', async () => {
    const transcript = await sessionTranscript({
      clientId: 'x509_san_dns:example.com',
      nonce: 'exc7gBkxjx1rdc9udRrveKvSsJIq80avlXeLHhGwqtA',
      jwkThumbprint: new Uint8Array(
        Buffer.from('4283ec927ae0f208daaa2d026a814f2b22dca52cf85ffa8f3f8626c6bd669047', 'hex'),
      ),
      responseUri: 'https://example.com/response',
    });
    expect(Buffer.from(transcript).toString('hex')).toBe(
      '83f6f682714f70656e494434565048616e646f7665725820048bc053c00442af9b8eed494cefdd9d95240d254b046b11b68013722aad38ac',
    );
  });
});
