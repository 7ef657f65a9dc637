/** All words of the recovery pages, Chinese and English, reviewed as text. */
import type { Text } from '../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const words = {
  title: text('找回密码', 'Recover your password'),
  lead: text('告诉我们您是谁，再用两种方式证明。', 'Say who you are, then prove it in two ways.'),
  loginName: text('证件号码或手机号码', 'Document number or phone'),
  loginNameHint: text(
    '以证件号码开始，可用的方式最多。',
    'With the document number you have the most ways to choose from.',
  ),
  loginNameFault: text('请填写证件号码或手机号码。', 'Fill in your document number or phone.'),
  begin: text('继续', 'Continue'),
  rules: text('怎样证明', 'What counts'),
  ruleStrong: text(
    '一个恢复码，加上短信验证码、动态口令或人脸核验：新密码立即生效。',
    'A recovery code with a text message, an authenticator code or a face check: the new password works at once.',
  ),
  ruleWeak: text(
    '短信验证码加人脸核验（须已高级实名）：新密码 24 小时后生效，期间可取消。',
    'A text message with a face check (proofing level 3): it works after 24 hours and can be stopped until then.',
  ),
  rulePasskey: text('通行密钥：一种就够。', 'A passkey: enough by itself.'),
  ruleSms: text('只有短信验证码不能重设密码。', 'A text message alone resets nothing.'),
  lostTitle: text('手机丢了？', 'Lost your phone?'),
  lost: text(
    '请携带证件到任一政务服务中心：工作人员当场停用丢失的手机并退出所有登录。没有手机的，也可在窗口重新设置登录方式。',
    'Bring your document to any service centre: an officer ends the lost phone and every sign-in on the spot, and can give you a new start when you have nothing left.',
  ),

  proveTitle: text('证明是您本人', 'Prove that it is you'),
  proveFirst: text(
    '任选一种开始；之后还需另一种（通行密钥除外）。',
    'Begin with any of these. One more is needed after it, unless it is a passkey.',
  ),
  proveFirstPhone: text(
    '先确认您的手机，之后还需另一种方式。',
    'Your phone first; one more is needed after it.',
  ),
  proveNext: text('很好，还需要一种。', 'Good. One more is needed.'),
  proveNone: text(
    '您的账户没有其他可用的方式。请携带证件到政务服务中心重新设置。',
    'Your account has no other way that can be used here. Please bring your document to a service centre.',
  ),
  byMessage: text('短信验证码', 'Text message'),
  messageSays: text(
    '发送到账户上经确认的手机，每分钟一次。',
    'To the confirmed phone of the account, once a minute.',
  ),
  messageSent: text(
    '如果该账户有可用的手机，验证码已发送，5 分钟内有效。没有收到？请用证件号码重新开始，或到窗口办理。',
    'If the account has a phone that can be used, a code is on its way, good for 5 minutes. No message? Start over with your document number, or come to a counter.',
  ),
  send: text('发送验证码', 'Send the code'),
  sendAgain: text('重新发送', 'Send again'),
  messageCode: text('6 位短信验证码', '6-digit code from the message'),
  check: text('确认', 'Confirm'),
  byRecoveryCode: text('恢复码', 'Recovery code'),
  recoveryCode: text('任一恢复码', 'One of your codes'),
  recoveryCodeHint: text(
    '您保存的十个码中的一个，例如 BCDF-GHJK-LMNP-QRST，每个只能用一次。',
    'Of the ten you kept, like BCDF-GHJK-LMNP-QRST. Each works once.',
  ),
  byTotp: text('动态口令', 'Authenticator app'),
  totpCode: text('身份验证器中的 6 位动态口令', '6-digit code from your authenticator app'),
  byPasskey: text('通行密钥', 'Passkey'),
  passkeyAct: text('使用通行密钥', 'Use a passkey'),
  passkeyNeedsScript: text('使用通行密钥需要启用 JavaScript。', 'A passkey needs a browser with JavaScript.'),
  byFace: text('人脸核验', 'Face check'),
  faceSays: text('与您的证件照片比对。', 'Your face is compared with the photograph of your document.'),
  faceAct: text('我已完成人脸核验', 'I have done the face check'),
  faceSample: text('示例', 'Sample'),
  faceSampleSays: text(
    '开发环境没有人脸核验，点击即为结果；正式环境不会启用。',
    'Nothing is compared in development: your click is the answer. Production refuses this.',
  ),
  faceMatch: text('比对一致', 'It is a match'),
  faceNoMatch: text('比对不一致', 'It is no match'),
  wrong: text('未能验证，请核对后再试。', 'That did not work. Check it and try again.'),
  faceWrong: text('人脸核验未通过。', 'The face check did not succeed.'),
  faceDown: text(
    '人脸核验暂时不可用，请稍后再试。',
    'The face check does not answer now. Please try again later.',
  ),

  chooseTitle: text('请选择您的账户', 'Which account is yours?'),
  chooseSays: text('以下账户使用同一手机号码。', 'These accounts share the phone number.'),

  passwordTitle: text('设置新密码', 'Choose a new password'),
  passwordNow: text(
    '新密码立即生效，所有设备上的登录都会退出。',
    'It works at once, and every sign-in on every device ends.',
  ),
  passwordLater: text(
    '新密码将在 24 小时后生效，届时所有登录都会退出。在此之前可通过短信中的链接或已登录的设备取消。',
    'It will work after 24 hours; every sign-in ends then. Until then it can be stopped by the link in a text message or from a device that is signed in.',
  ),
  passwordAct: text('设置密码', 'Set the password'),
  doneTitle: text('密码已设置', 'Your password is set'),
  done: text(
    '请用新密码登录。之前的登录已全部退出。',
    'Sign in with the new password. All earlier sign-ins have ended.',
  ),
  laterTitle: text('新密码 24 小时后生效', 'Your new password works after 24 hours'),
  later: text(
    '届时您会收到短信。如果不是您本人操作，请打开短信中的链接取消。',
    'You will get a text message then. If it was not you, open the link in the message you have just been sent.',
  ),
  home: text('返回首页', 'To the start page'),

  stopTitle: text('取消新密码', 'Stop the new password'),
  stopSays: text(
    '有人通过短信和人脸核验为您的账户设置了新密码。如不是您本人，请取消：原密码不变。',
    'Somebody chose a new password for your account by a text message and a face check. If it was not you, stop it: your password stays as it is.',
  ),
  stopAt: text('生效时间', 'It comes into force'),
  stopAct: text('取消新密码', 'Stop it'),
  stopped: text('已取消，原密码不变。', 'Stopped. Your password stays as it is.'),
  stoppedAdvice: text(
    '有人能收到您的短信或冒用您的面容。请登录后检查账户安全，或到政务服务中心停用手机。',
    'Somebody may read your messages or pass for you. Sign in and look at your account security, or have the phone ended at a service centre.',
  ),
  nothingWaits: text('没有等待生效的新密码。', 'No new password is waiting.'),
  signInFirst: text('请先登录。', 'Please sign in first.'),
  linkGone: text(
    '链接已失效：新密码已生效、已取消或已过期。',
    'This link has ended: the password is in force, stopped or gone.',
  ),

  startOver: text('重新开始', 'Start over'),
  expired: text(
    '找回已过期或在另一浏览器中开始。',
    'This recovery has run out, or was begun in another browser.',
  ),
  expiredAdvice: text('请重新开始。', 'Please start again.'),
  oldForm: text('这是之前的页面。', 'That form was from an earlier page.'),
  oldFormAdvice: text('请在此页继续。', 'Please go on from here.'),
  tooMany: text('尝试次数过多。', 'Too many tries.'),
  tooManyAdvice: text(
    '请等待几分钟再试，或换一种方式。',
    'Wait a few minutes and try again, or use another way.',
  ),
} satisfies Record<string, Text>;
