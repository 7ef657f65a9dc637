/** A signed token: by which key, for whom, until when, and what its level means. */
import { createHash } from 'node:crypto';
import { compactVerify, createLocalJWKSet } from 'jose';
import { seconds } from '../../clock.ts';
import { parseAcr } from '../../oidc/index.ts';
import { acrWords } from '../acr-words.ts';
import type { DeveloperDeps } from '../dependencies.ts';
import { bad, check, type Finding, fact, good, type Report } from './finding.ts';
import { inspectAppSigned } from './inspect-app-signed.ts';
import { type Decoded, decodeToken, times } from './read-token.ts';

export interface Expected {
  clientId?: string;
  nonce?: string;
  accessToken?: string;
}

const signature = async (deps: DeveloperDeps, token: string, { header }: Decoded): Promise<Finding> => {
  const { alg, kid } = header;
  const about = 'signature';
  if (alg === 'none' || alg?.startsWith('HS'))
    return bad(
      about,
      `算法 ${alg}：不是本服务器的签名，任何人都能写。`,
      `Algorithm ${alg}: not signed by this server; anybody could have written it.`,
    );
  const keys = deps.loginKeys();
  const known = keys.keys.some((key) => (key as { kid?: string }).kid === kid);
  if (!known)
    return bad(
      about,
      `公布的公钥里没有 kid ${kid ?? '（缺少）'}：来自别的服务器，或钥匙已停用。`,
      `No published key has kid ${kid ?? '(none)'}: another server’s, or a key that was retired.`,
    );
  try {
    await compactVerify(token, createLocalJWKSet(keys));
    return good(
      about,
      `由本服务器的钥匙 ${kid} 签名（${alg}），内容未被改动。`,
      `Signed by this server’s key ${kid} (${alg}), and not changed since.`,
    );
  } catch {
    return bad(
      about,
      `与钥匙 ${kid} 不符：内容被改动或复制不全。`,
      `Does not fit key ${kid}: changed, or not copied whole.`,
    );
  }
};

const issuer = (deps: DeveloperDeps, { claims }: Decoded): Finding => {
  const iss = String(claims.iss ?? '');
  if (iss === deps.baseUrl) return good('iss', '是本服务器。', 'This server.');
  return iss.replace(/\/$/, '') === deps.baseUrl
    ? bad(
        'iss',
        '多了末尾的斜杠：须与 issuer 逐字符一致。',
        'A slash too many at the end: it has to equal the issuer to the letter.',
      )
    : bad('iss', '不是本服务器签发的。', 'Not issued by this server.');
};

const audience = async (
  deps: DeveloperDeps,
  { claims }: Decoded,
  trusted: boolean,
  expected: Expected,
): Promise<Finding[]> => {
  const audiences = [claims.aud ?? []].flat();
  const [first] = audiences;
  if (first === undefined)
    return [bad('aud', '缺少：不知道是给谁的。', 'Missing: nobody knows whom it is for.')];
  const out: Finding[] = [];
  if (expected.clientId !== undefined) {
    out.push(
      audiences.includes(expected.clientId)
        ? good('aud', '是您的应用。', 'Your app.')
        : bad('aud', '是给另一个应用的：不要接受。', 'For another app: do not accept it.'),
    );
  } else if (trusted) {
    const app = await deps.findApp(first);
    out.push(
      app
        ? check(
            'aud',
            `给应用「${app.name}」（${first}）：与您的 client_id 比较。`,
            `For the app “${app.name}” (${first}): compare with your client_id.`,
          )
        : bad(
            'aud',
            `应用 ${first} 没有登记或已停用。`,
            `The app ${first} is not registered, or was suspended.`,
          ),
    );
  } else out.push(check('aud', `给 ${first}。`, `For ${first}.`));
  if (claims.azp !== undefined)
    out.push(
      audiences.includes(String(claims.azp))
        ? good('azp', '与 aud 一致。', 'Agrees with aud.')
        : bad('azp', '与 aud 不一致。', 'Does not agree with aud.'),
    );
  return out;
};

