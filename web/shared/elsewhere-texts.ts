/** What is said where an app cannot work. `{{app}}`: the app whose browser this is. */
export const elsewhereTexts = {
  insecureTitle: { zh: '请从安全的地址打开', en: 'Open this at a secure address' },
  insecureWhy: {
    zh: '这个地址没有加密（http）。浏览器在这里不提供密钥、摄像头和离线存储，所以不能继续。',
    en: 'This address is not encrypted (http). Here a browser gives no keys, no camera and no offline storage, so this cannot go on.',
  },
  insecureDo: {
    zh: '请打开以“https://”开头的地址。不知道地址，请问给您这个地址的单位。',
    en: 'Open the address that begins with “https://”. If you do not know it, ask whoever gave you this one.',
  },
  insecureTry: {
    zh: '自己试用：在电脑上运行“npm start -- --phone”，用手机扫终端里的码。',
    en: 'Trying it out yourself: run “npm start -- --phone” on the computer and scan the code in its terminal.',
  },
  inAppTitle: { zh: '请用手机自带的浏览器打开', en: 'Open this in the phone’s own browser' },
  inAppWhy: {
    wallet: {
      zh: '您在{{app}}里。{{app}}的浏览器会自行清除数据，放在里面的证照会丢失。',
      en: 'You are inside {{app}}. Its browser clears data without asking, and certificates kept in it get lost.',
    },
    counter: {
      zh: '您在{{app}}里。{{app}}的浏览器会自行清除数据，可能也打不开摄像头。',
      en: 'You are inside {{app}}. Its browser clears data without asking, and may not open the camera.',
    },
  },
  paste: {
    zh: '或者：复制地址，打开浏览器，粘贴到地址栏',
    en: 'Or copy the address, open the browser, and paste it into the address bar',
  },
  address: { zh: '本页地址', en: 'Address of this page' },
  copy: { zh: '复制地址', en: 'Copy the address' },
  copied: { zh: '已复制', en: 'Copied' },
  copyByHand: { zh: '请长按地址，手动复制', en: 'Press the address for a while and copy it by hand' },
  worksTitle: { zh: '在这里还能做的', en: 'What still works here' },
  insecureWorks: {
    wallet: {
      zh: '没有卡包也能办事：带身份证件到窗口，或出示打印好的纸质凭条。',
      en: 'Your business does not need the wallet: bring your ID document, or a printed slip with it.',
    },
    counter: {
      zh: '这里不能核验。请换一台从安全地址打开的设备；纸质凭条和证照码都可以在那里扫。',
      en: 'Nothing can be checked here. Use a device that opened the secure address; it reads slips and codes alike.',
    },
  },
  inAppWorks: {
    wallet: {
      zh: '联网时可以登录、出示证照码。断网不能用，通行密钥不能用。',
      en: 'With a network: signing in and showing a code. Not offline, and not with a passkey.',
    },
    counter: {
      zh: '联网时可以粘贴文字或从图片识别来核验。断网不能保证可用。',
      en: 'With a network: checking by paste or from a picture. Offline is not promised.',
    },
  },
  goOn: { zh: '就在这里继续', en: 'Go on here all the same' },
} as const;
