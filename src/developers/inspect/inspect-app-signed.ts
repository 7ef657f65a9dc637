/** Tokens an app signs itself: a DPoP proof, a client assertion, a request object. Its key is the app's, not ours. */
import type { DeveloperDeps } from '../dependencies.ts';
import { bad, type Finding, fact, good, type Report } from './finding.ts';
import { type Decoded, span, times } from './read-token.ts';

const proofOfKey = (now: number, { claims }: Decoded): Finding[] => [
  fact('htm', `方法 ${String(claims.htm)}`, `Method ${String(claims.htm)}`),
  fact('htu', `网址 ${String(claims.htu)}，不带查询部分`, `Address ${String(claims.htu)}, without its query`),
  typeof claims.iat === 'number' && Math.abs(now - claims.iat) < 300
    ? good('iat', `${span(now - claims.iat).zh}前所签。`, `Signed ${span(now - claims.iat).en} ago.`)
    : bad(
        'iat',
        '不是刚刚签的，或时钟不准。',
        'Not made just now, or the clock is wrong.',
        'invalid_dpop_proof',
      ),
];

const signedByApp = fact(
  'signature',
  '由应用自己的钥匙签名，这里不核对：须与登记的 jwks 或 jwks_uri 相符。',
  'Signed with the app’s own key and not checked here: it has to fit the registered jwks or jwks_uri.',
);

const toThisIssuer = (deps: DeveloperDeps, { claims }: Decoded, code: string): Finding =>
  [claims.aud].flat().includes(deps.baseUrl)
    ? good('aud', '是本服务器的 issuer。', 'This issuer.')
    : bad('aud', `须为 ${deps.baseUrl}`, `It has to be ${deps.baseUrl}`, code);

const onlyOnce = ({ claims }: Decoded): Finding =>
  typeof claims.jti === 'string'
    ? good('jti', '有：每次用新的。', 'There: make a new one each time.')
    : bad('jti', '缺少：每次都要有新的。', 'Missing: there has to be a new one each time.', 'invalid_client');

/** Nothing for a token that is not of this kind. */
export const inspectAppSigned = (deps: DeveloperDeps, decoded: Decoded, now: number): Report | undefined => {
  const { header, claims } = decoded;
  if (header.typ === 'dpop+jwt')
    return { title: { zh: 'DPoP 证明', en: 'A DPoP proof' }, findings: proofOfKey(now, decoded) };
  if (header.typ === 'oauth-authz-req+jwt') {
    const aud = toThisIssuer(deps, decoded, 'invalid_request_object');
    const title = { zh: '签名的请求对象', en: 'A signed request object' };
    return { title, findings: [signedByApp, aud, ...times(now, decoded)] };
  }
  // RFC 7523 §3: a client assertion is issued by the app about itself.
  if (claims.iss === undefined || claims.iss !== claims.sub || claims.iss === deps.baseUrl) return undefined;
  return {
    title: { zh: '应用的身份断言（private_key_jwt）', en: 'A client assertion (private_key_jwt)' },
    findings: [
      signedByApp,
      toThisIssuer(deps, decoded, 'invalid_client'),
      onlyOnce(decoded),
      ...times(now, decoded),
    ],
  };
};
