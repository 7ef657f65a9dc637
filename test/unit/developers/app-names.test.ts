import { describe, expect, it } from '@jest/globals';
import { foldName, resembles, sameName } from '../../../src/developers/apps/app-names.ts';
import { type AccessLine, accessCsv } from '../../../src/developers/apps/export-access.ts';

describe('security (c) 27: names of apps', () => {
  it.each([
    ['Wallet', 'Wаllet', 'a Cyrillic letter'],
    ['Wallet', 'ＷＡＬＬＥＴ', 'full width'],
    ['Wallet', 'W a l-l·e t', 'spaces and signs'],
    ['Wallet', 'WaIIet', 'capital I'],
    ['Café', 'Cafe', 'a mark'],
    ['浙江省公安厅', '浙江 省公安厅', 'a space between characters'],
    ['Portal 10', 'Portal lO', 'digits'],
  ])('%s and %s look the same (%s)', (one, other) => {
    expect(sameName(one, other)).toBe(true);
  });

  it('other names stay other names, and signs alone are no name', () => {
    expect(sameName('换证助手', '换证帮手')).toBe(false);
    expect(sameName('…', '—')).toBe(false);
    expect(foldName('换证助手')).toBe('换证助手');
  });

  it('sees a unit’s name inside another, and words of the province’s own', () => {
    expect(resembles('浙江省公安厅服务号', ['浙江省公安厅'])).toBe(true);
    expect(resembles('Officiаl renewal', [])).toBe(true);
    expect(resembles('换证助手', ['浙江省公安厅', 'AB'])).toBe(false);
  });
});

describe('security (c) 28: the access list as a table', () => {
  const line = (over: Partial<AccessLine>): AccessLine => ({
    app: 'app-1',
    name: 'x',
    owner: '',
    owner_name: '',
    state: 'listed',
    registry_state: 'listed',
    source: 'developer',
    profile: 'standard',
    data_class: 'general',
    items: [],
    scopes: [],
    redirect_hosts: [],
    maintainers: [],
    contacts: [],
    reviewed_at: '',
    secrets: [],
    last_sign_in: '',
    created_at: '',
    ...over,
  });
  const cellsOf = (over: Partial<AccessLine>): string[] =>
    accessCsv([line(over)])
      .split('\r\n')[1]!
      .slice(1, -1)
      .split('","');

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', '\r\n=1'])('holds %j as text', (name) => {
    expect(cellsOf({ name })[1]).toMatch(/^'| =/);
  });

  it('begins with its mark, doubles quotes and keeps one line an app', () => {
    const csv = accessCsv([line({ name: 'a "b"\nc' })]);
    expect([csv.charCodeAt(0), csv.split('\r\n').length]).toEqual([0xfeff, 3]);
    expect(csv).toContain('"a ""b"" c"');
  });
});
