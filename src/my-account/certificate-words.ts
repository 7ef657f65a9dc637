/** Words of the pages about certificates on phones and lost cards, Chinese and English, reviewed as text. */
import type { Text } from '../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const certificateWords = {
  lostTitle: text('实体证挂失', 'Report a lost card'),
  lostHint: text('实体证遗失，电子证照随即停用', 'The electronic one stops with it'),
  lostWhy: text(
    '挂失后电子证照立即暂扣，任何窗口都不再受理。找回实体证或补办新证，须到发证机关办理。',
    'The electronic certificate is suspended at once and no counter accepts it. To take that back, or to get a new card, go to the issuing department.',
  ),
  lostNone: text('您没有附有实体证的电子证照。', 'You have no certificate with a physical card.'),
  lostAct: text('实体证丢了，立即停用', 'My card is lost: stop it now'),
  lostSince: text('已挂失，电子证照已停用：', 'Reported lost, and the electronic one stopped: '),
  lostDone: text(
    '已挂失，电子证照已停用。请到发证机关补办。',
    'Reported. The electronic certificate has stopped. The issuing department can give you a new card.',
  ),
  state: text('状态：', 'State: '),
  issuer: text('发证机关：', 'Issued by: '),

  phonesTitle: text('存有证照的手机', 'Phones with your certificates'),
  phonesHint: text('换手机或丢手机时，停用旧手机上的证照', 'New or lost phone: end what the old one holds'),
  phonesWhy: text(
    '换了手机？先在新手机上登录并领取证照，再停用旧手机。停用后，旧手机出示的证照一律无效。',
    'A new phone? Sign in on it and get your certificates there, then end the old one. What it shows is not valid from then on.',
  ),
  phonesNone: text('没有手机存有您的证照。', 'No phone holds certificates of yours.'),
  thisPhone: text('本机', 'this one'),
  earlier: text('较早领取的证照', 'Certificates fetched earlier'),
  unknownApp: text('其他卡包', 'Another wallet'),
  firstFetched: text('首次领取', 'First fetched'),
  lastFetched: text('最近更新', 'Last renewed'),
  endPhone: text('停用这部手机上的证照', 'End the certificates on it'),
  endOthers: text('只留本机，停用其他所有手机', 'Keep this phone, end all others'),
  endAll: text('停用所有手机上的证照', 'End the certificates on all phones'),
  phoneEnded: text('这部手机上的证照已停用。', 'The certificates on that phone have ended.'),
  othersEnded: text(
    '其他手机上的证照已全部停用。请在本机打开卡包，更新证照。',
    'The certificates on all other phones have ended. Open the wallet on this one to renew yours.',
  ),
} satisfies Record<string, Text>;
