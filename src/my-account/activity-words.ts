/** Words of the pages about who is signed in and who has used what, Chinese and English, reviewed as text. */
import type { NoticeKind } from '../accounts/index.ts';
import type { Text } from '../http/index.ts';
import type { GivenConsent } from '../registration/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const activityWords = {
  sessionsTitle: text('登录的设备', 'Signed-in devices'),
  sessionsHint: text('查看、退出各设备上的登录', 'See them, and sign them out'),
  thisBrowser: text('本浏览器', 'this browser'),
  thisNetwork: text('与您现在在同一网络', 'From the network you are on now'),
  otherNetwork: text('来自其他网络', 'From another network'),
  since: text('登录于', 'Signed in'),
  appsOfSession: text('进入过：', 'Apps: '),
  end: text('退出此登录', 'Sign it out'),
  endAll: text('退出其他所有登录', 'Sign out all the others'),
  ended: text('该登录已退出。', 'It is signed out.'),
  endedAll: text('其他登录已全部退出。', 'All the others are signed out.'),
  sessionsAdvice: text(
    '有不认识的登录？请退出它并修改密码。',
    'Something you do not know? Sign it out and change your password.',
  ),

  appsTitle: text('应用与授权', 'Apps and permissions'),
  appsHint: text('哪些应用可以获知您的信息', 'Which apps may learn about you'),
  appsNone: text('您没有授权任何应用。', 'You have given no app a permission.'),
  given: text('授权于', 'Given'),
  onBehalf: text('代表：', 'On behalf of: '),
  withdraw: text('撤回授权', 'Withdraw'),
  withdrawn: text('授权已撤回，该应用的登录已结束。', 'Withdrawn, and the app is signed out.'),
  unknownApp: text('已注销的应用', 'An app that is gone'),

  purpose: text('开通账户时的同意', 'Agreed to when the account was opened'),
  purposeGiven: text('同意于', 'Agreed'),
  purposeOver: text('已撤回于', 'Withdrawn'),
  purposeNeeded: text(
    '没有它就没有账户；要撤回，请注销账户。',
    'There is no account without it. To withdraw it, close the account.',
  ),
  purposeWithdraw: text('撤回这项同意', 'Withdraw it'),
  purposeWithdrawn: text(
    '已撤回。从现在起不再用于这一用途。',
    'Withdrawn. From now on nothing is used for it.',
  ),

  logTitle: text('使用记录', 'Who used my data'),
  logHint: text('谁、何时、为何用过您的信息', 'Who, when and why'),
  logWhy: text(
    '与您有关的每一次登录、查看和更改都记录在这里，任何人都不能修改。',
    'Every sign-in, reading and change that concerns you stands here. Nobody can alter it.',
  ),
  who: text('谁：', 'Who: '),
  reason: text('原因：', 'Why: '),
  what: text('内容：', 'What: '),
  refused: text('未通过', 'refused'),
  failed: text('未完成', 'failed'),
  you: text('您本人', 'You'),
  system: text('系统自动', 'The system itself'),
  operator: text('运行维护人员', 'The operator of this server'),
  register: text('登记部门', 'The register'),
  official: text('工作人员', 'An official'),
  otherPerson: text('另一位用户', 'Another person'),
  byLaw: text('办理事项', 'For the item'),

  noticesTitle: text('通知', 'Notices'),
  noticesHint: text('账户和授权的变动', 'Changes of your account and mandates'),
} satisfies Record<string, Text>;

/** What withdrawing means for her; of the needed one there is nothing to withdraw. */
export const purposeMeans: Partial<Record<GivenConsent['purpose'], Text>> = {
  case_messages: text(
    '撤回后不再发送办事短信，办件结果仍可登录查看；安全通知照常发送。',
    'If you withdraw it, text messages about cases stop; you see them when you sign in. Warnings about your account still come.',
  ),
  service_survey: text(
    '撤回后不再邀请您评价，办事不受影响。',
    'If you withdraw it, you are not asked any more. Nothing else changes.',
  ),
};

