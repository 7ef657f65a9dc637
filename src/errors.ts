/**
 * The one table of failures: code -> HTTP status and the sentence a person may read, in both languages.
 * Anything thrown that is not a ServiceError is `internal_error`: fixed text, the request id, and nothing of ours.
 * OAuth and OpenID4VCI endpoints answer with their own protocol's error objects (oidc-provider's errors).
 */
const table = {
  invalid_request: [400, 'The request is not complete or not well formed.', '请求不完整或格式有误。'],
  unauthenticated: [401, 'Please sign in first.', '请先登录。'],
  forbidden: [403, 'You may not do this.', '您无权进行此操作。'],
  not_found: [404, 'There is nothing here.', '没有找到您要的内容。'],
  method_not_allowed: [405, 'This address does not take that method.', '此地址不支持该方法。'],
  conflict: [
    409,
    'This was changed by someone else meanwhile. Please load it again.',
    '内容已被他人更改，请重新加载。',
  ],
  idempotency_key_reused: [
    422,
    'This idempotency key was used for another request. Nothing was done.',
    '该幂等键已用于另一请求，本次未处理。',
  ],
  request_running: [
    409,
    'The same request is still being worked on. Please ask again in a moment.',
    '同一请求正在处理中，请稍后再试。',
  ],
  already_exists: [409, 'This exists already.', '该内容已存在。'],
  wrong_host: [421, 'This server does not answer for that host name.', '本服务器不为该域名提供服务。'],
  payload_too_large: [413, 'The request is too large.', '请求内容过大。'],
  unsupported_media_type: [415, 'This content type is not accepted here.', '不支持此内容类型。'],
  too_many_requests: [
    429,
    'Too many attempts. Please wait a little and try again.',
    '操作过于频繁，请稍后再试。',
  ],
  unknown_certificate_type: [404, 'There is no certificate type of that name.', '没有这种证照类型。'],
  sandbox_unavailable: [
    503,
    'The sandbox does not answer at the moment. Please try again.',
    '沙箱暂时无法访问，请稍后重试。',
  ],
  approval_needed: [
    409,
    'The department looks at each request for this certificate. Yours is with them; please come back later.',
    '该证照须经主管部门逐件审核，您的申请已提交，请稍后再来领取。',
  ],
  not_in_register: [
    404,
    'The department has no entry for you in this register.',
    '主管部门的登记中没有您的信息。',
  ],
  register_entry_faulty: [
    409,
    'The entry in the register has a fault. The department has been told.',
    '登记信息有误，已通知主管部门核对。',
  ],
  not_in_this_format: [
    409,
    'The register lacks something that this format needs, such as a photo. Take the certificate in another format.',
    '登记信息缺少该格式必需的内容（如照片），请改用其他格式领取。',
  ],
  certificate_state: [
    409,
    'The certificate is in a state that does not allow this.',
    '证照当前状态不允许此操作。',
  ],
  no_physical_card: [
    409,
    'Certificates of this type have no physical card that could be lost.',
    '该类证照没有实体证，无需挂失。',
  ],
  nothing_to_renew: [
    409,
    'The register says nothing new about this certificate, or not yet.',
    '登记内容没有变化或尚未更新，无法换发。',
  ],
  credit_code_faulty: [
    409,
    'The check character of this credit code is wrong. Compare it with the licence; an officer can accept a code that is really registered like this.',
    '统一社会信用代码校验码有误，请对照营业执照核对；如登记确为此码，可由工作人员凭证明受理。',
  ],
  not_legal_representative: [
    403,
    'The register names another person as legal representative.',
    '登记的法定代表人不是您本人。',
  ],
  proofing_too_low: [
    403,
    'This needs a person proved by face check, at a counter or by certificate.',
    '需先通过人脸核验、窗口或数字证书完成高级实名认证。',
  ],
  enterprise_not_active: [
    409,
    'The register does not show this enterprise as active.',
    '登记显示该企业不在存续状态。',
  ],
  too_many_managers: [
    409,
    'An enterprise has at most five managers. Please remove one first.',
    '企业管理员最多五名，请先移除一名。',
  ],
  person_not_found: [
    404,
    'There is no account with this document and this name.',
    '没有找到证件号码与姓名一致的账户。',
  ],
  item_not_for_mandate: [
    409,
    'A mandate cannot include one of these items.',
    '所选事项中有不能委托办理的事项。',
  ],
  mandate_state: [
    409,
    'The mandate is no longer in a state that allows this.',
    '该授权委托的当前状态不允许此操作。',
  ],
  wrong_capacity: [
    403,
    'This cannot be done in the capacity you act in. Switch to another one and try again.',
    '您当前的身份不能办理此事，请切换身份后再试。',
  ],
  enrolment_code_wrong: [
    403,
    'This enrolment code is wrong, used up or older than ten minutes. The counter lead can make another.',
    '注册码有误、已使用或已超过十分钟，请窗口负责人重新生成。',
  ],
  counter_ended: [
    403,
    'This counter has ended: it was revoked or its time is over. Ask the counter lead.',
    '本窗口设备已停用（被撤销或已到期），请联系窗口负责人。',
  ],
  counter_stopped: [
    403,
    'This counter has looked at too many people in an hour and was stopped. The counter lead has been told.',
    '本窗口一小时内查看人数过多，已暂停，并已通知窗口负责人。',
  ],
  wrong_pin: [403, 'That PIN is not right.', '窗口密码不正确。'],
  shift_ended: [
    403,
    'This shift has ended. Please enter your PIN again.',
    '本次值班已结束，请重新输入窗口密码。',
  ],
  not_for_this_item: [
    403,
    'This item may not see that. The attempt stands in the person’s log.',
    '该事项无权查看此内容，本次尝试已记入本人使用记录。',
  ],
  no_open_case: [
    403,
    'The person has no open case of this item with that number. A reason in words is not enough.',
    '此人没有该编号的在办事项，仅说明理由不能查看。',
  ],
  presence_not_shown: [
    403,
    'It was not shown that the person is here. Repeat the face check, or ask a second officer.',
    '未能确认本人在场，请重新人脸核验或请另一名工作人员确认。',
  ],
  poster_ended: [
    410,
    'This poster is no longer in use. Please ask at the counter.',
    '这张海报已停用，请询问窗口人员。',
  ],
  not_a_child: [
    409,
    'This person is 14 or older: a guardian acts for younger children only. Please invite her as a relative.',
    '此人已满十四周岁，监护人代办仅限未满十四周岁的儿童，请邀请为亲属。',
  ],
  child_needs_guardian: [
    409,
    'A child under 14 cannot be invited: her guardian adds her.',
    '未满十四周岁的儿童不能接受邀请，请由监护人添加。',
  ],
  guardian_not_recorded: [
    404,
    'The population register does not name you as guardian of a child with this document and name. A counter can record it with the paper that shows it.',
    '人口登记中没有您是该证件和姓名的儿童监护人的记录，请携带监护证明到窗口办理。',
  ],
  too_young: [
    409,
    'This can be said from 30 days before the 14th birthday on.',
    '年满十四周岁前三十日起方可办理。',
  ],
  too_many_family_links: [
    409,
    'One person acts for at most ten others. Please end a link or an invitation first.',
    '每人最多为十人代办，请先解除一项关系或撤回一项邀请。',
  ],
  family_link_over: [
    409,
    'This family link or invitation does not stand any more.',
    '该亲属关系或邀请已不再有效。',
  ],
  key_unavailable: [
    503,
    'Signing is not possible right now. Please try again later.',
    '暂时无法签发，请稍后再试。',
  ],
  roles_exclude: [409, 'One person may not hold these roles together.', '同一人员不得同时担任这些角色。'],
  second_person_needed: [
    409,
    'This takes a second administrator or approver: another person has to act.',
    '此事须由另一人员共同办理。',
  ],
  proposal_ended: [409, 'This proposal has been decided already or has run out.', '该申请已办结或已过期。'],
  identity_not_matched: [
    409,
    'Name and document number do not agree with the population register.',
    '姓名和证件号码与人口登记不一致。',
  ],
  account_exists: [
    409,
    'An account exists for this document. Sign in, or recover it.',
    '此证件已有账户，请登录或找回。',
  ],
  app_manifest_faulty: [
    422,
    'The manifest of the app has faults. Nothing was stored.',
    '应用清单有误，内容未保存。',
  ],
  app_not_ready: [409, 'The app does not pass the automatic check yet.', '应用尚未通过自动检查。'],
  app_state: [409, 'The app is in a state that does not allow this.', '应用当前状态不允许此操作。'],
  own_app: [
    403,
    'Nobody decides on an app she maintains or has maintained. Another reviewer has to.',
    '不能审核本人维护或曾经维护的应用，须由其他审核人员办理。',
  ],
  second_factor_needed: [
    403,
    'This needs two factors. Add an authenticator app or a passkey under “Ways to sign in”, then sign in with it.',
    '此操作须使用双重验证。请先在“登录方式”中添加动态口令或通行密钥，再用它登录。',
  ],
  scan_ended: [
    410,
    'This code is no longer good. Scan the one that is on the screen now.',
    '此二维码已失效，请扫描屏幕上最新的二维码。',
  ],
  scan_mismatch: [
    409,
    'That is not the number on the screen. Nobody was signed in.',
    '数字与屏幕上的不一致，已拒绝登录。',
  ],
  scan_needs_sign_in: [403, 'Sign in on this phone first, then confirm.', '请先在这部手机上登录，再确认。'],
  ticket_request: [
    400,
    'The app sent a sign-in request of the old kind that is not right, or that it may not send.',
    '应用发来的旧版登录请求有误，或未登记。',
  ],
  ticket_service_over: [
    410,
    'The way this app used to sign people in has ended.',
    '该应用的旧版登录方式已停用。',
  ],
  register_unavailable: [
    503,
    'The department’s register does not answer right now. Please try again later.',
    '主管部门的登记系统暂时没有响应，请稍后再试。',
  ],
  verifier_unreachable: [
    503,
    'The one who asks cannot be reached from here. Nothing was sent.',
    '暂时联系不上请求方，没有发送任何信息。',
  ],
  store_unavailable: [503, 'The service is busy. Please try again in a moment.', '服务繁忙，请稍后再试。'],
  shutting_down: [
    503,
    'The service is restarting. Please try again in a moment.',
    '服务正在重启，请稍后再试。',
  ],
  internal_error: [
    500,
    'Something went wrong on our side. Please try again later.',
    '系统出现问题，请稍后再试。',
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ErrorCode = keyof typeof table;

export interface ErrorEntry {
  status: number;
  en: string;
  zh: string;
}

export const errorEntry = (code: ErrorCode): ErrorEntry => {
  const [status, en, zh] = table[code];
  return { status, en, zh };
};

export const errorCodes = Object.keys(table) as ErrorCode[];

export interface Fault {
  /** Which part, by its name in the input's description. */
  path: string;
  zh: string;
  en: string;
}

/**
 * A failure with a stable code. `cause` goes to the log and never to the client; `detail` is shown to the
 * client and therefore never contains rejected input or personal data.
 */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  /** Of input with several parts: what is wrong with each, in both languages. */
  readonly faults: readonly Fault[] | undefined;

  constructor(
    code: ErrorCode,
    options: { detail?: string; cause?: unknown; faults?: readonly Fault[] } = {},
  ) {
    super(options.detail ? `${code}: ${options.detail}` : code, { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.detail = options.detail;
    this.faults = options.faults;
  }
}
