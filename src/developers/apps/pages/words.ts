/** Words of the developers' and reviewers' pages, Chinese and English, reviewed as text. */
import type { Text } from '../../../http/index.ts';
import type { DataClass, RecordAct, RecordState } from '../app-record.ts';
import type { CheckResult } from '../check-listing.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const words = {
  listTitle: text('我维护的应用', 'Apps I maintain'),
  listWhy: text(
    '应用先在沙箱中试用，通过自动检查和审核后上架，用户才能用它登录。',
    'An app is tried in the sandbox, checked and reviewed. Once it is listed, people can sign in to it.',
  ),
  listNone: text('还没有应用。', 'No apps yet.'),
  noOwner: text(
    '登记应用须是单位工作人员，或企业的法定代表人、管理员。您目前都不是。',
    'Apps are registered by officials for their unit, and by legal representatives and managers for their enterprise. You are none of these.',
  ),
  needsFactor: text(
    '登记和管理应用须使用双重验证。请先添加动态口令或通行密钥。',
    'Registering and managing apps needs two factors. Add an authenticator app or a passkey first.',
  ),
  toMethods: text('登录方式', 'Ways to sign in'),
  newTitle: text('登记应用', 'Register an app'),
  newHint: text(
    '填写后得到草稿，可以马上在沙箱中试用。',
    'You get a draft, and can try it in the sandbox at once.',
  ),
  byManifest: text('用清单文件登记', 'Register by a manifest'),
  byForm: text('用表单登记', 'Register by a form'),
  joinTitle: text('使用邀请码', 'I have an invitation'),
  invitation: text('邀请码', 'Invitation code'),
  wrongInvitation: text(
    '邀请码有误、已使用或已过期，或您不属于该单位。',
    'The code is wrong, used or too old, or you do not belong to that unit or firm.',
  ),
  join: text('成为维护人员', 'Become a maintainer'),
  reviewsTitle: text('应用审核', 'App reviews'),
  exportCsv: text('导出访问清单（CSV）', 'Export the access list (CSV)'),
  exportJson: text('导出访问清单（JSON）', 'Export the access list (JSON)'),

  owner: text('所属单位或企业', 'Unit or enterprise'),
  choose: text('请选择', 'Choose one'),
  nameZh: text('中文名称', 'Name in Chinese'),
  nameEn: text('英文名称', 'Name in English'),
  nameHint: text(
    '登录页和授权页上显示，不超过 29 字。',
    'People read it when they sign in; 29 characters at most.',
  ),
  items: text('服务事项代码', 'Codes of the service items'),
  served: text('服务事项', 'Service items'),
  itemsHint: text(
    '每行一个。应用能请求的个人信息由事项决定。',
    'One a line. They decide which details of people the app may ask for.',
  ),
  itemsKnown: text('事项及其代码', 'Items and their codes'),
  redirects: text('回调地址', 'Redirect URIs'),
  redirectsHint: text(
    '每行一个，须与请求中的完全一致。',
    'One a line; each has to be the very one that is asked for.',
  ),
  postLogout: text('退出后返回的地址', 'Where to go after sign-out'),
  contact: text('联系邮箱', 'Contact mailbox'),
  contactHint: text('请用单位公共邮箱，不要用个人邮箱。', 'A mailbox of the unit, not of one person.'),
  dataClass: text('数据级别', 'Class of data'),
  kind: text('应用如何证明自己', 'How the app proves itself'),
  jwksUri: text('公钥地址（jwks_uri）', 'Where its public keys are (jwks_uri)'),
  jwksHint: text('只有用密钥证明的应用需要。', 'Only for apps that prove themselves by keys.'),
  logoUri: text('图标地址', 'Logo'),
  policyUri: text('个人信息处理规则地址', 'Privacy policy'),
  optional: text('可不填', 'optional'),
  save: text('保存草稿', 'Save as a draft'),
  manifest: text('清单', 'Manifest'),
  manifestHint: text(
    'YAML 或 JSON，不超过 16 KB；格式见开发者文档。',
    'YAML or JSON, 16 KB at most; the developers’ documentation has the format.',
  ),
  changeTitle: text('更改登记信息', 'Change what is registered'),
  changeDraft: text(
    '上架前随时可以更改；改动回调地址、事项等之后须重新试用。',
    'Before listing you change it as you like. After a change of redirects, items and the like it has to be tried again.',
  ),
  changeListed: text(
    '应用已上架：图标、联系邮箱等立即生效，其他更改须经审核。',
    'The app is listed: logo, contacts and the like change at once; everything else is reviewed first.',
  ),
  change: text('提交更改', 'Send the change'),
  faultsTitle: text('请改正以下内容，尚未保存：', 'Please put this right; nothing was saved yet:'),

  appTitle: text('应用', 'App'),
  state: text('状态', 'State'),
  clientId: text('应用标识（client_id）', 'client_id'),
  registryState: text('运维人员已在登记库中改变其状态', 'The operator has changed its state in the registry'),
  learns: text('可以请求', 'May ask for'),
  signInOnly: text('仅登录，不含个人信息', 'Signing in alone, no personal details'),
  next: text('下一步', 'Next'),
  tryTitle: text('在沙箱中试用', 'Try it in the sandbox'),
  tryWhy: text(
    '沙箱中的人和证照都是虚构的。登记后用所得标识完成一次登录。',
    'People and certificates there are invented. Register it there and complete one sign-in.',
  ),
  try: text('在沙箱中登记', 'Register it in the sandbox'),
  tryAgain: text('在沙箱中重新登记', 'Register it there anew'),
  sandboxClient: text('沙箱中的应用标识', 'client_id in the sandbox'),
  sandboxOld: text(
    '沙箱中的登记是更改前的，请重新登记。',
    'What stands in the sandbox is older than your last change: register it anew.',
  ),
  noSandbox: text(
    '本省未接入沙箱。请自行试用后声明，审核人员会看到。',
    'No sandbox is connected here. Try it by your own means and say so; the reviewer sees that.',
  ),
  tested: text('已经登录成功，标记为已试用', 'A sign-in has worked: mark it as tested'),
  testedWord: text('我声明已试用', 'I say that it was tried'),
  credentials: text('沙箱凭据', 'Credentials for the sandbox'),
  once: text('只显示这一次，请立即保存。', 'Shown this once. Keep it now.'),
  issuer: text('签发地址（issuer）', 'issuer'),
  secret: text('应用密钥（client_secret）', 'client_secret'),
  checkTitle: text('自动检查', 'Automatic check'),
  checkHint: text('看看还缺什么', 'See what is missing'),
  checkWhy: text(
    '申请上架前须全部通过；“注意”由审核人员判断。',
    'Nothing may fail before you ask for listing; the reviewer judges what says “note”.',
  ),
  ask: text('申请上架', 'Ask for listing'),
  asked: text('已提交审核', 'Handed in for review'),
  takeBack: text('撤回申请', 'Take the request back'),
  proposed: text('待审核的更改', 'The change under review'),
  contacts: text('联系邮箱', 'Contacts'),
  confirmed: text('已确认', 'confirmed'),
  unconfirmed: text('未确认', 'not confirmed'),
  mailCode: text('发送确认码', 'Mail a code'),
  code: text('邮件中的确认码', 'Code from the mail'),
  confirmCode: text('确认邮箱', 'Confirm the mailbox'),
  maintainers: text('维护人员', 'Maintainers'),
  me: text('本人', 'me'),
  remove: text('移除', 'Remove'),
  invite: text('邀请维护人员', 'Invite a maintainer'),
  inviteWhy: text('上架须有两名维护人员。', 'Listing takes two.'),
  inviteOrphan: text(
    '维护人员均已离开时，由其所属单位或企业的另一人接手。',
    'When all maintainers have left, somebody else of the unit or firm takes it over.',
  ),
  inviteTitle: text('邀请码', 'Invitation'),
  inviteHow: text(
    '请转交同单位的同事：登录后在“我维护的应用”中使用。三天内有效，只能用一次。',
    'Hand it to a colleague of the same unit or firm, to be used under “Apps I maintain”. Good for three days, once.',
  ),
  secrets: text('应用密钥', 'Secrets'),
  secretsNone: text('还没有密钥。', 'There is no secret yet.'),
  secretsWhy: text(
    '最多两个，以便轮换：先生成新的，应用改用之后再停用旧的。',
    'Two at most: make the new one, let the app use it, then end the old one.',
  ),
  since: text('自', 'since'),
  newSecret: text('生成新密钥', 'Make a new secret'),
  endSecret: text('停用', 'End it'),
  history: text('经过', 'What happened'),
  retire: text('下架', 'Retire'),
  retireWhy: text(
    '不能恢复：不再签发令牌，已有令牌立即失效。',
    'For good: it gets no token any more, and what it has is dead at once.',
  ),
  reason: text('原因', 'Reason'),

  waiting: text('等待审核', 'Waiting for review'),
  waitingNone: text('没有等待审核的应用。', 'Nothing waits for review.'),
  others: text('辖区内的其他应用', 'Other apps within your reach'),
  reviewTitle: text('审核应用', 'Review an app'),
  before: text('现在', 'now'),
  report: text('提交时的自动检查', 'Automatic check when it was handed in'),
  approve: text('同意上架', 'List it'),
  approveChange: text('同意更改', 'Approve the change'),
  sendBack: text('退回', 'Send it back'),
  sendBackReason: text('退回原因（申请人可见）', 'Reason for sending it back (the maintainers read it)'),
  stateReason: text('原因（维护人员可见）', 'Reason (the maintainers read it)'),
  suspend: text('暂停', 'Suspend'),
  resume: text('恢复', 'Resume'),
  acts: text('改变状态', 'Change its state'),
  suspendWhy: text(
    '暂停后不再签发令牌，已有令牌和登录在 5 秒内失效。',
    'A suspended app gets no token; its live tokens and sign-ins are dead within 5 seconds.',
  ),
  notReviewer: text('您没有应用审核的岗位。', 'You have no post as app reviewer.'),

  saidRegistered: text('草稿已保存。', 'The draft was saved.'),
  saidChanged: text('已更改。', 'It was changed.'),
  saidChangeAsked: text('更改已提交审核。', 'The change was handed in for review.'),
  saidTested: text('已标记为已试用。', 'It counts as tested.'),
  saidAsked: text('已提交审核。', 'It was handed in for review.'),
  saidTakenBack: text('申请已撤回。', 'The request was taken back.'),
  saidRetired: text('应用已下架。', 'The app was retired.'),
  saidJoined: text('您已成为维护人员。', 'You are a maintainer now.'),
  saidRemoved: text('维护人员已移除。', 'The maintainer was removed.'),
  saidMailed: text('确认码已发送，请查收邮件。', 'The code was mailed.'),
  saidConfirmed: text('邮箱已确认。', 'The mailbox was confirmed.'),
  saidSecretEnded: text('密钥已停用。', 'The secret was ended.'),
  saidDecided: text(
    '审核结果已保存，联系人会收到邮件。',
    'Your decision was saved; the contacts get a mail.',
  ),
  saidState: text('状态已改变，联系人会收到邮件。', 'The state was changed; the contacts get a mail.'),
} satisfies Record<string, Text>;

