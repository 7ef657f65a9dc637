/** All words of the pages that open an account, Chinese and English, reviewed as text. No codes in sentences. */
import type { Text } from '../../http/index.ts';
import type { IdentityFaults } from '../judge-identity.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const words = {
  title: text('开通账户', 'Open an account'),
  another: text('为另一人开通', 'Open one for another person'),
  startOver: text('重新开始', 'Start over'),

  noticeTitle: text('开通前请阅读', 'Before you begin'),
  noticeLegend: text('您同意以下用途吗？', 'What do you agree to?'),
  noticeAct: text('阅读完毕，继续', 'I have read this, go on'),
  noticeNeeded: text(
    '请勾选第一项：没有它无法为您开通账户。其他各项由您决定。',
    'Tick the first box: without it no account can be opened. The others are up to you.',
  ),
  haveAccount: text('已有账户？请登录', 'You have an account? Sign in'),
  haveSlip: text('有窗口发给您的开通码？', 'You have a start code from a counter?'),
  noPhone: text(
    '没有手机？请携带证件到政务服务中心开通。',
    'No phone? Bring your document to a service centre.',
  ),

  phoneTitle: text('您的手机号码', 'Your phone'),
  phone: text('手机号码', 'Phone number'),
  phoneHint: text(
    '我们会发送一条短信验证码。境外号码请以 + 开头。',
    'We will text you a code. Numbers from abroad begin with +.',
  ),
  phoneAct: text('发送验证码', 'Send the code'),
  phoneFault: text(
    '这不是一个手机号码。大陆号码为 11 位，以 1 开头；境外号码以 + 和国家或地区代码开头。',
    'This is no mobile number. Mainland numbers have 11 digits and begin with 1; others begin with + and the country code.',
  ),

  codeTitle: text('输入验证码', 'Type the code'),
  codeSent: text('验证码已发送到', 'A code was sent to'),
  codeGood: text(
    '5 分钟内有效。如需更多时间，可以重新发送。',
    'It is good for 5 minutes. Ask for another if you need more time.',
  ),
  code: text('短信验证码', 'Code from the message'),
  codeAct: text('确认', 'Confirm'),
  codeFault: text(
    '验证码不正确或已过期。请核对短信，或重新发送。',
    'That code is not right or too old. Look at the message again, or ask for another.',
  ),
  codeAgain: text('重新发送验证码', 'Send another code'),
  codeOther: text('更换手机号码', 'Use another phone'),

  identityTitle: text('您的姓名和证件', 'Your name and document'),
  identitySays: text(
    '请按证件填写，我们将与人口登记核对。',
    'Fill them in as on the document; they are compared with the population register.',
  ),
  kind: text('证件种类', 'Kind of document'),
  kindNone: text('请选择', 'Choose one'),
  number: text('证件号码', 'Document number'),
  numberHint: text('空格、全角和小写都可以。', 'Spaces and small letters do not matter.'),
  name: text('姓名', 'Name'),
  nameHint: text('间隔号用哪一种输入都可以。', 'Any kind of middle dot will do.'),
  identityAct: text('核对', 'Compare'),
  mismatch: text('姓名和证件号码与登记不一致。', 'Name and number do not agree with the register.'),
  mismatchAdvice: text(
    '请对照证件检查每一个字。确认无误仍不一致的，请携带证件到政务服务中心，由工作人员查明并为您开通。',
    'Compare every character with the document. If all is right, bring it to a service centre: an officer will find out and open the account.',
  ),
  registerDown: text('人口登记系统暂时没有响应。', 'The population register does not answer right now.'),
  registerDownAdvice: text(
    '您填写的内容都已保留，请稍后再试。',
    'Nothing you filled in was lost. Please try again in a moment.',
  ),

  passwordTitle: text('设置密码', 'Choose a password'),
  passwordSays: text('姓名和证件已核对一致。', 'Your name and document agree with the register.'),
  password: text('密码', 'Password'),
  passwordHint: text(
    '至少 10 个字符。一句您记得住的话比复杂的符号更安全。',
    'At least 10 characters. A sentence you remember is safer than odd signs.',
  ),
  repeat: text('再输入一次', 'The same again'),
  passwordAct: text('开通账户', 'Open the account'),
  differs: text('两次输入的密码不同。', 'The two passwords differ.'),
  tooShort: text('密码太短，至少需要 10 个字符。', 'That password is too short: it takes 10 characters.'),
  tooLong: text('密码太长，最多 256 个字符。', 'That password is too long: at most 256 characters.'),
  common: text(
    '这个密码太常见，容易被猜到，请换一个。',
    'That password is among the first that are guessed. Choose another.',
  ),
  ownNumber: text('密码不能是手机号码或证件号码。', 'A phone or document number cannot be the password.'),
  busy: text('此证件正在另一个页面开通账户。', 'Another page is opening an account for this document.'),
  busyAdvice: text('如果不是您本人，请十分钟后再试。', 'If that is not you, try again in ten minutes.'),

  doneTitle: text('账户已开通', 'Your account is open'),
  done: text(
    '以后请用手机号码或证件号码和密码登录。实名等级：2 级（证件一致）。',
    'Sign in with your phone or document number and the password. Your proofing level is 2, document matched.',
  ),
  doneWallet: text('进入证照卡包', 'Go to the wallet'),
  doneLevel: text('提高实名等级', 'Raise the level'),
  existsTitle: text('此证件已有账户', 'This document has an account'),
  exists: text(
    '您的姓名和证件已核对一致，但此证件已经开通过账户，不会再开通第二个。',
    'Name and document agree with the register, but an account was opened for this document before. There is never a second one.',
  ),
  existsAdvice: text(
    '请直接登录；忘记密码的，在登录页面找回。如果不是您开通的，请携带证件到政务服务中心。',
    'Sign in, or recover it from the sign-in page. If it was not you who opened it, bring your document to a service centre.',
  ),
  existsAct: text('去登录', 'Sign in'),

  oldForm: text('页面已过期。', 'This page was too old.'),
  oldFormAdvice: text('请检查后再次提交。', 'Look it over and send it again.'),
  expired: text(
    '填写时间超过 30 分钟，或浏览器没有保存 Cookie。',
    'More than 30 minutes went by, or the browser kept no cookie.',
  ),
  expiredAdvice: text('为了安全请重新开始。', 'For your safety please begin again.'),
  tooMany: text('操作过于频繁。', 'Too many tries.'),
  tooManyAdvice: text(
    '您填写的内容都已保留，请稍后再试。',
    'Nothing you filled in was lost. Wait a little and try again.',
  ),
  tooManySms: text('验证码发送过于频繁。', 'Too many codes were asked for.'),
  tooManySmsAdvice: text(
    '一分钟内只能发送一条，一小时最多五条。已收到的验证码仍然有效。',
    'One a minute and five an hour can be sent. A code you have got is still good.',
  ),

  closedTitle: text('暂不能在线开通', 'Not possible online here'),
  closed: text(
    '本服务器没有接入短信或人口登记。请携带证件到政务服务中心开通。',
    'No text messages or no population register are connected here. Bring your document to a service centre.',
  ),

  slipTitle: text('用开通码设置密码', 'Start with the code from the counter'),
  slipCode: text('开通码', 'Start code'),
  slipHint: text('印在窗口交给您的纸条上，七天内有效。', 'On the slip you were given; good for seven days.'),
  slipAct: text('设置密码', 'Set the password'),
  slipWrong: text(
    '开通码不正确、已使用或已过期。请核对纸条，或到窗口重新领取。',
    'That code is not right, was used, or is too old. Look at the slip again, or ask for another at the counter.',
  ),
  slipDone: text('密码已设置，请用证件号码登录。', 'The password is set. Sign in with your document number.'),

  levelTitle: text('提高实名等级', 'Raise your proofing level'),
  levelNow: text('当前等级：', 'Your level now: '),
  levelTop: text('您已是最高等级。', 'You are at the highest level.'),
  levelSignIn: text(
    '请先登录。登录后可从「我的账户」进入本页。',
    'Sign in first. “My account” then leads to this page.',
  ),
  levelWays: text('办理方式', 'Ways'),
  levelNot: text('未接入', 'not connected'),
  way_face: text('人脸核验', 'Face check'),
  way_officer: text('窗口核对证件', 'An officer checks your document'),
  way_certificate: text('数字证书', 'Digital certificate'),
  faceSample: text('示例适配器。', 'This is a sample.'),
  faceSampleSays: text(
    '不使用摄像头，也不比对任何人脸，只供开发试用；正式环境不会启用。请点选结果：',
    'No camera, no face is compared; for developers alone, and production refuses it. Click what should come out:',
  ),
  faceMatch: text('模拟：比对一致', 'Sample: it matches'),
  faceNoMatch: text('模拟：比对不一致', 'Sample: it does not match'),
  faceAct: text('开始人脸核验', 'Begin the face check'),
  face_no_match: text('人脸比对不一致。', 'The face check did not agree.'),
  face_unavailable: text('人脸核验暂时没有响应。', 'The face check does not answer right now.'),
  face_expired: text('本次核验已过期。', 'This check was too old.'),
  faceAdvice: text(
    '请再试一次，或携带证件到政务服务中心。等级没有变化。',
    'Try again, or bring your document to a service centre. Your level has not changed.',
  ),

  certificateTitle: text('用数字证书提高实名等级', 'Raise your level with a digital certificate'),
  certificateAct: text('用数字证书办理', 'Use a digital certificate'),
  certificateHow: text(
    '请用证书软件对下面这段文字签名：JWS 紧凑格式，头部 x5c 含签名证书和中间证书，算法 ES256、RS256 或 PS256。十分钟内有效，只能使用一次。',
    'Sign this text with your certificate software: a compact JWS whose x5c header holds the signing certificate and those between it and its authority; ES256, RS256 or PS256. Good for ten minutes, once.',
  ),
  certificateText: text('待签名的文字', 'The text to sign'),
  certificateJws: text('签名结果', 'The signature'),
  certificateJwsHint: text(
    '三段，以点分隔。证书不会被保存，日志中只留其指纹。',
    'Three parts with dots between. The certificate is not kept; the log holds its fingerprint alone.',
  ),
  certificateOther: text('其他办理方式', 'Other ways'),
  certificateSend: text('提交签名', 'Send the signature'),
  certificate_expired: text(
    '这段文字已过期或已使用，请签名新的一段。',
    'That text was too old or used. Sign the new one.',
  ),
  certificate_unreadable: text(
    '这不是带证书（x5c）的 JWS 签名。',
    'That is not a JWS with its certificates (x5c).',
  ),
  certificate_untrusted: text(
    '证书不是由本平台认可的机构签发的，或缺少中间证书。',
    'The certificate does not come from an authority accepted here, or one in between is missing.',
  ),
  certificate_outdated: text('证书不在有效期内。', 'The certificate is not valid at this time.'),
  certificate_not_for_signing: text(
    '这张证书不能用于签名和身份认证，请使用签名证书。',
    'This certificate is not for signing and proving who you are. Use your signing certificate.',
  ),
  certificate_signature: text('签名与证书不符。', 'The signature was not made with this certificate.'),
  certificate_other_text: text(
    '签名的不是页面上的文字。',
    'Another text than the one on this page was signed.',
  ),
  certificate_not_hers: text(
    '证书上的姓名或证件号码与您的账户不一致。',
    'The name or document number on the certificate is not that of your account.',
  ),
  certificate_revoked: text('证书已被吊销。', 'The certificate was revoked.'),
  certificate_unavailable: text(
    '暂时无法查询证书是否被吊销，签名已保留，请稍后再提交。',
    'Whether the certificate was revoked cannot be asked right now. Your signature is kept here; send it again later.',
  ),
  certificateAdvice: text(
    '也可以携带证件到政务服务中心。等级没有变化。',
    'You can also bring your document to a service centre. Your level has not changed.',
  ),

  name_missing: text('请填写姓名。', 'Fill in the name.'),
  name_unreadable: text(
    '姓名中有未能识别的字（显示为 ? 或方框）。请用手写输入法重新输入；仍不能输入的，请到窗口办理。',
    'The name holds a character that could not be read (? or a box). Write it with a handwriting keyboard, or come to a counter.',
  ),
  name_characters: text(
    '姓名只能包含文字、空格、间隔号、连字符和撇号。',
    'A name holds letters, spaces, middle dots, hyphens and apostrophes only.',
  ),
  name_long: text('姓名太长，最多 60 个字。', 'That name is too long: at most 60 characters.'),
  kind_missing: text('请选择证件种类。', 'Choose the kind of document.'),
  number_missing: text('请填写证件号码。', 'Fill in the number.'),
  number_old: text(
    '这是旧的 15 位号码。请填写现在的 18 位公民身份号码。',
    'This is an old number of 15 digits. Fill in today’s of 18.',
  ),
  number_shape_111: text(
    '居民身份证号码为 17 位数字加 1 位数字或 X。',
    'An identity card number has 17 digits and then a digit or X.',
  ),
  number_shape_414: text(
    '护照号码由 5 至 17 位字母和数字组成。',
    'A passport number has 5 to 17 letters and digits.',
  ),
  number_shape_516: text(
    '港澳居民来往内地通行证号码为 H 或 M 加 8 位数字。',
    'This permit’s number is H or M and 8 digits.',
  ),
  number_shape_511: text('台湾居民来往大陆通行证号码为 8 位数字。', 'This permit’s number has 8 digits.'),
  number_shape_553: text(
    '外国人永久居留身份证号码为 9 开头的 18 位，旧证为 3 个字母加 12 位数字。',
    'The card’s number has 18 characters and begins with 9; older cards have 3 letters and 12 digits.',
  ),
  number_birth_date: text(
    '号码中的出生日期（第 7 至 14 位）不存在，请核对。',
    'The date of birth in it (places 7 to 14) is no real date. Compare it with the card.',
  ),
  number_check: text(
    '号码的最后一位与前面各位不符，可能有一位输错了，请逐位核对。',
    'The last character does not fit the others: one of them may be mistyped. Compare each with the card.',
  ),
  number_region: text(
    '号码的地区代码（居民身份证前 6 位）我们不认识。请核对；号码无误的，请到窗口办理。',
    'We do not know the region in it (the first six digits of an identity card). Compare it; if it is right, come to a counter.',
  ),
} satisfies Record<string, Text>;

/** What is wrong with each field, by its name. */
export const identityFaultTexts = (faults: IdentityFaults): Record<string, Text> =>
  Object.fromEntries(
    Object.entries(faults).map(([field, fault]) => [field, words[fault as keyof typeof words]]),
  );
