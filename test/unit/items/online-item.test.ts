import { describe, expect, it } from '@jest/globals';
import type { Account } from '../../../src/accounts/index.ts';
import { readCatalogue, readDepartments } from '../../../src/credentials/index.ts';
import { itemsOf, readItems, type ServiceItem } from '../../../src/items/index.ts';
import { onlineItem } from '../../../src/portal/online-item.ts';

const units = new Set(readDepartments('config/sample/departments.yaml').map(({ id }) => id));
const catalogue = readCatalogue('config/certificates', { issuers: units });
const renewal = readItems('config/items', { catalogue, units }).get('driving-licence-renewal');
const person: Account = {
  id: 'p_0000000000000000000000',
  kind: 'person',
  state: 'active',
  name: '样例',
  documentKind: '111',
  documentNumber: '11010519491231002X',
  proofingLevel: 2,
  createdAt: 0,
};
const open = (change: Partial<ServiceItem>, account = person) =>
  onlineItem(itemsOf([{ ...renewal, ...change }]), renewal.code, account);

describe('an item a person wants handled online', () => {
  it('is there when the file allows it', () => {
    expect(open({}).code).toBe(renewal.code);
  });

  it.each<[string, Partial<ServiceItem>, string]>([
    ['it is handled at the counter only', { handled: 'counter' }, 'forbidden'],
    ['it is for enterprises', { who: ['enterprise'] }, 'forbidden'],
    ['it is for officials', { who: ['official'] }, 'forbidden'],
    ['it may not be prefilled', { prefill: false }, 'forbidden'],
    ['the person is not proved well enough', { level: { proofing: 3, authenticator: 1 } }, 'forbidden'],
    [
      'it needs a stronger sign-in than a token shows',
      { level: { proofing: 2, authenticator: 2 } },
      'forbidden',
    ],
    ['it is retired', { state: 'retired' }, 'not_found'],
    ['it has another code', { code: 'other' }, 'not_found'],
  ])('is refused when %s', (_, change, code) => {
    expect(() => open(change)).toThrow(expect.objectContaining({ code }));
  });
});
