import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  base45Decode,
  openPack,
  type PublicKeyJwk,
  type Trusted,
  verify,
} from '../../../src/verifier/core/index.ts';
import { createTestProvince, day, fields, now } from './test-province.ts';

const vectors = JSON.parse(readFileSync(new URL('../../vectors/slip.json', import.meta.url), 'utf8')) as {
  now: number;
  root: PublicKeyJwk;
  pack: string;
  layers: { text: string; bytes: string };
  cases: { title: string; input: string; now?: number; expected: string }[];
};

const opened = async (): Promise<Trusted> => {
  const pack = await openPack(vectors.pack, { root: vectors.root, now: vectors.now });
  if ('verdict' in pack) throw new Error('the pack does not open');
  return pack.trusted;
};

describe('slip.json', () => {
  it.each(vectors.cases)('$title: $expected', async ({ input, now: at = vectors.now, expected }) => {
    expect((await verify(input, await opened(), { now: at })).code).toBe(expected);
  });

  it('the bytes are those of the text', () => {
    const bytes = base45Decode(vectors.layers.text.slice(4))!;
    expect(Buffer.from(bytes).toString('hex')).toBe(vectors.layers.bytes);
  });
});

describe('a paper slip', () => {
  it('says that it is paper, asks for the ID document, and proves no holder', async () => {
    const verdict = await verify(vectors.layers.text, await opened(), { now });
    expect(verdict).toMatchObject({ code: 'valid', outcome: 'valid', format: 'slip', holderProven: false });
    expect(verdict.sentence).toEqual({
      zh: '证照有效（纸质凭条）：请核对本人身份证件。',
      en: 'Certificate valid (paper): compare the person with her ID document.',
    });
    expect(verdict.advice.en).toMatch(/can be copied/);
    const values = Object.fromEntries(verdict.fields.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({
      name: fields.name,
      identifier: '1.2.156.3005.2.11100000000013127D901.11330000000000000X.0123456789ABCDEF.001.X',
      slip_made: '2026-11-23',
      slip_ends: '2026-11-30',
    });
  });

  it('is not judged by a pack whose type has no slips', async () => {
    const province = await createTestProvince();
    const verdict = await verify(await province.slipOf(), await province.trustedWith(), { now });
    expect(verdict.code).toBe('unsupported');
  });

  it('shows nothing of a forgery', async () => {
    const text = vectors.layers.text;
    const forged = `${text.slice(0, -3)}000`;
    const verdict = await verify(forged, await opened(), { now });
    expect(verdict.outcome).not.toBe('valid');
    expect(verdict.fields).toEqual([]);
  });

  it('fits a QR of version 12 at level M, and a scan gun’s line end does not matter', async () => {
    expect(vectors.layers.text.length).toBeLessThanOrEqual(419);
    expect((await verify(`${vectors.layers.text}\r\n`, await opened(), { now })).code).toBe('valid');
  });

  it('with one character changed is never valid', async () => {
    const trusted = await opened();
    const { text } = vectors.layers;
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect((await verify(changed, trusted, { now: now + day / 4 })).code).not.toBe('valid');
    }
  });
});
