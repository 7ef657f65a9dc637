/** Words of the pages for text messages, TOTP and passkeys. */
import type { Text } from '../../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const factorWords = {
  otherWays: text('其他登录方式', 'Other ways to sign in'),
  bySms: text('短信验证码登录', 'Sign in by text message'),
  byPassword: text('密码登录', 'Sign in with a password'),
  byPasskey: text('通行密钥登录', 'Sign in with a passkey'),
  forgotten: text('忘记密码、手机丢失？', 'Forgot your password, lost your phone?'),

  smsTitle: text('短信验证码登录', 'Sign in by text message'),
  phone: text('手机号码', 'Phone number'),
  sendCode: text('发送验证码', 'Send the code'),
  sendAgain: text('重新发送（每分钟一次）', 'Send again (once a minute)'),
  sent: text(
    '如果该手机号码可用于登录，验证码已发送，5 分钟内有效。',
    'If this number can be used to sign in, a code is on its way. It is good for 5 minutes.',
  ),
  code: text('6 位验证码', '6-digit code'),
  goOn: text('继续', 'Continue'),
  badPhone: text(
    '请填写可接收本平台短信的手机号码（如中国大陆 11 位号码）。',
    'Fill in a phone number that can get our text messages (such as one of the mainland, 11 digits).',
  ),
  wrongCode: text('验证码不正确或已失效。', 'That code is wrong or no longer good.'),
  wrongCodeAdvice: text(
    '每个验证码最多可试 5 次。请核对后再试，或重新获取。',
    'Each code can be tried 5 times. Check it, or ask for a new one.',
  ),
  tooOften: text('请求过于频繁。', 'Too many requests.'),
  tooOftenAdvice: text(
    '每分钟可发送一次，每小时最多五次。请稍后再试，或使用密码登录。',
    'One code a minute, five an hour. Wait a little, or use your password.',
  ),
  nobody: text('此手机号码目前不能用于登录。', 'This phone number cannot be used to sign in now.'),
  nobodyAdvice: text(
    '请使用证件号码和密码登录。如需启用短信登录，登录后在“账户安全”中重新确认手机号码。',
    'Sign in with your document number and password. You can then confirm the phone again under account security.',
  ),

  pickTitle: text('请选择您的账户', 'Which account is yours?'),
  pickWhy: text('以下账户使用同一手机号码。', 'These accounts share the phone number.'),

  stepUpTitle: text('请再验证一次身份', 'One more check'),
  stepUpWhy: text(
    '需要更高的认证等级，请再完成以下任一项验证。',
    'needs a stronger sign-in. Do one of these.',
  ),
  stepUpWhyOne: text('需要更高的认证等级，请再完成以下验证。', 'needs a stronger sign-in. One more step:'),
  confirmWhy: text(
    '为保护您的账户，请先确认是您本人：完成以下任一项。',
    'To protect your account, show that it is you. Do one of these.',
  ),
  confirmWhyOne: text('为保护您的账户，请先确认是您本人。', 'To protect your account, show that it is you.'),
  totp: text('身份验证器中的 6 位动态口令', '6-digit code from your authenticator app'),
  totpAct: text('验证动态口令', 'Check the code'),
  ownSms: text('短信验证码', 'Text message'),
  ownSmsTo: text('发送至', 'To'),
  passwordAct: text('验证密码', 'Check the password'),
  passkeyAct: text('使用通行密钥', 'Use a passkey'),
  passkeyNeedsScript: text(
    '使用通行密钥需要浏览器支持并启用 JavaScript。',
    'A passkey needs a browser that supports it, with JavaScript.',
  ),
  passkeyWaiting: text('请按设备提示操作。', 'Follow what your device asks.'),
  passkeyFailed: text(
    '未完成，可重试或选择其他方式。',
    'That did not work. Try again, or choose another way.',
  ),
  wrongPasskey: text('通行密钥未能验证。', 'That passkey did not work.'),
  wrongPasskeyAdvice: text('请重试，或选择其他方式。', 'Try again, or choose another way.'),
  notMe: text('我要用其他账户', 'Use another account'),

  capacityTitle: text('您以什么身份办理？', 'Who are you acting as?'),
  capacityWhy: text(
    '只影响本次进入该应用，您可随时切换。',
    'Only for this visit to the app. You can switch at any time.',
  ),
  asSelf: text('本人', 'Myself'),
  legal_rep: text('法定代表人', 'legal representative'),
  manager: text('企业管理员', 'manager'),
  delegate: text('受委托人', 'delegate'),
  until: text('有效期至', 'until'),
  office: text('工作人员', 'official'),
  actingAs: text('您代表：', 'You act as:'),
  ended: text('该身份已失效，请重新选择。', 'You can no longer act as that. Choose again.'),
} satisfies Record<string, Text>;
