/** An authorization request: which parameter would fail, and why. Tells no more of an app than /auth does. */
import { type Discovery, looksPersonal, parseAcr } from '../../oidc/index.ts';
import type { AppFacts, DeveloperDeps } from '../dependencies.ts';
import { isSameLoopback, redirectLikeness } from './compare-redirect.ts';
import { bad, check, type Finding, fact, good, type Report } from './finding.ts';
import { decodeToken } from './read-token.ts';

type Get = (name: string) => string | null;

const missing = (about: string, code = 'invalid_request'): Finding =>
  bad(about, '缺少这个参数。', 'This parameter is missing.', code);

const address = ({ authorization_endpoint: endpoint }: Discovery, given: URL | undefined): Finding[] => {
  if (given === undefined) return [];
  return [
    given.origin + given.pathname === endpoint
      ? good('authorization_endpoint', '地址正确。', 'The right address.')
      : bad('authorization_endpoint', `应为 ${endpoint}`, `It has to be ${endpoint}`),
  ];
};

const twice = (parameters: URLSearchParams): Finding[] =>
  [...new Set(parameters.keys())]
    .filter((name) => name !== 'resource' && parameters.getAll(name).length > 1)
    .map((name) => bad(name, '出现了两次。', 'It comes twice.', 'invalid_request'));

const redirect = (app: AppFacts, given: string | null): Finding => {
  if (given === null) return missing('redirect_uri');
  if (app.redirectUris.includes(given) || (app.native && isSameLoopback(given, app.redirectUris)))
    return good('redirect_uri', '与登记的一致。', 'Registered.');
  const like = redirectLikeness(given, app.redirectUris);
  return like
    ? bad('redirect_uri', `没有登记：${like.zh}。`, `Not registered: ${like.en}.`, 'invalid_redirect_uri')
    : bad(
        'redirect_uri',
        '没有登记，也没有相近的。',
        'Not registered, and like none that is.',
        'invalid_redirect_uri',
      );
};

const scope = (discovery: Discovery, app: AppFacts, given: string | null): Finding[] => {
  const asked = (given ?? '').split(' ').filter(Boolean);
  const known: readonly string[] = discovery.scopes_supported;
  const refused = asked.filter((name) => known.includes(name) && !app.scopes.includes(name));
  const unknown = asked.filter((name) => !known.includes(name));
  const names = (list: readonly string[]): string => list.join(' ');
  return [
    ...(asked.includes('openid')
      ? [good('scope', `${names(asked)}`, `${names(asked)}`)]
      : [bad('scope', '缺少 openid。', 'openid is missing.', 'invalid_scope')]),
    ...(refused.length === 0
      ? []
      : [
          bad(
            'scope',
            `该应用没有登记：${names(refused)}`,
            `The app is not registered for: ${names(refused)}`,
            'invalid_scope',
          ),
        ]),
    ...(unknown.length === 0
      ? []
      : [
          check(
            'scope',
            `本服务器没有，会被忽略：${names(unknown)}`,
            `Unknown here and ignored: ${names(unknown)}`,
          ),
        ]),
  ];
};

const pkce = (app: AppFacts, get: Get): Finding => {
  const challenge = get('code_challenge');
  if (challenge === null)
    return app.pkceRequired
      ? bad(
          'code_challenge',
          '缺少：该应用必须使用 PKCE。',
          'Missing: this app has to use PKCE.',
          'invalid_request',
        )
      : check(
          'code_challenge',
          '没有：登记允许不用，但建议使用 PKCE。',
          'None: its registration allows that, but PKCE is better.',
        );
  if (get('code_challenge_method') !== 'S256')
    return bad('code_challenge_method', '须为 S256。', 'It has to be S256.', 'invalid_request');
  return /^[\w-]{43}$/.test(challenge)
    ? good('code_challenge', 'PKCE，S256。', 'PKCE, S256.')
    : bad(
        'code_challenge',
        '不是 SHA-256 的 base64url（43 个字符，没有“=”）。',
        'Not a SHA-256 in base64url (43 characters, no “=”).',
        'invalid_request',
      );
};

const oneOf = (
  discovery: Discovery,
  name: string,
  member: string,
  code: string,
  given: string | null,
): Finding[] => {
  if (given === null) return [];
  const supported = (discovery[member] ?? []) as string[];
  const wrong = given.split(' ').filter((value) => !supported.includes(value));
  return wrong.length === 0
    ? [good(name, given, given)]
    : [bad(name, `不支持：${wrong.join(' ')}`, `Not supported: ${wrong.join(' ')}`, code)];
};

const prompt = (given: string | null): Finding[] =>
  given?.includes('none') && given !== 'none'
    ? [bad('prompt', 'none 不能与其他值一起用。', 'none must stand alone.', 'invalid_request')]
    : [];

