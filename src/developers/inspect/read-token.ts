/** A JWT read without judging it, and its times in words. */
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { bad, type Finding, fact, good } from './finding.ts';

export interface Decoded {
  header: { alg?: string; kid?: string; typ?: string };
  claims: JWTPayload;
}

export const decodeToken = (token: string): Decoded | undefined => {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
};

export const span = (secondsLong: number): { zh: string; en: string } => {
  const long = Math.abs(Math.round(secondsLong));
  const [count, zh, en] =
    long < 120
      ? [long, '秒', 's']
      : long < 7_200
        ? [Math.round(long / 60), '分钟', 'min']
        : long < 172_800
          ? [Math.round(long / 3_600), '小时', 'h']
          : [Math.round(long / 86_400), '天', 'days'];
  return { zh: `${count} ${zh}`, en: `${count} ${en}` };
};

const moment = (at: number): string =>
  Math.abs(at) > 8e12 ? '?' : `${new Date(at * 1000).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** `exp`, `iat` and `auth_time` by this server's clock. */
export const times = (now: number, { claims }: Decoded): Finding[] => {
  const out: Finding[] = [];
  const { exp, iat } = claims;
  if (typeof exp !== 'number') out.push(bad('exp', '缺少有效期。', 'No expiry.'));
  else {
    const left = span(exp - now);
    out.push(
      exp > now
        ? good(
            'exp',
            `有效，还有 ${left.zh}（到 ${moment(exp)}）。`,
            `Good for another ${left.en} (until ${moment(exp)}).`,
          )
        : bad('exp', `已过期 ${left.zh}（${moment(exp)}）。`, `Expired ${left.en} ago (${moment(exp)}).`),
    );
  }
  if (typeof iat !== 'number') out.push(bad('iat', '缺少签发时间。', 'No time of issue.'));
  else if (iat > now + 60)
    out.push(
      bad('iat', '签发时间在将来：有一方的时钟不准。', 'Issued in the future: one of the clocks is wrong.'),
    );
  else
    out.push(
      fact(
        'iat',
        `${span(now - iat).zh}前签发（${moment(iat)}）。`,
        `Issued ${span(now - iat).en} ago (${moment(iat)}).`,
      ),
    );
  if (typeof claims.auth_time === 'number')
    out.push(
      fact(
        'auth_time',
        `${span(now - claims.auth_time).zh}前登录。`,
        `Signed in ${span(now - claims.auth_time).en} ago.`,
      ),
    );
  return out;
};
