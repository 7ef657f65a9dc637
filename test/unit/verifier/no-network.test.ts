import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { verify } from '../../../src/verifier/core/index.ts';
import { createTestProvince, makeKey, now } from './test-province.ts';

describe('the verifier’s core', () => {
  const fetchBefore = globalThis.fetch;
  const fetched = jest.fn(() => Promise.reject(new Error('network')));
  beforeAll(() => {
    globalThis.fetch = fetched as unknown as typeof fetch;
  });
  afterAll(() => {
    globalThis.fetch = fetchBefore;
  });

  it('asks the network for nothing, whatever addresses the input names', async () => {
    const province = await createTestProvince();
    const trusted = await province.trustedWith();
    const forger = await makeKey('ES256');
    const header = { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x', jwk: forger.publicJwk };
    const credential = await province.ldpVcOf();
    const evil = 'http://169.254.169.254/contexts/driving_licence/v1';
    const inputs = [
      await province.showCodeOf(),
      await province.sdJwtOf(),
      await province.sdJwtOf({}, { signer: forger, header }),
      await province.sdJwtOf({ vct: 'https://evil.example/types/driving_licence' }),
      JSON.stringify(credential),
      JSON.stringify({ ...credential, '@context': ['https://www.w3.org/ns/credentials/v2', evil] }),
      JSON.stringify({ ...credential, issuer: 'did:web:evil.example' }),
      JSON.stringify({
        ...credential,
        credentialSchema: { id: 'https://evil.example/schema', type: 'JsonSchema' },
      }),
    ];
    const codes = [];
    for (const input of inputs) codes.push((await verify(input, trusted, { now })).code);
    expect(codes.filter((code) => code === 'valid')).toHaveLength(3);
    expect(fetched).not.toHaveBeenCalled();
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