const nonce = ({ claims }: Decoded, expected: Expected): Finding => {
  if (claims.nonce === undefined)
    return check(
      'nonce',
      '没有：请求中没有发送 nonce，无法防止令牌被重放。',
      'None: the request sent no nonce, so a replayed token cannot be told.',
    );
  if (expected.nonce === undefined)
    return check(
      'nonce',
      '有：与您为这次登录保存的值比较。',
      'There: compare with the one you kept for this sign-in.',
    );
  return claims.nonce === expected.nonce
    ? good('nonce', '与您发送的一致。', 'The one you sent.')
    : bad('nonce', '不是您发送的：属于另一次登录。', 'Not the one you sent: it belongs to another sign-in.');
};

/** OpenID Connect Core 1.0 §3.1.3.6: the left half of the hash that goes with the signature's algorithm. */
const accessTokenHash = ({ header, claims }: Decoded, { accessToken }: Expected): Finding[] => {
  if (claims.at_hash === undefined) return [];
  if (accessToken === undefined)
    return [
      fact(
        'at_hash',
        '把整个令牌回答粘贴进来，即可核对访问令牌。',
        'Paste the whole token response to have the access token compared.',
      ),
    ];
  const digest = createHash(header.alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken)
    .digest();
  const half = digest.subarray(0, digest.length / 2).toString('base64url');
  return [
    half === claims.at_hash
      ? good('at_hash', '访问令牌与它是一起签发的。', 'The access token was issued together with it.')
      : bad('at_hash', '访问令牌不是与它一起签发的。', 'The access token was not issued together with it.'),
  ];
};

const level = ({ claims }: Decoded): Finding[] => {
  if (typeof claims.acr !== 'string' || parseAcr(claims.acr) === undefined) return [];
  const amr = Array.isArray(claims.amr) ? `（amr: ${claims.amr.join(' ')}）` : '';
  return [
    fact(
      'acr',
      `${claims.acr}：${acrWords(claims.acr, 'zh')}${amr}`,
      `${claims.acr}: ${acrWords(claims.acr, 'en')}${amr.replace('（', ' (').replace('）', ')')}`,
    ),
  ];
};

const shown = new Set([
  'iss',
  'aud',
  'azp',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'at_hash',
  'acr',
  'amr',
  'sub',
]);

const rest = ({ claims }: Decoded): Finding[] => {
  const others = Object.keys(claims).filter((name) => !shown.has(name));
  return [
    ...(claims.sub === undefined
      ? []
      : [
          fact(
            'sub',
            '这个人在该应用中的编号（这里不显示）：别的应用得到的是另一个。',
            'This person’s reference in that app (not shown here): another app gets another one.',
          ),
        ]),
    ...(others.length === 0 ? [] : [fact('…', `还有：${others.join('、')}`, `Also: ${others.join(', ')}`)]),
  ];
};

const titles = {
  idToken: { zh: 'ID 令牌', en: 'An ID token' },
  logoutToken: { zh: '后台退出令牌（logout_token）', en: 'A back-channel logout token' },
};

const logoutToken = ({ claims }: Decoded): Finding[] => [
  claims.nonce === undefined
    ? good('nonce', '没有，应当如此。', 'None, as it has to be.')
    : bad('nonce', '不应当有：拒绝它。', 'Must not be there: refuse it.'),
  (claims.events as Record<string, unknown> | undefined)?.[
    'http://schemas.openid.net/event/backchannel-logout'
  ]
    ? good('events', '是退出事件。', 'A logout event.')
    : bad('events', '不是退出事件。', 'Not a logout event.'),
];

export const inspectToken = async (
  deps: DeveloperDeps,
  token: string,
  expected: Expected,
): Promise<Report> => {
  const decoded = decodeToken(token);
  if (decoded === undefined)
    return {
      title: titles.idToken,
      findings: [
        bad('JWT', '读不出来：复制不全，或不是 JWT。', 'Cannot be read: not copied whole, or no JWT.'),
      ],
    };
  const now = seconds(deps.clock);
  const byApp = inspectAppSigned(deps, decoded, now);
  if (byApp !== undefined) return byApp;
  const isLogout = decoded.header.typ === 'logout+jwt';
  const signed = await signature(deps, token, decoded);
  return {
    title: isLogout ? titles.logoutToken : titles.idToken,
    findings: [
      signed,
      issuer(deps, decoded),
      ...(await audience(deps, decoded, signed.state === 'good', expected)),
      ...times(now, decoded),
      ...(isLogout ? logoutToken(decoded) : [nonce(decoded, expected)]),
      ...level(decoded),
      ...accessTokenHash(decoded, expected),
      ...rest(decoded),
    ],
  };
};
