import dns from 'node:dns';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openPack, staticContexts, verify, verifyView } from '../../../src/verifier/core/index.ts';
import { issuerSignedOf, mdocType, textOf } from './make-mdoc.ts';
import { createTestProvince, goodIndex, makeKey, now, type TestProvince } from './test-province.ts';

/** A listener that would answer slowly, at length and otherwise each time; what counts is that nobody comes. */
const openCanary = async () => {
  const visits: string[] = [];
  const server = net.createServer((socket) => {
    visits.push(`${socket.remotePort}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return { visits, port, close: () => new Promise((resolve) => server.close(resolve)) };
};

describe('security (c) 37: the verifier’s core', () => {
  let canary: Awaited<ReturnType<typeof openCanary>>;
  let province: TestProvince;
  const fetchBefore = globalThis.fetch;
  const fetched = jest.fn(() => Promise.reject(new Error('network')));
  const connected = jest.spyOn(net.Socket.prototype, 'connect');
  const lookedUp = jest.spyOn(dns, 'lookup');
  beforeAll(async () => {
    province = await createTestProvince();
    canary = await openCanary();
    globalThis.fetch = fetched as unknown as typeof fetch;
    jest.clearAllMocks(); // listening looks its own address up
  });
  afterAll(async () => {
    globalThis.fetch = fetchBefore;
    jest.restoreAllMocks();
    await canary.close();
  });

  /** The listener under the names that filters forget, and places inside. */
  const addresses = (): string[] => [
    ...[
      '127.0.0.1',
      'localhost',
      '[::1]',
      '2130706433',
      '0177.0.0.1',
      '0x7f.1',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
    ].map((host) => `http://${host}:${canary.port}/x`),
    'http://169.254.169.254/latest/meta-data',
    'https://evil.example/x',
    'file:///etc/hostname',
    '//evil.example/x',
  ];
  const didOf = (address: string): string =>
    `did:web:${address
      .replace(/^\w*:?\/\//, '')
      .replaceAll(':', '%3A')
      .replaceAll('/', ':')}`;

  const nobodyWasAsked = () => {
    expect(canary.visits).toEqual([]);
    expect(connected).not.toHaveBeenCalled();
    expect(lookedUp).not.toHaveBeenCalled();
    expect(fetched).not.toHaveBeenCalled();
  };

  it('asks for no context, schema, status list, type or DID document that a W3C credential names', async () => {
    const trusted = await province.trustedWith();
    const credential = await province.ldpVcOf();
    const [revocation, suspension] = credential.credentialStatus as Record<string, unknown>[];
    const subject = credential.credentialSubject as object;
    const proof = credential.proof as object;
    const codes: string[] = [(await verify(JSON.stringify(credential), trusted, { now })).code];
    for (const url of addresses()) {
      const changes: object[] = [
        { '@context': [(credential['@context'] as string[])[0], url] },
        { '@context': [url, (credential['@context'] as string[])[1]] },
        { '@context': [...(credential['@context'] as string[]), url] },
        { '@context': [...(credential['@context'] as string[]), { '@import': url }] },
        { type: ['VerifiableCredential', url] },
        { issuer: didOf(url) },
        { issuer: url },
        { issuer: { id: url } },
        { id: url },
        { credentialSubject: { ...subject, id: didOf(url) } },
        { credentialSchema: { id: url, type: 'JsonSchema' } },
        { relatedResource: [{ id: url, digestSRI: 'sha384-x' }] },
        { refreshService: { id: url, type: 'x' } },
        { termsOfUse: { id: url, type: 'x' } },
        { evidence: { id: url, type: 'x' } },
        { renderMethod: { id: url, type: 'x' } },
        { credentialStatus: [1, 2].map(() => ({ ...revocation, statusListCredential: url })) },
        { credentialStatus: [{ ...revocation, statusListCredential: url }, suspension] },
        { proof: { ...proof, verificationMethod: `${didOf(url)}#key` } },
        { proof: { ...proof, verificationMethod: url } },
      ];
      for (const change of changes)
        codes.push((await verify(JSON.stringify({ ...credential, ...change }), trusted, { now })).code);
      // Signed by the department itself, as if it were led astray; a relative address it could not even sign.
      if (url.startsWith('//')) continue;
      const credentialStatus = [revocation, suspension].map((entry) => ({
        ...entry,
        statusListCredential: url,
      }));
      const signed = await province.ldpVcOf({ credentialStatus });
      codes.push((await verify(JSON.stringify(signed), trusted, { now })).code);
    }
    expect(codes.filter((code) => code === 'valid')).toHaveLength(1);
    nobodyWasAsked();
  });

  it('asks for no key, type metadata or status list that an SD-JWT VC names', async () => {
    const trusted = await province.trustedWith();
    const forger = await makeKey('ES256');
    const codes: string[] = [
      (await verify(await province.sdJwtOf(), trusted, { now })).code,
      (await verify(await province.showCodeOf(), trusted, { now })).code,
      (await verifyView(await province.viewOf(), trusted, { now })).code,
    ];
    for (const url of addresses()) {
      const header = { jku: url, x5u: url, x5c: [url], jwk: forger.publicJwk, kid: url };
      for (const text of [
        await province.sdJwtOf({}, { signer: forger, header }),
        await province.sdJwtOf({}, { header: { ...header, kid: province.keys.police.kid }, signer: forger }),
        await province.sdJwtOf({ vct: url, 'vct#integrity': 'sha256-x' }),
        await province.sdJwtOf({ iss: url }),
        await province.sdJwtOf({
          status: { status_list: { idx: goodIndex, uri: url, aggregation_uri: url } },
        }),
        await province.withKeyBinding(await province.sdJwtOf({ cnf: { jku: url, kid: url } })),
      ])
        codes.push((await verify(text, trusted, { now })).code);
    }
    expect(codes.filter((code) => code === 'valid')).toHaveLength(3);
    nobodyWasAsked();
  });

  it('asks for no certificate or status list that an ISO mdoc names', async () => {
    const trusted = await province.trustedWith({
      pack: (payload) => {
        payload.types = [structuredClone(mdocType)];
      },
    });
    const codes = [(await verify(textOf(await issuerSignedOf(province)), trusted, { now })).code];
    for (const url of addresses()) {
      const status = { status_list: { idx: goodIndex, uri: url } };
      for (const mdoc of [
        await issuerSignedOf(province, { mso: (mso) => void Object.assign(mso, { status }) }),
        // COSE headers x5u and x5t (RFC 9360).
        await issuerSignedOf(province, {
          issuerAuth: ([, header]) => void (header as Map<number, unknown>).set(35, url),
        }),
        await issuerSignedOf(province, {
          issuerAuth: (parts) => void parts.splice(1, 1, new Map<number, unknown>([[35, url]])),
        }),
      ])
        codes.push((await verify(textOf(mdoc), trusted, { now })).code);
    }
    expect(codes.filter((code) => code === 'valid')).toHaveLength(1);
    nobodyWasAsked();
  });

  it('opens a pack that is full of addresses without asking for one, and takes no context with other content', async () => {
    const url = `http://127.0.0.1:${canary.port}/contexts/driving_licence/v1`;
    const lists = {
      uri: `${url}/1`,
      revocation_url: `${url}/2`,
      suspension_url: `${url}/3`,
    };
    const open = async (change: object) => {
      const pack = await province.packOf({
        pack: ({ status_lists: [list], contexts }) => {
          Object.assign(list!, lists);
          Object.assign(contexts, change);
        },
      });
      const opened = await openPack(pack, { root: province.keys.root.publicJwk, now });
      return 'verdict' in opened ? opened.verdict.code : 'opened';
    };
    const { sha256 } = Object.values(await staticContexts())[0]!;
    expect(await open({})).toBe('opened');
    expect(await open({ [url]: { sha256, document: { '@context': url } } })).toBe('pack_invalid');
    nobodyWasAsked();
  });

  it('would have been noticed: the listener, the socket and the resolver are watched', async () => {
    const socket = net.connect(canary.port, 'localhost');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.on('close', resolve));
    expect(connected).toHaveBeenCalled();
    expect(lookedUp).toHaveBeenCalled();
    expect(canary.visits).toHaveLength(1);
  });

  it('imports nothing of Node’s and nothing else of ours, and turns safe mode off nowhere', () => {
    const folder = new URL('../../../src/verifier/core/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(20);
    for (const name of files) {
      const source = readFileSync(new URL(name, folder), 'utf8');
      const imports = [...source.matchAll(/(?:\bfrom\s+|import\()'([^'\n]+)'/g)].map((match) => match[1]!);
      for (const path of imports)
        expect(path).toMatch(/^(\.\/[a-z0-9-]+\.ts|base58-universal|cborg(\/.*)?|jose|@digitalbazaar\/.*)$/);
      expect(source).not.toMatch(/\bBuffer\b|\bprocess\.|\bfetch\(|safe:\s*false|\bDate\.now\b|\brequire\(/);
    }
  });
});
