/**
 * Who may call what: the one source of the role × route matrix. routes.ts mounts from it, docs/roles.md is written from
 * it, and a test walks every route with every role.
 */
import type { Role } from '../officials/index.ts';
import { counterAccess } from './counter-access.ts';

export interface Access {
  method: 'get' | 'post';
  path: string;
  /** One of these; `any`: every office. */
  roles: readonly Role[] | 'any';
  does: { zh: string; en: string };
}

const appointing: readonly Role[] = ['system_administrator', 'security_administrator'];

export const access = {
  me: {
    method: 'get',
    path: '/admin/api/me',
    roles: 'any',
    does: { zh: '查看本人的单位与角色', en: 'see one’s own unit and roles' },
  },
  reasons: {
    method: 'get',
    path: '/admin/api/reasons',
    roles: 'any',
    does: { zh: '查看原因、用途代码表', en: 'read the codes of reasons and purposes' },
  },
  organisation: {
    method: 'get',
    path: '/admin/api/organisation',
    roles: 'any',
    does: { zh: '查看组织架构', en: 'see the organisation tree' },
  },
  certificates: {
    method: 'get',
    path: '/admin/api/certificates',
    roles: ['issuer_clerk', 'approver'],
    does: {
      zh: '查看本单位签发的证照（不含字段值）',
      en: 'list the unit’s certificates, without field values',
    },
  },
  findCertificates: {
    method: 'post',
    path: '/admin/api/certificates/find',
    roles: ['issuer_clerk', 'approver'],
    does: {
      zh: '按证照标识或持证人证件查找证照（后者记入其日志）',
      en: 'find certificates by identifier, or by the holder’s document: she can read that',
    },
  },
  certificate: {
    method: 'get',
    path: '/admin/api/certificates/:id',
    roles: ['issuer_clerk', 'approver'],
    does: {
      zh: '查看一本证照：遮盖的字段、生命周期、副本数',
      en: 'see one certificate: masked fields, its life, how many copies',
    },
  },
  openCertificate: {
    method: 'post',
    path: '/admin/api/certificates/:id/open',
    roles: ['issuer_clerk', 'approver'],
    does: {
      zh: '说明用途后查看字段值（记入持证人日志）',
      en: 'open its values for a purpose; the holder can read that',
    },
  },
  deliveries: {
    method: 'get',
    path: '/admin/api/certificates/:id/deliveries',
    roles: ['issuer_clerk', 'approver'],
    does: {
      zh: '查看证照送达卡包的情况',
      en: 'see what became of a certificate’s copies in wallets',
    },
  },
  suspend: {
    method: 'post',
    path: '/admin/api/certificates/:id/suspend',
    roles: ['issuer_clerk'],
    does: { zh: '提出暂扣', en: 'propose a suspension' },
  },
  resume: {
    method: 'post',
    path: '/admin/api/certificates/:id/resume',
    roles: ['issuer_clerk'],
    does: { zh: '提出恢复', en: 'propose to end a suspension' },
  },
  revoke: {
    method: 'post',
    path: '/admin/api/certificates/:id/revoke',
    roles: ['issuer_clerk'],
    does: { zh: '提出吊销', en: 'propose a revocation' },
  },
  withdraw: {
    method: 'post',
    path: '/admin/api/certificates/:id/withdraw',
    roles: ['issuer_clerk'],
    does: { zh: '提出撤销', en: 'propose a withdrawal' },
  },
  cancel: {
    method: 'post',
    path: '/admin/api/certificates/:id/cancel',
    roles: ['issuer_clerk'],
    does: { zh: '提出注销', en: 'propose a cancellation' },
  },
  lapse: {
    method: 'post',
    path: '/admin/api/certificates/:id/lapse',
    roles: ['issuer_clerk'],
    does: { zh: '提出失效', en: 'propose to let it lapse' },
  },
  moveOut: {
    method: 'post',
    path: '/admin/api/certificates/:id/move-out',
    roles: ['issuer_clerk'],
    does: { zh: '提出办理转出', en: 'propose a move to another issuer' },
  },
  other: {
    method: 'post',
    path: '/admin/api/certificates/:id/other',
    roles: ['issuer_clerk'],
    does: { zh: '提出其他状态（须为该类证照列明的情形）', en: 'propose another state that the type names' },
  },
  renew: {
    method: 'post',
    path: '/admin/api/certificates/:id/renew',
    roles: ['issuer_clerk'],
    does: { zh: '提出换证（延续）', en: 'propose a renewal' },
  },
  change: {
    method: 'post',
    path: '/admin/api/certificates/:id/change',
    roles: ['issuer_clerk'],
    does: { zh: '提出变更', en: 'propose a change' },
  },
  correct: {
    method: 'post',
    path: '/admin/api/certificates/:id/correct',
    roles: ['issuer_clerk'],
    does: { zh: '提出更正', en: 'propose a correction' },
  },
  replace: {
    method: 'post',
    path: '/admin/api/certificates/:id/replace',
    roles: ['issuer_clerk'],
    does: { zh: '提出补证（实体证遗失）', en: 'propose a replacement of a lost card' },
  },
  moveIn: {
    method: 'post',
    path: '/admin/api/certificates/:id/move-in',
    roles: ['issuer_clerk'],
    does: { zh: '记下转入前的证照标识', en: 'note the identifier a certificate had elsewhere' },
  },
  cardLost: {
    method: 'post',
    path: '/admin/api/certificates/:id/card-lost',
    roles: ['issuer_clerk'],
    does: {
      zh: '实体证挂失，电子证照立即暂扣',
      en: 'report the card lost: the electronic one stops at once',
    },
  },
  annotate: {
    method: 'post',
    path: '/admin/api/annotated-copies',
    roles: ['issuer_clerk', 'counter_lead'],
    does: {
      zh: '为办件制作加注件（仅限事项所需字段，记入持证人日志）',
      en: 'make an annotated copy for a case: its item’s fields only; the holder can read of it',
    },
  },
  metadata: {
    method: 'post',
    path: '/admin/api/metadata',
    roles: ['issuer_clerk'],
    does: {
      zh: '按 GB/T 36903 短名导出证照元数据（记入持证人日志）',
      en: 'export certificates as metadata records (GB/T 36903); the holders can read of it',
    },
  },
  decisions: {
    method: 'get',
    path: '/admin/api/decisions',
    roles: ['issuer_clerk', 'approver'],
    does: { zh: '查看本单位待审批事项', en: 'list what waits for approval in the unit' },
  },
  approveDecision: {
    method: 'post',
    path: '/admin/api/decisions/:id/approve',
    roles: ['approver'],
    does: { zh: '审批通过', en: 'approve it: it then happens' },
  },
  declineDecision: {
    method: 'post',
    path: '/admin/api/decisions/:id/decline',
    roles: ['approver'],
    does: { zh: '审批不通过（退回须注明原因）', en: 'decline it; send it back with a reason' },
  },
  objections: {
    method: 'get',
    path: '/admin/api/objections',
    roles: ['issuer_clerk', 'app_reviewer'],
    does: {
      zh: '查看持证人提出的异议、拒收反馈和删除请求（不含所写内容）',
      en: 'list what holders object to or ask to be deleted, without their words',
    },
  },
  objection: {
    method: 'get',
    path: '/admin/api/objections/:id',
    roles: ['issuer_clerk', 'app_reviewer'],
    does: { zh: '查看一件异议的内容（记入其日志）', en: 'read one; the person can read of it' },
  },
  answerObjection: {
    method: 'post',
    path: '/admin/api/objections/:id/answer',
    roles: ['issuer_clerk', 'app_reviewer'],
    does: {
      zh: '答复异议；更正另须审批',
      en: 'answer it; a correction needs an approver besides',
    },
  },
  offer: {
    method: 'post',
    path: '/admin/api/offers',
    roles: ['issuer_clerk'],
    does: { zh: '向持证人发放证照', en: 'offer a certificate to its holder' },
  },
  batches: {
    method: 'get',
    path: '/admin/api/issue-batches',
    roles: ['issuer_clerk', 'approver'],
    does: { zh: '查看本单位的批量制证', en: 'list the unit’s batches' },
  },
  proposeBatch: {
    method: 'post',
    path: '/admin/api/issue-batches',
    roles: ['issuer_clerk'],
    does: { zh: '申请批量制证', en: 'propose a batch: a certificate for every row' },
  },
  batch: {
    method: 'get',
    path: '/admin/api/issue-batches/:id',
    roles: ['issuer_clerk', 'approver'],
    does: { zh: '查看批量制证进度与未制原因', en: 'see how far a batch is and what it refused' },
  },
  approveBatch: {
    method: 'post',
    path: '/admin/api/issue-batches/:id/approve',
    roles: ['approver'],
    does: { zh: '同意批量制证（须另一人）', en: 'approve a batch, as another person' },
  },
  declineBatch: {
    method: 'post',
    path: '/admin/api/issue-batches/:id/decline',
    roles: ['approver'],
    does: { zh: '不同意批量制证', en: 'decline a batch' },
  },
  registers: {
    method: 'get',
    path: '/admin/api/registers',
    roles: ['register_steward'],
    does: { zh: '查看本单位的登记', en: 'list the unit’s registers' },
  },
  intake: {
    method: 'get',
    path: '/admin/api/registers/:id/intake',
    roles: ['register_steward'],
    does: { zh: '查看登记数据质量（不含值）', en: 'see a register’s faulty rows, without values' },
  },
  findPerson: {
    method: 'post',
    path: '/admin/api/people/find',
    roles: ['counter_lead'],
    does: { zh: '凭证件查找办事人（记入其日志）', en: 'find a person by document; she can read it' },
  },
  endPersonPhone: {
    method: 'post',
    path: '/admin/api/people/:account/end-phone',
    roles: ['counter_lead'],
    does: { zh: '停用丢失的手机并退出所有登录', en: 'end a lost phone and all sign-ins, at once' },
  },
  proposeReset: {
    method: 'post',
    path: '/admin/api/people/:account/reset',
    roles: ['counter_lead'],
    does: { zh: '申请重置登录方式', en: 'propose to reset a person’s ways of signing in' },
  },
  resets: {
    method: 'get',
    path: '/admin/api/resets',
    roles: ['counter_lead'],
    does: { zh: '查看本单位待复核的重置', en: 'list resets that wait in the unit' },
  },
  approveReset: {
    method: 'post',
    path: '/admin/api/resets/:id/approve',
    roles: ['counter_lead'],
    does: { zh: '复核重置并出具开通码（须另一人）', en: 'agree to it, as another person; gives the slip' },
  },
  declineReset: {
    method: 'post',
    path: '/admin/api/resets/:id/decline',
    roles: ['counter_lead'],
    does: { zh: '不同意重置', en: 'decline it' },
  },
  ...counterAccess,
  posts: {
    method: 'get',
    path: '/admin/api/posts',
    roles: ['security_administrator', 'audit_administrator'],
    does: { zh: '查看权限清单', en: 'see the access list' },
  },
  appoint: {
    method: 'post',
    path: '/admin/api/posts',
    roles: ['security_administrator'],
    does: { zh: '授予业务岗位', en: 'give a post with business roles' },
  },
  movePost: {
    method: 'post',
    path: '/admin/api/posts/:account/:post/move',
    roles: ['security_administrator'],
    does: { zh: '调整岗位', en: 'move somebody to another post' },
  },
  endPost: {
    method: 'post',
    path: '/admin/api/posts/:account/:post/end',
    roles: ['security_administrator'],
    does: { zh: '撤销岗位', en: 'end a post' },
  },
  leave: {
    method: 'post',
    path: '/admin/api/posts/:account/leave',
    roles: ['security_administrator'],
    does: { zh: '办理离任', en: 'end all posts of somebody who leaves' },
  },
  proposals: {
    method: 'get',
    path: '/admin/api/administrators/proposals',
    roles: ['system_administrator', 'security_administrator', 'audit_administrator'],
    does: { zh: '查看管理员任免申请', en: 'list proposals about administrators' },
  },
  propose: {
    method: 'post',
    path: '/admin/api/administrators/proposals',
    roles: appointing,
    does: { zh: '申请任免管理员', en: 'propose to appoint or end an administrator' },
  },
  approveProposal: {
    method: 'post',
    path: '/admin/api/administrators/proposals/:id/approve',
    roles: appointing,
    does: { zh: '同意任免（须另一人）', en: 'agree to it, as another person' },
  },
  declineProposal: {
    method: 'post',
    path: '/admin/api/administrators/proposals/:id/decline',
    roles: appointing,
    does: { zh: '不同意任免', en: 'decline it' },
  },
  auditReport: {
    method: 'get',
    path: '/admin/api/audit/report',
    roles: ['audit_administrator'],
    does: { zh: '核验审计日志', en: 'verify the audit log' },
  },
} as const satisfies Record<string, Access>;

export type RouteName = keyof typeof access;

export const isAllowed = (name: RouteName, role: Role): boolean => {
  const { roles } = access[name] as Access;
  return roles === 'any' || roles.includes(role);
};
