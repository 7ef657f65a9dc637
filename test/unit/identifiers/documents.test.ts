import { describe, expect, it } from '@jest/globals';
import {
  allRegions,
  canonicalDocumentKind,
  checkDocument,
  documentKey,
  findRegion,
  regionName,
  regionStatus,
} from '../../../src/identifiers/index.ts';

describe('document kinds (GB/T 36903 annex A)', () => {
  it.each([
    ['111', '11010519491231002X'],
    ['51', '11010519491231002X'],
    ['414', 'K1234567'],
    ['516', 'H12345678'],
    ['516', 'M1234567801'],
    ['511', '12345678'],
    ['511', '1234567801B'],
    ['553', 'CAN330012345678'],
  ])('accepts kind %s with %s', (kind, number) => {
    expect(checkDocument(kind, number)).toMatchObject({ ok: true });
  });

  it.each([
    ['111', '110105194912310021', 'checksum'],
    ['111', '110105491231002', 'shape'],
    ['414', 'PASSPORT', 'shape'],
    ['414', 'A1', 'shape'],
    ['516', 'K12345678', 'shape'],
    ['511', '1234567', 'shape'],
    ['553', 'CA330012345678', 'shape'],
    ['553', '933643198308119620', 'checksum'],
    ['999', 'H12345678', 'shape'],
  ])('refuses kind %s with %s: %s', (kind, number, fault) => {
    expect(checkDocument(kind, number)).toEqual({ ok: false, fault });
  });

  it('accepts the 18-character permanent residence card with its check character only', () => {
    const accepted = [...'0123456789X'].filter(
      (check) => checkDocument('553', `93364319830811962${check}`).ok,
    );
    expect(accepted).toHaveLength(1);
  });

  it('keys the legacy kind 51 as an ID card, and one number under two kinds as two people', () => {
    expect(canonicalDocumentKind('51')).toBe('111');
    expect(canonicalDocumentKind('toString')).toBeUndefined();
    expect(documentKey({ kind: '51', number: '1' })).toBe(documentKey({ kind: '111', number: '1' }));
    expect(documentKey({ kind: '414', number: '1' })).not.toBe(documentKey({ kind: '511', number: '1' }));
  });
});

describe('region codes (GB/T 2260)', () => {
  it('knows the eleven cities of Zhejiang and a county in each', () => {
    const cities = allRegions().filter(({ level }) => level === 'city');
    expect(cities.map(({ name }) => name.zh).join(' ')).toBe(
      '杭州市 宁波市 温州市 嘉兴市 湖州市 绍兴市 金华市 衢州市 舟山市 台州市 丽水市',
    );
    const present = allRegions().filter(({ level, retired }) => level === 'county' && !retired);
    expect(present).toHaveLength(90);
    for (const city of cities)
      expect(present.some(({ code }) => code.startsWith(city.code.slice(0, 4)))).toBe(true);
  });

  it('spells a county out from the province down', () => {
    expect(regionName('330106')).toBe('浙江省杭州市西湖区');
    expect(regionName('330000')).toBe('浙江省');
    expect(regionName('440524')).toBe('广东省');
    expect(regionName('331200')).toBeUndefined();
  });

  it('keeps retired codes as retired and calls what it does not know unknown', () => {
    expect(findRegion('330181')).toMatchObject({ name: { zh: '萧山市' }, retired: true });
    expect(regionStatus('330181')).toBe('retired');
    expect(regionStatus('33018')).toBe('unknown');
    expect(regionStatus('')).toBe('unknown');
  });
});
