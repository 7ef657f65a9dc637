/** A mandate and a post, for tests that give them by a source of their own. */
import type { Capacity } from '../../src/accounts/index.ts';

export const company: Extract<Capacity, { kind: 'enterprise' }> = {
  kind: 'enterprise',
  ref: 'e:ent_1:delegate:m_1',
  enterprise: { id: 'ent_1', creditCode: '91330100MA27XYZ123', name: '示例茶叶有限公司', region: '330106' },
  role: 'delegate',
  mandate: { id: 'm_1', items: ['driving-licence-renewal'], expiresAt: 1_900_000_000 },
};
export const office: Extract<Capacity, { kind: 'office' }> = {
  kind: 'office',
  ref: 'o:post_1',
  unit: {
    id: 'u_1',
    creditCode: '11330000002482045J',
    name: { zh: '示例公安厅', en: 'Sample police' },
    region: '330000',
  },
  roles: ['issuer_clerk'],
  strength: 2,
};
