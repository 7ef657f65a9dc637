/** The words of every verdict: what it is in one sentence, what to do in one more. Read from a metre away. */
import type { LocalText, Outcome, Verdict, VerdictCode } from './verdict.ts';

interface Words {
  outcome: Outcome;
  sentence: LocalText;
  advice: LocalText;
}

const words: Record<VerdictCode, Words> = {
  valid: {
    outcome: 'valid',
    sentence: { zh: '证照有效。', en: 'Certificate valid.' },
    advice: {
      zh: '请核对持证人与证照信息是否一致。',
      en: 'Compare the person with what the certificate says.',
    },
  },
  expired: {
    outcome: 'not_valid',
    sentence: { zh: '证照已过有效期。', en: 'This certificate has expired.' },
    advice: {
      zh: '请持证人联网更新卡包后重新出示；仍过期的，请先换证。',
      en: 'Ask the holder to go online and show it again; if it is still expired, it must be renewed first.',
    },
  },
  not_yet_valid: {
    outcome: 'not_valid',
    sentence: { zh: '证照尚未生效。', en: 'This certificate is not valid yet.' },
    advice: { zh: '请在生效日期之后再办理。', en: 'It can be used from its first day of validity on.' },
  },
  suspended: {
    outcome: 'not_valid',
    sentence: { zh: '证照已被暂扣。', en: 'This certificate is suspended.' },
    advice: {
      zh: '不能使用。请持证人联系发证机关。',
      en: 'Do not accept it. The holder can ask the issuing department.',
    },
  },
  revoked: {
    outcome: 'not_valid',
    sentence: { zh: '证照已失效（撤销、注销或吊销）。', en: 'This certificate has been revoked.' },
    advice: {
      zh: '不能使用。请持证人联系发证机关。',
      en: 'Do not accept it. The holder can ask the issuing department.',
    },
  },
  superseded: {
    outcome: 'not_valid',
    sentence: {
      zh: '这张证照已被新证照取代。',
      en: 'This certificate was superseded by a newer one.',
    },
    advice: {
      zh: '不能使用。请持证人联网更新卡包，出示新证照。',
      en: 'Do not accept it. Ask the holder to go online and show the newer one.',
    },
  },
  expired_copy: {
    outcome: 'not_valid',
    sentence: {
      zh: '这份加注件已过使用期限。',
      en: 'The time this annotated copy was made for is over.',
    },
    advice: {
      zh: '不能再用。需要时请由办理机关重新制作。',
      en: 'Do not use it any more. The office can make a new one when it needs one.',
    },
  },
  answer_no: {
    outcome: 'not_valid',
    sentence: {
      zh: '证照是真的，但回答是“否”。',
      en: 'The certificate is genuine, and the answer is no.',
    },
    advice: {
      zh: '所问的条件不成立，不能按“是”办理。',
      en: 'What was asked is not so. Do not act as if it were.',
    },
  },
  code_expired: {
    outcome: 'check',
    sentence: {
      zh: '这个码已超过60秒，可能是截图。',
      en: 'This code is older than 60 seconds. It may be a picture of a code.',
    },
    advice: {
      zh: '请持证人在手机上刷新后重新出示。',
      en: 'Ask the holder to show a fresh code on the phone.',
    },
  },
  clock_wrong: {
    outcome: 'check',
    sentence: { zh: '两台设备的时间对不上。', en: 'The clocks of the two devices do not agree.' },
    advice: {
      zh: '请校准本机和对方手机的时间后再扫一次。',
      en: 'Set the time on this device and on the phone, then scan again.',
    },
  },
  replayed: {
    outcome: 'not_valid',
    sentence: {
      zh: '这个码已经用过，或不是为本次查验出示的。',
      en: 'This code was used before, or was made for another check.',
    },
    advice: {
      zh: '请持证人在手机上当面刷新后重新出示。',
      en: 'Ask the holder to make a new code in front of you.',
    },
  },
  wrong_holder: {
    outcome: 'not_valid',
    sentence: {
      zh: '出示的手机不是这张证照绑定的手机。',
      en: 'This was not shown by the phone the certificate belongs to.',
    },
    advice: {
      zh: '不能使用。请持证人用本人手机出示。',
      en: 'Do not accept it. The holder must show it on their own phone.',
    },
  },
  careful_second_code: {
    outcome: 'check',
    sentence: { zh: '这类信息需要再扫一次新码。', en: 'This one needs a second, new code.' },
    advice: {
      zh: '请持证人停留在亮证页，等码刷新后再扫一次。',
      en: 'Ask the holder to keep the page open; scan again when the code has changed.',
    },
  },
  unknown_issuer: {
    outcome: 'check',
    sentence: { zh: '签发机关不在信任名单中。', en: 'The issuer is not on the trust list.' },
    advice: {
      zh: '不要受理。请更新验证包再扫一次；结果不变的，按无效处理。',
      en: 'Do not accept it. Refresh the pack and scan again; if the answer stays, treat it as not valid.',
    },
  },
  issuer_not_allowed: {
    outcome: 'not_valid',
    sentence: { zh: '签发机关无权签发此类证照。', en: 'The issuer may not issue this type of certificate.' },
    advice: { zh: '不能使用，请报告上级。', en: 'Do not accept it. Report it to your supervisor.' },
  },
  key_compromised: {
    outcome: 'not_valid',
    sentence: { zh: '签发用的密钥已作废。', en: 'The key that signed this is no longer trusted.' },
    advice: {
      zh: '不能使用。请持证人联网更新卡包，领取重新签发的证照。',
      en: 'Do not accept it. The holder can go online and fetch the re-issued certificate.',
    },
  },
  tampered: {
    outcome: 'not_valid',
    sentence: { zh: '内容被改动过，或不是真证照。', en: 'It has been changed, or was never genuine.' },
    advice: { zh: '不能使用，请报告上级。', en: 'Do not accept it. Report it to your supervisor.' },
  },
  malformed: {
    outcome: 'not_valid',
    sentence: {
      zh: '这不是可以读取的证照码或证照文件。',
      en: 'This is not a certificate code or file that can be read.',
    },
    advice: {
      zh: '请持证人打开亮证页，重新出示。',
      en: 'Ask the holder to open the show page and show it again.',
    },
  },
  unsupported: {
    outcome: 'check',
    sentence: { zh: '本机还不认识这种证照。', en: 'This device does not know this kind of certificate yet.' },
    advice: { zh: '请更新验证包后再扫一次。', en: 'Refresh the offline pack, then scan again.' },
  },
  status_unknown: {
    outcome: 'check',
    sentence: {
      zh: '无法得知证照当前状态。',
      en: 'The present status of this certificate is not known here.',
    },
    advice: {
      zh: '请更新验证包后再扫一次，或联网查验。',
      en: 'Refresh the offline pack and scan again, or check it online.',
    },
  },
  stale_pack: {
    outcome: 'check',
    sentence: {
      zh: '验证包太旧，不能确认证照仍然有效。',
      en: 'The offline pack is too old to say that it is still valid.',
    },
    advice: { zh: '请联网更新验证包后再扫一次。', en: 'Go online, refresh the offline pack and scan again.' },
  },
  pack_invalid: {
    outcome: 'check',
    sentence: {
      zh: '验证包无效，本机暂时不能查验。',
      en: 'The offline pack is not valid. This device cannot check now.',
    },
    advice: {
      zh: '请从本省服务器重新下载验证包。',
      en: 'Download the offline pack again from the province’s own server.',
    },
  },
};

