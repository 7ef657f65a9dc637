import { describe, expect, it } from '@jest/globals';
import { readCatalogue, readDepartments } from '../../../src/credentials/index.ts';
import { describeItemScope, itemScope, itemScopes, itemsOf, readItems } from '../../../src/items/index.ts';

const units = new Set(readDepartments('config/sample/departments.yaml').map(({ id }) => id));
const catalogue = readCatalogue('config/certificates', { issuers: units });
const items = readItems('config/items', { catalogue, units });

describe('the scope of an item', () => {
  it('is item: and its code', () => {
    expect(itemScope('driving-licence-renewal')).toBe('item:driving-licence-renewal');
  });

  it('exists for what a person or an enterprise can do online, and for nothing else', () => {
    expect(itemScopes(items)).toEqual([
      'item:driving-licence-renewal',
      'item:driving-licence-replacement',
      'item:driving-licence-transfer-in',
      'item:driving-points-statement',
      'item:food-business-permit',
      'item:residence-permit-endorsement',
    ]);
    const retired = items.all().map((item) => ({ ...item, state: 'retired' as const }));
    expect(itemScopes(itemsOf(retired))).toEqual([]);
  });
});

describe('the words of the consent page', () => {
  const words = (code: string) => describeItemScope(items, catalogue, itemScope(code));

  it('say what is done and every field that is read, in both languages', () => {
    expect(words('driving-licence-renewal')).toEqual({
      zh: '办理「驾驶证期满换证」，并读取您的机动车驾驶证（姓名、证号、准驾车型、初次领证日期、有效期至、发证机关）',
      en: 'Handle “Renew a driving licence” for you, reading from your certificates: Driving licence (Name, Licence number, Class, First issued, Valid until, Issuing authority)',
    });
  });

  it('name each certificate of an item that reads two', () => {
    const both = words('driving-licence-transfer-in')!;
    expect(both.zh).toMatch(
      /机动车驾驶证（姓名、.+）和浙江省居住证（现居住地址、居住地区划代码、有效期至）$/,
    );
    expect(both.en).toMatch(/: Driving licence \(.+\); Zhejiang residence permit \(Present address, /);
  });

  it('promise no reading where none is done, and are absent for another scope', () => {
    expect(words('exit-entry-documents')).toEqual({
      zh: '办理「异地申办出入境证件（凭居住证）」',
      en: 'Handle “Apply for exit and entry documents away from home (on a residence permit)” for you',
    });
    expect(words('passport')).toBeUndefined();
    expect(describeItemScope(items, catalogue, 'driving_licence')).toBeUndefined();
  });
});
