/** The roles of officials. Kept apart as GB/T 22239-2019 §8.1.5 (MLPS level 3) asks: three administrators, no business. */
import { ServiceError } from '../errors.ts';

export const roles = [
  'issuer_clerk',
  'approver',
  'register_steward',
  'app_reviewer',
  'counter_lead',
  'system_administrator',
  'security_administrator',
  'audit_administrator',
] as const;

export type Role = (typeof roles)[number];

export const roleNames: Readonly<Record<Role, { zh: string; en: string }>> = {
  issuer_clerk: { zh: '制证经办', en: 'Issuer clerk' },
  approver: { zh: '审批', en: 'Approver' },
  register_steward: { zh: '登记管理', en: 'Register steward' },
  app_reviewer: { zh: '应用审核', en: 'App reviewer' },
  counter_lead: { zh: '窗口负责人', en: 'Counter lead' },
  system_administrator: { zh: '系统管理员', en: 'System administrator' },
  security_administrator: { zh: '安全管理员', en: 'Security administrator' },
  audit_administrator: { zh: '审计管理员', en: 'Audit administrator' },
};

export type AdministratorRole = 'system_administrator' | 'security_administrator' | 'audit_administrator';

export const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

export const isAdministratorRole = (role: string): role is AdministratorRole =>
  role.endsWith('_administrator');

/** Who may appoint and end administrators, two together. The audit administrator only looks. */
export const appointingRoles: readonly Role[] = ['system_administrator', 'security_administrator'];

/** An administrator's role stands alone: no second one, no business beside it. Throws roles_exclude. */
export const assertCompatible = (held: Iterable<Role>): void => {
  const distinct = new Set(held);
  if (distinct.size > 1 && [...distinct].some(isAdministratorRole)) throw new ServiceError('roles_exclude');
};
