/** What a browser says of itself, in words a person knows her devices by. Nothing finer is kept. */
import type { Text } from '../../http/index.ts';

export interface Device {
  system: string;
  browser: string;
}

const systems: readonly [string, RegExp, Text][] = [
  ['harmony', /HarmonyOS|OpenHarmony/i, { zh: '鸿蒙设备', en: 'HarmonyOS device' }],
  ['iphone', /iPhone/, { zh: 'iPhone', en: 'iPhone' }],
  ['ipad', /iPad/, { zh: 'iPad', en: 'iPad' }],
  ['android', /Android/, { zh: '安卓手机', en: 'Android phone' }],
  ['windows', /Windows/, { zh: 'Windows 电脑', en: 'Windows computer' }],
  ['mac', /Mac OS X|Macintosh/, { zh: 'Mac 电脑', en: 'Mac' }],
  ['linux', /Linux|X11/, { zh: 'Linux 电脑', en: 'Linux computer' }],
];

/** The order matters: many browsers also name the one they are built on. */
const browsers: readonly [string, RegExp, Text][] = [
  ['zheliban', /ZheLiBan|zjzwfw/i, { zh: '浙里办', en: 'Zheliban app' }],
  ['wechat', /MicroMessenger/, { zh: '微信', en: 'WeChat' }],
  ['alipay', /AlipayClient/, { zh: '支付宝', en: 'Alipay' }],
  ['edge', /Edg(e|A|iOS)?\//, { zh: 'Edge 浏览器', en: 'Edge' }],
  ['huawei', /HuaweiBrowser/, { zh: '华为浏览器', en: 'Huawei Browser' }],
  ['firefox', /Firefox\//, { zh: 'Firefox 浏览器', en: 'Firefox' }],
  ['chrome', /Chrome\/|CriOS\//, { zh: 'Chrome 浏览器', en: 'Chrome' }],
  ['safari', /Safari\//, { zh: 'Safari 浏览器', en: 'Safari' }],
];

const unknownSystem: Text = { zh: '未知设备', en: 'Unknown device' };
const unknownBrowser: Text = { zh: '未知浏览器', en: 'unknown browser' };

/** Codes, kept with the session. */
export const deviceOf = (userAgent: string): Device => ({
  system: systems.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? '',
  browser: browsers.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? '',
});

export const deviceWords = (device: Device | undefined): Text => {
  const system = systems.find(([code]) => code === device?.system)?.[2] ?? unknownSystem;
  const browser = browsers.find(([code]) => code === device?.browser)?.[2] ?? unknownBrowser;
  return { zh: `${system.zh} · ${browser.zh}`, en: `${system.en} · ${browser.en}` };
};
