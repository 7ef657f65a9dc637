/** What a developer does about a problem+json code; the cause is the sentence of src/errors.ts. */
import { type ErrorCode, errorEntry } from '../errors.ts';
import type { Text } from '../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

const tell = text(
  '把 title_zh 或 title 给本人看，她知道怎么办；重试没有用。',
  'Show title or title_zh to the person, who knows what to do; trying again does not help.',
);

const byStatus: Record<number, Text> = {
  400: text(
    '看 detail 中的字段名，对照接口文档。',
    'detail names the fields; compare with the API description.',
  ),
  401: text(
    '令牌缺失或已失效：用刷新令牌，没有就重新登录。',
    'The token is missing or dead: use the refresh token, else sign in again.',
  ),
  403: tell,
  404: tell,
  409: tell,
  410: tell,
  500: text('稍后重试；报告时附上 requestId。', 'Try again later; name the requestId when you report it.'),
  503: text('按 Retry-After 等待后重试。', 'Wait as Retry-After says, then try again.'),
};

const byCode: Partial<Record<ErrorCode, Text>> = {
  forbidden: text(
    '看 detail：令牌的 scope、本人的等级或事项的办理方式不允许。',
    'See detail: the scope of the token, the person’s level or the way the item is handled does not allow it.',
  ),
  app_manifest_faulty: text(
    '按 faults 逐项改正清单；清单格式见应用登记文档。',
    'Put right each of the faults; the format of a manifest is in the documentation of the registry.',
  ),
  app_not_ready: text(
    '看 faults：自动检查中每一项未通过的原因。',
    'See faults: why each row of the automatic check fails.',
  ),
  second_factor_needed: text(
    '用 acr_values=urn:onecert:acr:p1a2 重新登录，再用新令牌。',
    'Sign in again with acr_values=urn:onecert:acr:p1a2 and use the new token.',
  ),
  not_found: text(
    '核对网址；没有授权的东西也答“没有”。',
    'Check the address; what the token may not see is “not there” either.',
  ),
  method_not_allowed: text('用 Allow 头列出的方法。', 'Use a method of the Allow header.'),
  conflict: text(
    '重新读取，再在新内容上提交。',
    'Read it again, then send your change on what is there now.',
  ),
  already_exists: text('读取已有的，不要再建。', 'Read the one that exists instead of making another.'),
  idempotency_key_reused: text(
    '每个新请求用新的 Idempotency-Key；重试同一请求时原样再发。',
    'Take a new Idempotency-Key for each new request; repeat a request with the very same body.',
  ),
  wrong_host: text(
    '只用 issuer 的域名访问；检查代理转发的 Host。',
    'Use the issuer’s host name; check what Host your proxy passes on.',
  ),
  payload_too_large: text('缩小请求内容。', 'Send less.'),
  unsupported_media_type: text('设置接口要求的 Content-Type。', 'Set the Content-Type the API asks for.'),
  too_many_requests: text(
    '按 Retry-After 等待；不要循环重试。',
    'Wait as Retry-After says; do not retry in a loop.',
  ),
  unknown_certificate_type: text(
    '证照类型见 /certificate-types。',
    'The types are listed at /certificate-types.',
  ),
  wrong_capacity: text(
    '用 prompt=select_account 重新请求，让本人切换身份。',
    'Ask again with prompt=select_account, so that she can switch.',
  ),
  proofing_too_low: text(
    '请求更高的 acr，让本人提高实名等级。',
    'Ask for a higher acr, so that she can raise her proofing.',
  ),
};

export const problemAdvice = (code: ErrorCode): Text | undefined =>
  byCode[code] ?? byStatus[errorEntry(code).status];
