import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noPlaces, openPlaces } from '../../../src/oidc/scan/place-of.ts';

describe('the city of an address', () => {
  let dir: string;
  const fileOf = (text: string): string => {
    const file = join(dir, 'places.yaml');
    writeFileSync(file, text);
    return file;
  };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-places-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is that of the longest block that holds it, in IPv4 and IPv6', () => {
    const placeOf = openPlaces(
      fileOf(`places:
  - city: { zh: 杭州市, en: Hangzhou }
    blocks: [192.0.2.0/24, '2001:db8::/32']
  - city: { zh: 宁波市, en: Ningbo }
    blocks: [192.0.2.128/25, '2001:db8:2::/48', 10.1.0.0/16]
`),
    );
    const cityOf = (address: string) => placeOf(address).name.en;
    expect(['192.0.2.1', '192.0.2.200', '::ffff:192.0.2.200', '::FFFF:192.0.2.1'].map(cityOf)).toEqual([
      'Hangzhou',
      'Ningbo',
      'Ningbo',
      'Hangzhou',
    ]);
    expect(['2001:db8:1::1', '2001:DB8:2::5', '2001:db8::'].map(cityOf)).toEqual([
      'Hangzhou',
      'Ningbo',
      'Hangzhou',
    ]);
    // A block of the file stands above what is private by nature: a province's own network has cities too.
    expect(cityOf('10.1.2.3')).toBe('Ningbo');
    expect(placeOf('10.2.2.3').kind).toBe('private');
  });

  it('is unknown for every other address and for what is none', () => {
    const odd = ['203.0.113.5', '2001:db9::1', '', 'unknown', '999.1.1.1', '1.2.3', ':::', '::1::2', 'x:y'];
    expect(odd.map((address) => noPlaces(address).kind)).toEqual(odd.map(() => 'unknown'));
    const placeOf = openPlaces(fileOf('places: []'));
    expect(odd.map((address) => placeOf(address).kind)).toEqual(odd.map(() => 'unknown'));
  });

  it('is this machine or an internal network for private addresses', () => {
    const own = ['127.0.0.1', '::1', '10.0.0.8', '172.31.1.1', '192.168.1.1', '169.254.1.1', '100.64.0.1'];
    const six = ['fd00::1', 'fe80::1%eth0', '::ffff:127.0.0.1'];
    expect([...own, ...six].map((address) => noPlaces(address).kind)).toEqual(
      [...own, ...six].map(() => 'private'),
    );
    expect(['172.32.0.1', '100.128.0.1', '11.0.0.1'].map((address) => noPlaces(address).kind)).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  it('refuses a file with a block that is none', () => {
    for (const block of ['192.0.2.0', '192.0.2.0/33', '2001:db8::/129', 'hangzhou/24', '1.2.3.4/x'])
      expect(() =>
        openPlaces(fileOf(`places: [{ city: { zh: 市, en: City }, blocks: ['${block}'] }]`)),
      ).toThrow(/is no CIDR block/);
    expect(() => openPlaces(fileOf('places: [{ city: { zh: 市 }, blocks: [1.2.3.0/24] }]'))).toThrow();
  });
});
