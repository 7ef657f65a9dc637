/** What the back end says, in the old shape: `result` "0" or a number of this table, and a sentence. */
const table = {
  ok: ['0', 200, '成功 (done)'],
  request: ['1001', 200, '参数不完整或格式有误 (a parameter is missing or malformed)'],
  signature: ['1002', 200, '接入码或签名有误 (service code or signature is wrong)'],
  time: ['1003', 200, '时间戳与服务器相差超过 5 分钟 (time differs by more than 5 minutes)'],
  ticket: ['1004', 200, '票据无效、已使用或已过期 (the ticket is not good, was used or has expired)'],
  token: ['1005', 200, '令牌无效或已过期 (the token is not good or has expired)'],
  over: ['1006', 410, '票据方式已停用，请改用 OpenID Connect (tickets have ended: move to OpenID Connect)'],
  md5: ['1007', 200, 'MD5 签名已停用，请改用 HMAC-SHA-256 (MD5 is not taken any more)'],
  busy: ['1008', 429, '请求过于频繁 (too many requests)'],
  unavailable: ['1009', 503, '服务繁忙，请稍后再试 (try again in a moment)'],
} as const satisfies Record<string, readonly [string, number, string]>;

export type ResultCode = keyof typeof table;

export interface Result {
  status: number;
  body: Record<string, unknown> & { result: string; errmsg: string };
}

export const resultOf = (code: ResultCode, more: Record<string, unknown> = {}): Result => {
  const [result, status, sentence] = table[code];
  return { status, body: { result, errmsg: code === 'ok' ? '' : sentence, ...more } };
};
