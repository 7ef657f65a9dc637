/**
 * Reasons and purposes as the console offers them, and as the person's own log says them. A code goes into the audit,
 * where nothing personal may stand; other codes of the same form are taken too and shown as they are.
 */
import type { Text } from '../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

export const reasons = {
  suspend: {
    lost_report: text('持证人挂失', 'Reported lost by the holder'),
    holder_request: text('持证人申请', 'Asked for by the holder'),
    under_investigation: text('涉嫌违法，正在调查', 'Under investigation'),
    court_order: text('司法机关要求', 'Ordered by a court'),
    register_check: text('登记信息核查', 'The register entry is being checked'),
  },
  resume: {
    found_again: text('证照已找回', 'Found again'),
    investigation_closed: text('调查结束', 'The investigation is closed'),
    order_lifted: text('司法措施已解除', 'The order was lifted'),
    register_corrected: text('登记信息已核实', 'The register entry was confirmed'),
    suspended_by_mistake: text('误暂扣', 'Suspended by mistake'),
  },
  revoke: {
    law_violation: text('违法，依法吊销', 'Revoked by law for a violation'),
    obtained_by_fraud: text('以欺骗手段取得', 'Obtained by deceit'),
    court_order: text('司法机关要求', 'Ordered by a court'),
    register_revoked: text('登记已吊销', 'Revoked in the register'),
  },
  withdraw: {
    issued_by_mistake: text('误发', 'Issued by mistake'),
    obtained_by_fraud: text('以欺骗手段取得', 'Obtained by deceit'),
  },
  cancel: {
    holder_request: text('持证人申请', 'Asked for by the holder'),
    holder_died: text('持证人死亡', 'The holder died'),
    entity_ended: text('主体终止', 'The enterprise ended'),
  },
  lapse: {
    not_renewed: text('逾期未换证', 'Not renewed in time'),
    conditions_ended: text('不再符合条件', 'The conditions are not met any more'),
  },
  move_out: { moved_away: text('办理转出', 'Moves to another issuer') },
  renew: {
    term_ends: text('有效期届满', 'Its time runs out'),
    register_fields: text('登记内容有变化', 'The register says something else'),
  },
  change: {
    holder_request: text('持证人申请', 'Asked for by the holder'),
    register_fields: text('登记内容有变化', 'The register says something else'),
  },
  correct: {
    wrong_entry: text('登记有误已更正', 'A wrong entry was corrected'),
    register_fields: text('登记内容有变化', 'The register says something else'),
  },
  replace: {
    physical_card_lost: text('实体证遗失', 'The physical card is lost'),
    card_damaged: text('实体证损坏', 'The physical card is damaged'),
  },
  register: {
    register_state: text('登记状态有变化', 'The state in the register has changed'),
    register_row_missing: text('登记中已无此记录', 'The register has no such entry any more'),
  },
  objection: {
    entry_is_right: text('登记无误', 'The entry is right'),
    evidence_missing: text('请携带证明材料到窗口办理', 'Proof is missing: please bring it to a counter'),
    other_office: text('不属于本单位，请向登记部门提出', 'Another office keeps this entry'),
    not_required_there: text('该处依规定可以不收', 'That place need not accept it'),
    kept_by_law: text('法律要求保存，期满删除', 'The law has it kept; it is deleted when that ends'),
  },
  send_back: {
    not_justified: text('理由不充分', 'The reason does not suffice'),
    wrong_certificate: text('证照不对', 'It is the wrong certificate'),
    wrong_act: text('事项不对', 'It is the wrong act'),
    material_missing: text('缺少材料', 'Papers are missing'),
    register_mismatch: text('与登记不符', 'It differs from the register'),
    not_entitled: text('不符合条件', 'The conditions are not met'),
  },
  purpose: {
    holder_present: text('持证人在场办理', 'The holder is here'),
    check_before_act: text('办理前核对', 'Checked before an act'),
    complaint: text('投诉、举报核查', 'A complaint is looked into'),
    court_request: text('协助司法机关', 'Asked for by a court'),
  },
} as const satisfies Record<string, Record<string, Text>>;

const known = new Map<string, Text>(Object.values(reasons).flatMap((group) => Object.entries(group)));

/** What a code says to a person; undefined for one that is not of the list. */
export const reasonWords = (code: string): Text | undefined => known.get(code);