const acr = (given: string | null): Finding[] => {
  if (given === null) return [];
  const unknown = given.split(' ').filter((value) => parseAcr(value) === undefined);
  return unknown.length === 0
    ? [good('acr_values', given, given)]
    : [check('acr_values', `本服务器没有：${unknown.join(' ')}`, `Unknown here: ${unknown.join(' ')}`)];
};

const hint = (given: string | null): Finding[] =>
  given !== null && looksPersonal(given)
    ? [
        bad(
          'login_hint',
          '网址中不能有电话或证件号码：用推送授权请求。',
          'No phone or document number in an address: use a pushed request.',
          'invalid_request',
        ),
      ]
    : [];

const recommended = (get: Get, name: string, zh: string, en: string): Finding =>
  get(name) ? good(name, '有。', 'There.') : check(name, zh, en);

const pushed = 'urn:ietf:params:oauth:request_uri:';

const byReference = (app: AppFacts, uri: string): Finding => {
  if (uri.startsWith(pushed))
    return fact(
      'request_uri',
      '推送的请求：内容不在网址里；只能用一次。',
      'A pushed request: its content is not in the address; it works once.',
    );
  return app.requestUris.includes(uri)
    ? good(
        'request_uri',
        '已登记的地址：签名的请求从那里读取。',
        'A registered address: the signed request is fetched from there.',
      )
    : bad(
        'request_uri',
        '须由推送授权请求得到，或逐字符等于登记的地址。',
        'It has to come from a pushed request, or be a registered address to the letter.',
        'request_uri_not_supported',
      );
};

/** RFC 9101 §6.3: what the signed object says counts. Its signature is checked with the app's key, at /auth. */
const claimsOf = (object: string): Get | undefined => {
  const claims = decodeToken(object)?.claims;
  return claims && ((name) => (claims[name] === undefined ? null : String(claims[name])));
};

const byValue = (readable: boolean): Finding =>
  readable
    ? fact(
        'request',
        '签名的请求对象：以下检查其中的参数，签名不在这里核对。',
        'A signed request object: its parameters are looked at below; its signature is not checked here.',
      )
    : bad('request', '读不出来：不是 JWT。', 'Cannot be read: no JWT.', 'invalid_request_object');

export const inspectRequest = async (
  deps: DeveloperDeps,
  parameters: URLSearchParams,
  given?: URL,
): Promise<Report> => {
  const title = { zh: '授权请求', en: 'An authorization request' };
  const discovery = await deps.discovery();
  const start = [...address(discovery, given), ...twice(parameters)];
  const clientId = parameters.get('client_id');
  if (!clientId) return { title, findings: [...start, missing('client_id')] };
  const app = await deps.findApp(clientId);
  if (app === undefined) {
    const unknown = bad(
      'client_id',
      '没有登记这个应用，或已停用。',
      'No such app is registered, or it was suspended.',
      'invalid_client',
    );
    return { title, findings: [...start, unknown] };
  }
  start.push(good('client_id', `应用「${app.name}」。`, `The app “${app.name}”.`));
  const requestUri = parameters.get('request_uri');
  if (requestUri !== null) return { title, findings: [...start, byReference(app, requestUri)] };
  if (app.parRequired)
    start.push(
      bad(
        'request_uri',
        '该应用的请求必须先推送（PAR）。',
        'This app has to push its requests (PAR).',
        'invalid_request',
      ),
    );
  const object = parameters.get('request');
  const claim = object === null ? undefined : claimsOf(object);
  if (object !== null) start.push(byValue(claim !== undefined));
  const get: Get = (name) => claim?.(name) ?? parameters.get(name);
  return {
    title,
    findings: [
      ...start,
      redirect(app, get('redirect_uri')),
      get('response_type') === 'code'
        ? good('response_type', 'code', 'code')
        : bad('response_type', '须为 code。', 'It has to be code.', 'unsupported_response_type'),
      ...scope(discovery, app, get('scope')),
      pkce(app, get),
      recommended(
        get,
        'state',
        '没有：您的应用无法认出属于自己的回答。',
        'None: your app cannot tell the answer to its own request.',
      ),
      recommended(
        get,
        'nonce',
        '没有：无法防止 ID 令牌被重放。',
        'None: a replayed ID token cannot be told.',
      ),
      ...oneOf(
        discovery,
        'response_mode',
        'response_modes_supported',
        'unsupported_response_mode',
        get('response_mode'),
      ),
      ...oneOf(discovery, 'prompt', 'prompt_values_supported', 'invalid_request', get('prompt')),
      ...prompt(get('prompt')),
      ...acr(get('acr_values')),
      ...hint(get('login_hint')),
    ],
  };
};
