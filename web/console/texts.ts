import { actsEn, actsZh } from './act-texts.ts';
import { certificatesEn, certificatesZh } from './certificates/texts.ts';
import { countersEn, countersZh } from './counters/texts.ts';
import { workEn, workZh } from './work/texts.ts';

/** What the console says. Chinese first; `en` must have every key. */
export const zh = {
  ...actsZh,
  ...workZh,
  ...certificatesZh,
  ...countersZh,
  'app.name': '工作台',
  'app.language': 'English',
  'app.loading': '正在读取…',
  'app.retry': '再试一次',
  'app.close': '关闭',
  'app.cancel': '取消',
  'app.skip': '跳到正文',
  'app.code': '代码 {{code}}',
  'nav.work': '待办',
  'nav.certificates': '证照',
  'nav.main': '主导航',

  'signin.lead': '公职人员办理审批和证照业务。请以您的公职身份登录，需要两种验证方式。',
  'signin.button': '用一证通登录',
  'signin.failed': '没有登录成功',
  'signin.failed.text': '请再试一次。没有任何事项因此改变。',
  'signin.expired': '登录已结束',
  'signin.expired.text':
    '可能因为 15 分钟没有操作、在别处退出了登录，或者您的岗位已经变动。您选好的原因已保留，重新登录后继续。',
  'signin.again': '重新登录',
  'office.none': '当前身份不能使用工作台',
  'office.none.text':
    '工作台只供在岗的公职人员使用。如您有公职岗位，请切换身份；如岗位刚刚结束或调整，请联系本单位的安全管理员。',
  'office.norole': '您的岗位在工作台还没有业务',
  'office.norole.text': '目前工作台供制证经办、审批、登记管理、应用审核和窗口负责人岗位使用。',
  'office.switch': '切换身份',
  'office.signout': '退出登录',
  'office.menu': '当前身份',

  'problem.unreachable': '现在连不上服务，请检查网络后再试。您填写的内容还在。',
  'problem.unknown': '没有办成，请稍后再试。您填写的内容还在。',
  'problem.second': '您提出的事项，须由另一位同事审批。',
  'problem.ended': '这个事项已由别人办理、已过期，或提出人已不在岗。列表已刷新。',
  'problem.state': '证照的状态已经改变，不能再办理这一项。请重新查看。',
  'problem.gone': '没有找到，或不在您单位的范围内。',
  'problem.role': '您当前的岗位不能办理这一项。',
  'problem.register': '登记中没有这个人的这类证照，或不属于您的单位。',

  'role.issuer_clerk': '制证经办',
  'role.approver': '审批',
  'role.register_steward': '登记管理',
  'role.app_reviewer': '应用审核',
  'role.counter_lead': '窗口负责人',
  'role.system_administrator': '系统管理员',
  'role.security_administrator': '安全管理员',
  'role.audit_administrator': '审计管理员',
};

export type TextKey = keyof typeof zh;

export const en: Record<TextKey, string> = {
  ...actsEn,
  ...workEn,
  ...certificatesEn,
  ...countersEn,
  'app.name': 'Console',
  'app.language': '中文',
  'app.loading': 'Loading…',
  'app.retry': 'Try again',
  'app.close': 'Close',
  'app.cancel': 'Cancel',
  'app.skip': 'Skip to content',
  'app.code': 'Code {{code}}',
  'nav.work': 'To do',
  'nav.certificates': 'Certificates',
  'nav.main': 'Main',

  'signin.lead':
    'For officials who approve and look after certificates. Sign in in your office, with two ways of proving who you are.',
  'signin.button': 'Sign in with OneCert',
  'signin.failed': 'The sign-in did not succeed',
  'signin.failed.text': 'Please try again. Nothing has changed.',
  'signin.expired': 'Your session has ended',
  'signin.expired.text':
    'Perhaps nothing was done for 15 minutes, you signed out elsewhere, or your post has changed. The reasons you chose are kept; sign in again to go on.',
  'signin.again': 'Sign in again',
  'office.none': 'The console cannot be used as who you are now',
  'office.none.text':
    'It is for officials in post. If you have a post, switch identity. If your post has just ended or changed, ask your unit’s security administrator.',
  'office.norole': 'There is nothing for your post here yet',
  'office.norole.text':
    'For now the console serves issuer clerks, approvers, register stewards and app reviewers.',
  'office.switch': 'Switch identity',
  'office.signout': 'Sign out',
  'office.menu': 'You act as',

  'problem.unreachable':
    'The service cannot be reached. Check the network and try again. What you entered is kept.',
  'problem.unknown': 'That did not work. Try again later. What you entered is kept.',
  'problem.second': 'What you proposed yourself has to be approved by a colleague.',
  'problem.ended':
    'Somebody else has decided it, it has run out, or who proposed it has left. The list is up to date.',
  'problem.state': 'The certificate’s state has changed, so this cannot be done any more. Look at it again.',
  'problem.gone': 'It was not found, or lies outside your unit.',
  'problem.role': 'Your post does not allow this.',
  'problem.register': 'The register has no such certificate for this person, or it is not your unit’s.',

  'role.issuer_clerk': 'Issuer clerk',
  'role.approver': 'Approver',
  'role.register_steward': 'Register steward',
  'role.app_reviewer': 'App reviewer',
  'role.counter_lead': 'Counter lead',
  'role.system_administrator': 'System administrator',
  'role.security_administrator': 'Security administrator',
  'role.audit_administrator': 'Audit administrator',
};

/** Codes come from the server; not all are known here. */
export const isTextKey = (key: string): key is TextKey => key in zh;