export const accountNotices: Record<NoticeKind, Text> = {
  password_changed: text('密码已修改。', 'Your password was changed.'),
  password_recovered: text(
    '密码已通过找回重新设置，所有登录已退出。',
    'Your password was set anew by recovery, and everything was signed out.',
  ),
  totp_added: text('动态口令已启用。', 'The authenticator app was turned on.'),
  totp_removed: text('动态口令已停用。', 'The authenticator app was turned off.'),
  passkey_added: text('添加了通行密钥。', 'A passkey was added.'),
  passkey_removed: text('移除了通行密钥。', 'A passkey was removed.'),
  passkey_renamed: text('有一个通行密钥已改名。', 'A passkey was renamed.'),
  recovery_codes_made: text(
    '生成了新的恢复码，旧恢复码失效。',
    'New recovery codes were made. The earlier ones no longer work.',
  ),
  phone_ended: text('手机号码已移除。', 'The phone was taken off.'),
  phone_confirmed: text('手机号码已确认。', 'The phone was confirmed.'),
  phone_contested: text(
    '另一账户确认了同一手机号码，短信登录已暂停，请重新确认号码。',
    'Another account confirmed the same phone. Signing in by text message is paused until you confirm it again.',
  ),
  data_exported: text('导出了您的账户数据。', 'Your data was exported.'),
  closing_asked: text(
    '您已申请注销账户，七天后注销，其间可以撤回。',
    'You asked for your account to be closed. It closes in seven days; until then you can take it back.',
  ),
  closing_taken_back: text('注销申请已撤回。', 'The closing of your account was taken back.'),
  account_closed: text('账户已注销。', 'The account was closed.'),
  password_waiting: text(
    '有人通过短信和人脸核验设置了新密码，24 小时后生效，其间可以取消。',
    'A new password was set by text message and face check. It takes effect after 24 hours; until then it can be stopped.',
  ),
  password_stopped: text('找回时设置的新密码已取消。', 'The password set by recovery was stopped.'),
  reset_proposed: text('窗口正在办理登录方式重置。', 'A counter is resetting your ways to sign in.'),
  authenticators_reset: text(
    '登录方式已在窗口全部清除，所有登录已退出。',
    'A counter removed all ways to sign in, and everything was signed out.',
  ),
  scan_mismatch: text(
    '有人请您扫码登录，但数字不一致，已拒绝。',
    'Somebody asked you to scan a code, and the numbers differed: it was refused.',
  ),
  scan_elsewhere: text(
    '您扫码确认了另一城市的一台设备登录。',
    'By scanning you let a device in another city sign in.',
  ),
  family_invited: text('有人申请成为您的亲属代办人。', 'Somebody asks to act for you as a relative.'),
  family_linked: text('已建立亲属（监护）关系。', 'A family link began.'),
  family_ended: text('亲属（监护）关系已解除或未成立。', 'A family link ended or did not begin.'),
  name_changed: text('姓名已随人口登记更新。', 'Your name was changed as in the population register.'),
  document_changed: text(
    '证件号码已随人口登记更新，请用新号码登录。',
    'Your document number was changed as in the population register. Sign in with the new one.',
  ),
  level_raised: text(
    '实名等级已提高到 3 级（人证一致）。',
    'Your proofing level was raised to 3, person matched.',
  ),
};

