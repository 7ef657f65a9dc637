/** Words of the account pages about relatives 亲属代办, Chinese and English, reviewed as text. */
import type { Text } from '../../http/index.ts';
import type { Basis, EndReason, Link } from '../family.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const words = {
  title: text('亲属代办', 'Family'),
  hint: text('您为谁代办，谁为您代办', 'For whom you act, and who acts for you'),
  why: text(
    '代办人可以查看、领取和出示对方的证照；每次都记入对方的使用记录，任何一方可随时解除。',
    'Who acts for another sees, adds and shows her certificates. Each time stands in her log, and either side ends it at any time.',
  ),
  none: text('您没有亲属代办关系。', 'Nobody acts for you, and you act for nobody.'),
  add: text('添加亲属或子女', 'Add a relative or a child'),
  needsLevel: text(
    '为他人代办、同意他人代办，需要实名等级 3。可刷脸提高，或携带证件到政务服务中心办理。',
    'Acting for others, and agreeing to it, takes proofing level 3: by face check, or with your document at a service centre.',
  ),
  raise: text('提高实名等级', 'Raise the level'),

  forChild: text('您是监护人，为其代办', 'You are the guardian and act for this child'),
  forRelative: text('您为其代办', 'You act for this person'),
  asked: text('您已申请为其代办', 'You asked to act for this person'),
  byGuardian: text('您的监护人，为您代办', 'Your guardian, acts for you'),
  byRelative: text('为您代办', 'Acts for you'),
  asksYou: text(
    '申请为您代办：查看、领取和出示您的证照',
    'Asks to act for you: to see, add and show your certificates',
  ),
  unknownPerson: text('未成立的邀请', 'An invitation that came to nothing'),
  since: text('始于', 'Since'),
  sent: text('发出于', 'Asked on'),
  until: text('有效期至', 'Until'),
  kept: text('满十四周岁后继续', 'Goes on after the 14th birthday'),
  over: text('结束于', 'Ended on'),

  certificates: text('查看证照', 'See the certificates'),
  accept: text('同意', 'Agree'),
  refuse: text('不同意', 'Refuse'),
  keep: text('满十四周岁后继续', 'Keep it after my 14th birthday'),
  end: text('解除', 'End it'),
  takeBack: text('撤回邀请', 'Take it back'),
  accepted: text('您已同意。', 'You have agreed.'),
  refused: text('您没有同意，对方已收到通知。', 'You refused, and the other side is told.'),
  keptSaid: text('监护人可以继续为您代办。', 'Your guardian goes on acting for you.'),
  ended: text('已解除，领取的证照副本同时失效。', 'Ended. Copies that were given are invalid too.'),

  childTitle: text('添加子女', 'Add my child'),
  childWhy: text(
    '未满十四周岁。人口登记中须有您是监护人的记录；没有的，请携带监护证明到窗口办理。',
    'Under 14. The population register has to name you as guardian; if it does not, a counter can record it with the paper that shows it.',
  ),
  childAct: text('添加', 'Add'),
  childAdded: text('已添加。', 'Added.'),
  toChild: text('添加未满十四周岁的子女', 'Add a child under 14'),
  inviteTitle: text('邀请亲属', 'Invite a relative'),
  inviteWhy: text(
    '请填写您要为其代办的人的证件。对方在自己的账户里同意后生效，30 天内有效。为保护隐私，我们不会告诉您对方有没有账户。',
    'The document of the person you want to act for. It takes effect when she agrees in her own account, within 30 days. To protect her we do not say whether she has one.',
  ),
  inviteAct: text('发出邀请', 'Send the invitation'),
  invited: text('邀请已发出，等待对方同意。', 'The invitation is sent and waits for her to agree.'),
  toInvite: text('邀请已满十四周岁的亲属', 'Invite a relative of 14 or older'),
  inviteFault: text(
    '号码与证件类型不符或有误，也不能填写您自己的证件。',
    'The number does not fit the kind of document, or it is your own.',
  ),
  already: text('已有这项关系或邀请。', 'There is such a link or invitation already.'),

  certificatesTitle: text('亲属的证照', 'A relative’s certificates'),
  certificatesWhy: text(
    '您的查看会记入对方的使用记录。',
    'That you look at them stands in this person’s log.',
  ),
  certificatesNone: text('没有可以查看的证照。', 'There is no certificate to see.'),
  notAdded: text('可以领取', 'Can be added'),
  open: text('打开', 'Open'),
  addCertificate: text('领取', 'Add it'),
  certificateAdded: text('已领取。', 'Added.'),
  opened: text('证照内容', 'What the certificate says'),
} satisfies Record<string, Text>;

export const stateWords: Record<Link['state'], Text> = {
  invited: text('待同意', 'Waiting'),
  active: text('有效', 'In force'),
  ended: text('已结束', 'Ended'),
};

export const basisWords: Record<Basis, Text> = {
  register: text('依据人口登记', 'by the population register'),
  guardianship: text('依据监护证明', 'by a paper shown at a counter'),
  own_consent: text('经本人同意', 'with consent'),
  counter_consent: text('经本人在窗口同意', 'with consent given at a counter'),
  court: text('依据法院裁决', 'by a court’s decision'),
};

export const reasonWords: Record<EndReason, Text> = {
  acting_side: text('代办人解除或撤回', 'by who acted'),
  other_side: text('被代办人解除', 'by the other side'),
  refused: text('对方没有同意', 'refused'),
  expired: text('邀请过期', 'nobody answered in time'),
  child_turned_14: text('已满十四周岁', 'the 14th birthday'),
  guardian_not_recorded: text('登记中不再是监护人', 'the register names this guardian no more'),
  account_closed: text('一方账户已注销', 'an account was closed'),
};
