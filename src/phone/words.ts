export const words = {
  title: { zh: '在手机上试用', en: 'Try it on a phone' },
  only: { zh: '仅供试用。', en: 'For trying out only.' },
  onlySays: {
    zh: '这里的人和证照都是虚构的。登录名和口令在电脑的终端里，每次启动都换新。',
    en: 'The people and their certificates are invented. Login names and passwords stand in the computer’s terminal and change with every start.',
  },
  wallet: { zh: '打开卡包', en: 'Open the wallet' },
  counter: { zh: '打开窗口核验', en: 'Open the counter' },
  anyone: { zh: '打开免登录核验', en: 'Check without signing in' },
  warning: { zh: '为什么浏览器提示不安全', en: 'Why the browser warns' },
  warningSays: {
    zh: '这台电脑用自己的证书加密连接，手机还不认识它。选“高级—继续前往”也能试用，但不能离线。要离线使用，请安装下面的证书：它只能为本地网络的地址和“.local”名称作证，对其他网站无效。',
    en: 'This computer encrypts the connection with a certificate of its own, which the phone does not know yet. “Advanced – proceed” is enough to try things, but not offline. For that, install the certificate below: it can vouch for addresses of local networks and names in “.local” and for no other site.',
  },
  download: { zh: '下载证书', en: 'Download the certificate' },
  compare: {
    zh: '安装前，请把手机显示的 SHA-256 指纹与电脑终端里的核对：',
    en: 'Before installing it, compare its SHA-256 fingerprint with the one in the computer’s terminal:',
  },
  android: { zh: '安卓、鸿蒙：怎样安装', en: 'Android and HarmonyOS: how to install' },
  androidSteps: {
    zh: [
      '点“下载证书”，保存文件。',
      '打开“设置”，搜索“CA 证书”（多在“安全—更多安全设置—加密与凭据—安装证书”）。',
      '选“CA 证书”，点“仍然安装”，选刚下载的文件。',
      '回到本页，刷新。',
    ],
    en: [
      'Press “Download the certificate” and keep the file.',
      'Open Settings and search for “CA certificate” (often Security – More security settings – Encryption and credentials – Install a certificate).',
      'Choose “CA certificate”, then “Install anyway”, then the file.',
      'Come back to this page and reload it.',
    ],
  },
  ios: { zh: 'iPhone、iPad：怎样安装', en: 'iPhone and iPad: how to install' },
  iosSteps: {
    zh: [
      '用 Safari 打开本页，点“下载证书”，选“允许”。',
      '打开“设置—通用—VPN 与设备管理”，点已下载的描述文件，选“安装”。',
      '打开“设置—通用—关于本机—证书信任设置”，打开“OneCert try-out authority”的开关。',
      '回到本页，刷新。',
    ],
    en: [
      'Open this page in Safari, press “Download the certificate” and allow it.',
      'Open Settings – General – VPN & Device Management, choose the downloaded profile and install it.',
      'Open Settings – General – About – Certificate Trust Settings and switch “OneCert try-out authority” on.',
      'Come back to this page and reload it.',
    ],
  },
  remove: { zh: '试完以后：怎样删除', en: 'Afterwards: how to remove it' },
  removeSays: {
    zh: '安卓、鸿蒙：设置—安全—加密与凭据—用户凭据，删除“OneCert try-out authority”。iPhone、iPad：设置—通用—VPN 与设备管理，移除描述文件。',
    en: 'Android and HarmonyOS: Settings – Security – Encryption and credentials – User credentials; remove “OneCert try-out authority”. iPhone and iPad: Settings – General – VPN & Device Management; remove the profile.',
  },
  limits: { zh: '这里不能试的', en: 'What cannot be tried here' },
  limitsSays: {
    zh: '通行密钥需要域名：请用“npm start -- --phone=<电脑名>.local”启动。微信、支付宝、钉钉里请改用系统浏览器打开。',
    en: 'Passkeys need a name: start with “npm start -- --phone=<computer>.local”. From WeChat, Alipay or DingTalk, change to the phone’s own browser.',
  },
} as const;