export const stateWords: Record<RecordState, Text> = {
  draft: text('草稿', 'Draft'),
  tested: text('已试用', 'Tested'),
  listed: text('已上架', 'Listed'),
  suspended: text('已暂停', 'Suspended'),
  retired: text('已下架', 'Retired'),
};

export const resultWords: Record<CheckResult, Text> = {
  pass: text('通过', 'Passed'),
  warn: text('注意', 'Note'),
  fail: text('未通过', 'Failed'),
};

export const dataClassWords: Record<DataClass, Text> = {
  general: text('一般数据', 'General'),
  important: text('重要数据', 'Important'),
  core: text('核心数据', 'Core'),
};

export const kinds = ['secret', 'keys', 'browser', 'native'] as const;
export type AppKind = (typeof kinds)[number];

export const kindWords: Record<AppKind, Text> = {
  secret: text('服务器应用，用密钥字符串（client_secret）', 'Server app, by a secret'),
  keys: text(
    '服务器应用，用自己的公私钥（private_key_jwt）',
    'Server app, by keys of its own (private_key_jwt)',
  ),
  browser: text('浏览器应用，不保存密钥', 'Browser app, keeps no secret'),
  native: text('手机或桌面应用，不保存密钥', 'Phone or desktop app, keeps no secret'),
};

export const actWordsOfRecord: Record<RecordAct, Text> = {
  registered: text('登记', 'Registered'),
  changed: text('更改登记信息', 'Changed'),
  tested: text('在沙箱中试用', 'Tested'),
  listing_asked: text('申请上架', 'Asked for listing'),
  change_asked: text('申请更改', 'Asked for a change'),
  taken_back: text('撤回申请', 'Took the request back'),
  sent_back: text('退回', 'Sent back'),
  listed: text('上架', 'Listed'),
  change_approved: text('同意更改', 'Change approved'),
  suspended: text('暂停', 'Suspended'),
  resumed: text('恢复', 'Resumed'),
  retired: text('下架', 'Retired'),
  maintainer_joined: text('加入维护', 'A maintainer joined'),
  maintainer_left: text('移除维护人员', 'A maintainer left'),
  contact_confirmed: text('确认联系邮箱', 'A contact was confirmed'),
};