/** Said before what to compare when no holder's key was checked. */
export const bareFileAdvice: LocalText = {
  zh: '文件本身不能证明出示人就是持证人。',
  en: 'The file alone does not prove who brought it. ',
};

/** Of a good slip: a copy of it is as good as the slip, so the person is proved by her own document alone. */
export const paperWords: Pick<Words, 'sentence' | 'advice'> = {
  sentence: {
    zh: '证照有效（纸质凭条）：请核对本人身份证件。',
    en: 'Certificate valid (paper): compare the person with her ID document.',
  },
  advice: {
    zh: '凭条可以复印，不能证明出示人就是持证人。请查验其身份证件，核对面貌、姓名和证号。',
    en: 'A slip can be copied and proves nobody. Ask for the ID document; compare face, name and number with it. ',
  },
};

const titles: Record<Outcome, LocalText> = {
  valid: { zh: '有效', en: 'Valid' },
  check: { zh: '注意', en: 'Check' },
  not_valid: { zh: '无效', en: 'Not valid' },
};

/** The one word that fills the screen. */
export const titleOf = (outcome: Outcome): LocalText => titles[outcome];

/** A verdict with both sentences; `extra` adds what is known and may replace the advice. */
export const verdict = (
  code: VerdictCode,
  extra: Partial<Omit<Verdict, 'code' | 'outcome' | 'sentence'>> = {},
): Verdict => ({
  format: 'unknown',
  fields: [],
  holderProven: false,
  checks: [],
  advice: words[code].advice,
  ...extra,
  code,
  outcome: words[code].outcome,
  sentence: code === 'valid' && extra.format === 'slip' ? paperWords.sentence : words[code].sentence,
});
