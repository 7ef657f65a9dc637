/** Words that all account pages share, Chinese and English, reviewed as text. */
import type { Text } from '../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const frameWords = {
  home: text('我的账户', 'My account'),
  signOut: text('退出登录', 'Sign out'),
  more: text('下一页', 'Next page'),
  back: text('上一页', 'Previous page'),
  first: text('回到第一页', 'Back to the first page'),
  none: text('没有记录。', 'Nothing here.'),

  oldForm: text('页面已过期。', 'This page was too old.'),
  oldFormAdvice: text(
    '没有任何改动。请检查您填写的内容，再次提交。',
    'Nothing was changed. Look over what you filled in and send it again.',
  ),
  onlyPhone: text('只凭短信不能做这项更改。', 'A text message alone cannot change this.'),
  onlyPhoneAdvice: text(
    '您还没有密码或通行密钥。请在登录页面选择“忘记密码”，或携带证件到政务服务中心设置密码。',
    'You have no password or passkey yet. Choose “Forgotten your password?” on the sign-in page, or bring your document to a service centre.',
  ),
  tooMany: text('操作过于频繁。', 'Too many tries.'),
  tooManyAdvice: text('没有任何改动，请过 15 分钟再试。', 'Nothing was changed. Try again in 15 minutes.'),

  notSignedInTitle: text('登录后才能查看', 'Sign in to see this'),
  notSignedIn: text('您没有登录，或登录已结束。', 'You are not signed in, or your sign-in has ended.'),
  signIn: text('登录', 'Sign in'),
  notConfirmedTitle: text('没有完成确认', 'You did not confirm'),
  notConfirmed: text('没有任何改动。', 'Nothing was changed.'),
  overTitle: text('此页已失效', 'This page is over'),
  over: text(
    '这项操作已经办过，或者等候超过了 10 分钟。',
    'This was done before, or more than 10 minutes went by.',
  ),
  otherPersonTitle: text('当前登录的是另一个账户', 'Another account is signed in now'),
  otherPerson: text(
    '您开始这项操作后，此浏览器换了账户，因此没有任何改动。',
    'The account in this browser changed after you had begun. Nothing was changed.',
  ),
  toHome: text('回到我的账户', 'Back to my account'),
} satisfies Record<string, Text>;