/** What an entry of the log says was done. One that is not here is told as `otherAct`, never left out. */
export const actWords: Record<string, Text> = {
  'account.signed_in': text('登录', 'Signed in'),
  'account.stepped_up': text('再次验证身份', 'Confirmed with a further factor'),
  'account.sign_in_refused': text('登录未成功', 'A sign-in that did not succeed'),
  'account.opened': text('开通账户', 'Opened the account'),
  'account.registered': text('开通账户并核对身份', 'Opened the account and checked the identity'),
  'account.opening_refused': text('开通账户未通过', 'Opening an account was refused'),
  'account.password_set': text('设置密码', 'Set the password'),
  'account.level_raised': text('提高实名等级', 'Raised the proofing level'),
  'account.level_not_raised': text('实名等级未能提高', 'The proofing level was not raised'),
  'account.start_code_made': text('在窗口领取开通码', 'A start code was handed out'),
  'account.started': text('用开通码设置密码', 'Set the password with a start code'),
  'account.blocked': text('停用账户', 'Blocked the account'),
  'account.unblocked': text('恢复账户', 'Unblocked the account'),
  'account.closed': text('注销账户', 'Closed the account'),
  'account.renamed': text('姓名随人口登记更新', 'Changed the name as in the population register'),
  'account.document_changed': text(
    '证件号码随人口登记更新',
    'Changed the document number as in the population register',
  ),
  'account.read_plain': text('读取未遮盖的信息', 'Read details in the clear'),
  'account.closing_asked': text('申请注销账户', 'Asked for the account to be closed'),
  'account.closing_taken_back': text('撤回注销申请', 'Took the closing of the account back'),
  'account.consent_withdrawn': text('撤回对一项用途的同意', 'Withdrew consent to a purpose'),
  'account.exported': text('导出账户数据', 'Exported the data of the account'),
  'recovery.proved': text('找回账户：验证通过', 'Recovery: proved with'),
  'recovery.refused': text('找回账户：验证未通过', 'Recovery: a proof failed'),
  'recovery.password_chosen': text('找回账户：设置新密码', 'Recovery: a new password was chosen'),
  'recovery.stopped': text('找回账户：取消新密码', 'Recovery: the new password was stopped'),
  'authenticators.reset': text('在窗口清除全部登录方式', 'A counter removed all ways to sign in'),
  'scan.confirmed': text('扫码确认登录', 'Confirmed a sign-in by scan'),
  'scan.refused': text('扫码登录被拒绝', 'A sign-in by scan was refused'),
  'life_event.applied': text('人口登记变更已办理', 'A change in the population register was applied'),
  'family.invited': text('申请成为亲属代办人', 'Asked to act as a relative'),
  'family.linked': text('建立亲属（监护）关系', 'A family link began'),
  'family.refused': text('谢绝亲属代办', 'A family link was refused'),
  'family.kept': text('满十四周岁后保留监护代办', 'Kept a guardian’s access after the 14th birthday'),
  'family.ended': text('解除亲属（监护）关系', 'A family link ended'),
  'certificates.listed_by_family': text('亲属（监护人）查看证照目录', 'A relative listed the certificates'),
  'certificate.opened_by_family': text('亲属（监护人）查看证照', 'A relative opened a certificate'),
  'certificate.copied_by_family': text(
    '亲属（监护人）领取证照副本',
    'A relative took a copy of a certificate',
  ),
  'certificate.reissued': text('证照换发', 'A certificate was made again'),
  'authenticator.added': text('添加登录方式', 'Added a way to sign in'),
  'authenticator.removed': text('移除登录方式', 'Removed a way to sign in'),
  'authenticator.renamed': text('通行密钥改名', 'Renamed a passkey'),
  'phone.confirmed': text('确认手机号码', 'Confirmed the phone'),
  'phone.contested': text('另一账户确认了同一手机号码', 'Another account confirmed the same phone'),
  'phone.ended': text('移除手机号码', 'Took the phone off'),
  'phone.replaced': text('更换手机号码', 'Replaced the phone'),
  'session.ended': text('退出登录', 'Signed out'),
  'session.left_app': text('退出应用', 'Left an app'),
  'authorization.granted': text('进入应用', 'Entered an app'),
  'capacity.chosen': text('选择办理身份', 'Chose in which capacity to act'),
  'consent.given': text('同意授权', 'Gave a permission'),
  'consent.refused': text('没有同意授权', 'Did not give a permission'),
  'consent.withdrawn': text('撤回授权', 'Withdrew a permission'),
  'certificate.recorded': text('证照入库', 'A certificate was recorded'),
  'certificate.issued': text('领取证照', 'A certificate was issued'),
  'certificate.opened_by_holder': text('查看证照', 'Opened a certificate'),
  'certificate.read_for_item': text('为办理事项读取证照', 'A certificate was read for a service'),
  'certificate.state_changed': text('证照状态变更', 'A certificate’s state was changed'),
  'device.ended': text('停用设备上的证照', 'Ended a device’s certificates'),
  'offer.created': text('发放证照领取码', 'A certificate was offered'),
  'case.submitted': text('提交办件', 'Handed in a case'),
  'post.opened': text('任职', 'A post was given'),
  'post.ended': text('免职', 'A post ended'),
  'administrator.link_made': text('生成管理员启用链接', 'An administrator’s link was made'),
  'administrator.started': text('启用管理员', 'Started as administrator'),
  'decision.proposed': text('提出证照变更', 'A change of a certificate was proposed'),
  'decision.approved': text('批准证照变更', 'A change of a certificate was approved'),
  'decision.refused': text('未批准证照变更', 'A change of a certificate was not approved'),
  'enterprise.opened': text('开通企业账户', 'Opened an enterprise’s account'),
  'enterprise.open_refused': text('开通企业账户未通过', 'Opening an enterprise was refused'),
  'enterprise.legal_rep_ended': text('法定代表人权限终止', 'The power as legal representative ended'),
  'enterprise.manager_appointed': text('任命企业管理员', 'A manager was appointed'),
  'enterprise.manager_ended': text('企业管理员权限终止', 'A manager’s power ended'),
  'enterprise.ended': text('企业终止', 'An enterprise ended'),
  'mandate.given': text('发出授权委托', 'A mandate was offered'),
  'mandate.accepted': text('接受授权委托', 'A mandate was accepted'),
  'mandate.declined': text('谢绝授权委托', 'A mandate was declined'),
  'mandate.ended': text('终止授权委托', 'A mandate ended'),
};
export const otherAct = text('其他操作', 'Something else');

/** Ways of signing in, as the log and the sessions name them. */
export const methodWords: Record<string, Text> = {
  pwd: text('密码', 'password'),
  password: text('密码', 'password'),
  sms: text('短信', 'text message'),
  otp: text('动态口令', 'authenticator app'),
  totp: text('动态口令', 'authenticator app'),
  passkey: text('通行密钥', 'passkey'),
  recovery: text('恢复码', 'recovery codes'),
};
