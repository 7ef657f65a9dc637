/** The published table: which attribute exists at which proofing level. The one source of docs and of `/levels`. */
import type { Items } from '../items/index.ts';
import type { LocalText } from '../verifier/core/verdict.ts';

export interface ProofingLevel {
  level: 1 | 2 | 3;
  name: LocalText;
  how: LocalText;
}

export interface LevelAttribute {
  claim: string;
  /** Absent: in every answer, no scope is needed. */
  scope?: string;
  name: LocalText;
  /** The least proofing level at which the attribute exists. */
  from: 1 | 2 | 3;
}

export interface WayToLevel3 {
  way: 'face' | 'officer' | 'certificate';
  connected: boolean;
  note: LocalText;
}

export const proofingLevels: readonly ProofingLevel[] = [
  {
    level: 1,
    name: { zh: '手机', en: 'Phone' },
    how: {
      zh: '只确认了手机号码；本系统不开通这样的账户，此级仅来自对接的旧系统',
      en: 'only a phone was confirmed; no account is opened here at this level, it comes from older systems alone',
    },
  },
  {
    level: 2,
    name: { zh: '证件一致', en: 'Document matched' },
    how: {
      zh: '姓名和证件号码与人口登记一致，手机号码经短信确认',
      en: 'name and document number agree with the population register; the phone answered a text message',
    },
  },
  {
    level: 3,
    name: { zh: '人证一致', en: 'Person matched' },
    how: {
      zh: '在第 2 级之上，人脸比对一致，或工作人员当面核对证件，或以本人数字证书签名',
      en: 'on top of level 2 a face check agreed, an officer checked the card and the face, or she signed with a digital certificate of hers',
    },
  },
];

export const levelAttributes: readonly LevelAttribute[] = [
  { claim: 'sub', name: { zh: '成对假名', en: 'pairwise pseudonym' }, from: 1 },
  { claim: 'acr', name: { zh: '登录等级', en: 'level of this sign-in' }, from: 1 },
  { claim: 'amr', name: { zh: '登录方式', en: 'how she signed in' }, from: 1 },
  { claim: 'auth_time', name: { zh: '登录时间', en: 'when she signed in' }, from: 1 },
  { claim: 'proofing_level', name: { zh: '实名等级', en: 'proofing level' }, from: 1 },
  { claim: 'authenticator_level', name: { zh: '登录强度', en: 'authenticator strength' }, from: 1 },
  { claim: 'phone_number', scope: 'phone', name: { zh: '手机号码', en: 'phone number' }, from: 1 },
  { claim: 'name', scope: 'profile', name: { zh: '姓名', en: 'name' }, from: 2 },
  { claim: 'document_kind', scope: 'document', name: { zh: '证件种类', en: 'kind of document' }, from: 2 },
  { claim: 'document_number', scope: 'document', name: { zh: '证件号码', en: 'document number' }, from: 2 },
  { claim: 'entity', name: { zh: '所代表的企业', en: 'the enterprise she acts for' }, from: 2 },
  {
    claim: 'role',
    name: {
      zh: '在企业中的身份（法定代表人、管理员须 3 级）',
      en: 'her role there (level 3 for legal representative and manager)',
    },
    from: 2,
  },
  { claim: 'mandate', name: { zh: '授权委托', en: 'the mandate she acts under' }, from: 2 },
  { claim: 'realm', name: { zh: '登录域（公职）', en: 'realm (office)' }, from: 2 },
  { claim: 'unit', name: { zh: '所属单位', en: 'the unit of her office' }, from: 2 },
  { claim: 'roles', name: { zh: '岗位角色', en: 'the roles of her office' }, from: 2 },
  {
    claim: 'legacy_user_id',
    name: { zh: '旧系统用户编号（仅限迁移中的应用）', en: 'her id in the old login (for an app that moves)' },
    from: 2,
  },
];

/** Whether a claim may be given for a person of this level. A claim the table does not know is given at none. */
export const claimExists = (claim: string, proofingLevel: number): boolean => {
  const attribute = levelAttributes.find((one) => one.claim === claim);
  return attribute !== undefined && proofingLevel >= attribute.from;
};

export interface LevelTable {
  levels: readonly ProofingLevel[];
  attributes: readonly LevelAttribute[];
  items: { code: string; name: LocalText; proofing: number; authenticator: number }[];
}

export const levelTable = (items: Items): LevelTable => ({
  levels: proofingLevels,
  attributes: levelAttributes,
  items: items
    .all()
    .filter(({ state }) => state === 'active')
    .map(({ code, name, level }) => ({ code, name, ...level }))
    .sort((a, b) => (a.code < b.code ? -1 : 1)),
});

export const waysToLevel3 = (face: 'sample' | 'connected' | 'none', certificate: boolean): WayToLevel3[] => [
  {
    way: 'face',
    connected: face !== 'none',
    note:
      face === 'sample'
        ? { zh: '示例：不做真正的比对。', en: 'A sample: compares nothing.' }
        : { zh: '在手机上完成。', en: 'On the phone.' },
  },
  {
    way: 'officer',
    connected: true,
    note: { zh: '携带证件到政务服务中心。', en: 'Bring the document to a service centre.' },
  },
  {
    way: 'certificate',
    connected: certificate,
    note: {
      zh: '用证书软件签名一段文字，证书上的姓名和证件号码须是您本人的。',
      en: 'Sign a text with your certificate software; the certificate must carry your name and document number.',
    },
  },
];
