import dgram from 'node:dgram';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  applyDelta,
  createReplayMemory,
  openPack,
  type PublicKeyJwk,
  type Trusted,
  type Verdict,
  verdictCodes,
  verify,
} from '../../../src/verifier/core/index.ts';
import { issuerSignedOf, mdocType, textOf } from './make-mdoc.ts';
import { createTestProvince, now as provinceNow } from './test-province.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));
interface Case {
  input: string;
  now?: number;
  nonce?: string;
  before?: { input: string; now: number }[];
  pack?: number;
}

/** Every door out of a process: each throws, and says so afterwards. */
const doors: [object, string][] = [
  [net, 'connect'],
  [net, 'createConnection'],
  [net.Socket.prototype, 'connect'],
  [tls, 'connect'],
  [http, 'request'],
  [http, 'get'],
  [https, 'request'],
  [https, 'get'],
  [http2, 'connect'],
  [dgram, 'createSocket'],
  [dgram.Socket.prototype, 'send'],
  ...(['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'reverse'] as const).flatMap(
    (name): [object, string][] => [
      [dns, name],
      [dns.promises, name],
    ],
  ),
  ...['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'].map((name): [object, string] => [
    globalThis,
    name,
  ]),
];

describe('no verdict on any format makes a network call of any kind', () => {
  const calls: string[] = [];
  const before: [object, string, PropertyDescriptor | undefined][] = [];
  beforeAll(() => {
    for (const [owner, name] of doors) {
      before.push([owner, name, Object.getOwnPropertyDescriptor(owner, name)]);
      const shut = jest.fn(() => {
        calls.push(name);
        throw new Error(`${name}: there is no network`);
      });
      Object.defineProperty(owner, name, { value: shut, configurable: true, writable: true });
    }
    syncBuiltinESMExports();
  });
  afterAll(() => {
    for (const [owner, name, descriptor] of before) {
      if (descriptor) Object.defineProperty(owner, name, descriptor);
      else Reflect.deleteProperty(owner, name);
    }
    syncBuiltinESMExports();
  });

  it('over every vector, an ISO mdoc, and every pack and delta', async () => {
    const seenCodes = new Set<string>();
    const seenFormats = new Set<string>();
    const note = ({ code, format }: Verdict): void => {
      seenCodes.add(code);
      seenFormats.add(format);
    };
    const packs = read('pack.json') as {
      now: number;
      root: PublicKeyJwk;
      cases: { pack?: string; same?: number; memory?: never }[];
    };
    const trustedBy = async (pack: string): Promise<Trusted> => {
      const opened = await openPack(pack, { root: packs.root, now: packs.now });
      if ('verdict' in opened) throw new Error(opened.verdict.code);
      return opened.trusted;
    };
    for (const { pack, same, memory } of packs.cases) {
      const text = pack ?? packs.cases[same!]!.pack!;
      const opened = await openPack(text, { root: packs.root, now: packs.now, memory });
      if ('verdict' in opened) note(opened.verdict);
    }
    const deltas = read('pack-delta.json');
    for (const { held, delta, memory } of deltas.cases) {
      const text = typeof delta === 'string' ? delta : JSON.stringify(delta);
      const opened = await applyDelta(text, deltas.packs[held], {
        root: deltas.root,
        now: deltas.now,
        memory,
      });
      if ('verdict' in opened) note(opened.verdict);
    }
    for (const name of ['show-code.json', 'slip.json', 'credentials.json']) {
      const file = read(name) as { now: number; pack: string; cases: Case[] };
      for (const each of file.cases) {
        const trusted = await trustedBy(
          name === 'slip.json' ? file.pack : packs.cases[each.pack ?? 0]!.pack!,
        );
        const seen = createReplayMemory(() => file.now);
        let firstCode: Verdict['firstCode'];
        for (const scan of each.before ?? [])
          ({ firstCode } = await verify(scan.input, trusted, { now: scan.now, seen, firstCode }));
        const nonce = each.nonce ? new Uint8Array(Buffer.from(each.nonce, 'hex')) : undefined;
        note(await verify(each.input, trusted, { now: each.now ?? file.now, nonce, seen, firstCode }));
      }
    }
    const province = await createTestProvince();
    const trusted = await province.trustedWith({
      pack: (payload) => void Object.assign(payload, { types: [structuredClone(mdocType)] }),
    });
    note(await verify(textOf(await issuerSignedOf(province)), trusted, { now: provinceNow }));
    note(await verify('https://pay.example/code', trusted, { now: provinceNow }));

    expect(calls).toEqual([]);
    // Only the online answer knows what superseded what.
    expect(verdictCodes.filter((code) => !seenCodes.has(code))).toEqual(['superseded']);
    expect([...seenFormats].sort()).toEqual(
      ['annotated-copy', 'dc+sd-jwt', 'ldp_vc', 'mso_mdoc', 'show-code', 'slip', 'unknown'].sort(),
    );
  });

  it('would be noticed: every door is shut', async () => {
    expect(() => net.connect(1)).toThrow('there is no network');
    expect(() => new net.Socket().connect(1)).toThrow('there is no network');
    expect(() => http.get('http://127.0.0.1:1/')).toThrow('there is no network');
    expect(() => dns.lookup('a.example', () => undefined)).toThrow('there is no network');
    expect(() => fetch('http://127.0.0.1:1/')).toThrow('there is no network');
    expect(calls).toHaveLength(5);
  });
});
