/** The login-free page: for villagers and companies, who are handed a code and want to know whether it is good. */
export const anyoneTexts = {
  title: { zh: '核验证照', en: 'Check a certificate' },
  lead: {
    zh: '不用登录。扫到的内容只在这台设备上核验，不会上传。',
    en: 'No sign-in. What you scan is checked on this device and sent nowhere.',
  },
  scan: { zh: '扫码', en: 'Scan a code' },
  photo: { zh: '从图片识别', en: 'Read from a picture' },
  photoNone: {
    zh: '图片里没有找到证照码。请换一张更清楚、码更大的图片。',
    en: 'No code was found in the picture. Use a sharper one in which the code is larger.',
  },
  other: { zh: '用别的应用扫到了一串文字？', en: 'Another app scanned a line of text?' },
  paste: {
    zh: '粘贴以 SC1: 或 PS1: 开头的文字',
    en: 'Paste the text that begins with SC1: or PS1:',
  },
  submit: { zh: '核验', en: 'Check' },
  elder: { zh: '长辈版', en: 'Large text' },
  standard: { zh: '标准版', en: 'Standard' },
  how: { zh: '怎样核验', en: 'How it works' },
  steps: {
    zh: [
      '请对方打开卡包，点“亮证”；或拿出纸质凭条、证件上的码。',
      '点“扫码”，对准对方的码。',
      '看结果：有效、注意或无效；再按提示与本人核对。',
    ],
    en: [
      'Ask the person to show a code in the wallet, on a slip or on a card.',
      'Press “Scan a code” and point the camera at it.',
      'Read the answer: valid, check or not valid. Then compare with the person as it says.',
    ],
  },
} as const;
