/** All words of the sign-in pages, Chinese and English, reviewed as text. No codes in sentences. */
import type { Text } from '../../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const words = {
  signIn: text('登录', 'Sign in'),
  signInTo: text('登录后进入', 'Sign in to go to'),
  learns: text('它请求：', 'It asks for: '),
  andMore: text('等', ' and more'),
  learnsNothing: text('它不会获知您的姓名和号码。', 'It will not learn your name or numbers.'),
  loginName: text('手机号码或证件号码', 'Phone number or document number'),
  loginNameHint: text('居民身份证、护照、通行证均可', 'Identity card, passport or travel permit'),
  password: text('密码', 'Password'),
  notNow: text('暂不登录，返回', 'Not now, go back'),

  wrong: text('登录信息不正确。', 'That did not match.'),
  wrongAdvice: text(
    '请检查号码和密码。多人共用一个手机号码时，请改用证件号码登录。多次输错后，请过 15 分钟再试。',
    'Check the number and the password. If several people share the phone, use the document number. After many wrong tries, wait 15 minutes.',
  ),
  empty: text('请填写号码和密码。', 'Fill in the number and the password.'),
  tooMany: text('尝试次数过多。', 'Too many tries.'),
  tooManyAdvice: text(
    '为保护您的账户，请过 15 分钟再试。',
    'To protect your account, try again in 15 minutes.',
  ),
  oldForm: text('页面已过期。', 'This page was too old.'),
  oldFormAdvice: text('请重新填写并提交。', 'Fill it in and send it again.'),
  again: text('请再次登录以确认是您本人。', 'Sign in again to confirm it is you.'),
  anotherPerson: text('该应用要找的是另一个账户。', 'The app is looking for another account.'),
  anotherPersonAdvice: text(
    '请用该账户登录；如不是您的账户，请返回应用重新开始。',
    'Sign in with that one. If it is not yours, go back to the app and start again.',
  ),
  sessionEnded: text(
    '当前登录的账户已不能使用，请用其他账户登录。',
    'The account you were signed in with cannot be used. Sign in with another one.',
  ),

  blockedTitle: text('此账户不能使用', 'This account cannot be used'),
  blocked: text('该账户已被停用或注销。', 'It has been blocked or closed.'),
  blockedAdvice: text(
    '如有疑问，请携带证件前往就近的政务服务中心咨询。',
    'If you think this is wrong, bring your document to the nearest service centre.',
  ),
  otherAccount: text('使用其他账户登录', 'Sign in with another account'),

  unmetTitle: text('需要更高的认证等级', 'This needs a higher level of sign-in'),
  unmet: text(
    '该服务要求更严格的身份核验，目前无法在线完成。',
    'This service asks for a stricter check of who you are, which cannot be done here yet.',
  ),
  unmetAdvice: text(
    '请携带证件前往就近的政务服务中心办理。',
    'Bring your document to the nearest service centre.',
  ),
  officeUnmet: text(
    '以此公职身份登录，须使用更安全的登录方式：管理员用通行密钥，其他岗位用密码加第二种方式。您的账户还没有设置。',
    'This office asks for a stronger sign-in: a passkey for an administrator, a second factor beside the password for others. Your account has none yet.',
  ),
  officeUnmetAdvice: text(
    '请先在“我的账户”中添加，再回到这里重新登录。',
    'Add it in your account first, then come back and sign in again.',
  ),
  officeUnmetAct: text('添加登录方式', 'Add a way to sign in'),

  switchTitle: text('要切换账户吗？', 'Switch accounts?'),
  switchNow: text('此浏览器目前登录的是', 'This browser is signed in as'),
  switchTo: text('您刚才登录的是', 'You have just signed in as'),
  switchAdvice: text(
    '切换后，原账户在各应用中的登录将结束。',
    'Switching ends the first account’s sign-in to all apps.',
  ),
  switchYes: text('切换账户', 'Switch'),
  switchNo: text('不切换', 'Do not switch'),

  consentTitle: text('授权确认', 'Your permission'),
  consentAsks: text('想要获知或使用：', 'would like to learn or use:'),
  consentFor: text(
    '仅用于您在该应用中办理的事项。同意后，再次登录该应用时不再询问，直到您在「我的账户」中撤回。',
    'Only for what you do in that app. Once you agree, it will not ask for the same again until you take it back in “My account”.',
  ),
  consentNew: text('新增：', 'New:'),
  agree: text('同意', 'Agree'),
  refuse: text('暂不同意', 'Not now'),
  signedInAs: text('当前账户：', 'Signed in as'),

  doneTitle: text('登录成功', 'You are signed in'),
  leavingTitle: text('正在返回', 'Going back'),
  goingOn: text('正在进入', 'Going on to'),
  goOn: text('如果没有自动跳转，请点击这里继续', 'If nothing happens, continue here'),

  lateTitle: text('登录用时过长', 'This sign-in took too long'),
  late: text(
    '为了安全，登录页面在 10 分钟后失效；也可能是您已经完成登录后又返回了此页。',
    'For your safety a sign-in page ends after 10 minutes. Or you came back to it after you had finished.',
  ),
  lateAdvice: text('请回到您要使用的应用，重新开始。', 'Go back to the app and start again.'),
  backTo: text('返回', 'Back to'),

  logoutTitle: text('要退出登录吗？', 'Sign out?'),
  logout: text(
    '退出后，再次通过一证通进入各应用时需要重新登录。',
    'After that, entering an app through OneCert asks you to sign in again.',
  ),
  logoutApps: text('此浏览器中打开的应用：', 'Apps open in this browser:'),
  logoutTold: text('将同时退出', 'will be signed out as well'),
  logoutNotTold: text('请另在该应用中退出', 'sign out there too'),
  logoutYes: text('退出登录', 'Sign out'),
  logoutNo: text('保持登录', 'Stay signed in'),
  loggedOutTitle: text('已退出登录', 'You are signed out'),
  loggedOut: text('如果使用的是公用电脑，请关闭浏览器。', 'On a shared computer, close the browser now.'),
  stayedTitle: text('您仍处于登录状态', 'You are still signed in'),
  openApps: text('您可以关闭此页。', 'You can close this page.'),
} satisfies Record<string, Text>;
