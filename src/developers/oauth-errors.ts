/** Every OAuth error this server gives: where, why, and what the developer does about it. */
import type { Text } from '../http/index.ts';

export type Endpoint =
  | 'authorization'
  | 'par'
  | 'token'
  | 'api'
  | 'introspection'
  | 'logout'
  | 'registration'
  | 'credential';

const text = (zh: string, en: string): Text => ({ zh, en });

export const endpointNames: Record<Endpoint, Text> = {
  authorization: text('授权端点 /auth', 'authorization endpoint /auth'),
  par: text('推送授权请求', 'pushed authorization requests'),
  token: text('令牌端点', 'token endpoint'),
  api: text('userinfo 和 API', 'userinfo and APIs'),
  introspection: text('令牌检视和撤销', 'introspection and revocation'),
  logout: text('退出登录', 'sign-out'),
  registration: text('动态登记', 'dynamic registration'),
  credential: text('证照端点', 'credential endpoint'),
};

export interface OAuthError {
  at: readonly Endpoint[];
  cause: Text;
  advice: Text;
}

const atAuth = ['authorization', 'par'] as const;

const withoutPrompt = text(
  '去掉 prompt=none 再请求一次，让页面询问本人。',
  'Ask again without prompt=none, so that a page can ask her.',
);
const dpop = text(
  '每个请求用同一把钥匙签一个新的证明：htm、htu、iat、jti；带访问令牌时还有 ath。',
  'Sign a new proof with the same key for every request: htm, htu, iat, jti; with an access token also ath.',
);

export const oauthErrors: Readonly<Record<string, OAuthError>> = {
  invalid_request: {
    at: ['authorization', 'par', 'token', 'introspection', 'logout', 'registration'],
    cause: text(
      '缺少参数、参数重复，或格式不对：常见的是没有 code_challenge、redirect_uri，或请求体不是表单格式。',
      'A parameter is missing, comes twice or is malformed: often no code_challenge, no redirect_uri, or a body that is not a form.',
    ),
    advice: text(
      '看 error_description 中的参数名；把整个网址粘贴到检查工具。',
      'error_description names the parameter; paste the whole address into the inspector.',
    ),
  },
  invalid_client: {
    at: ['authorization', 'par', 'token', 'introspection', 'registration'],
    cause: text(
      '没有这个 client_id，应用已停用，或密钥不对、没有按登记的方式发送。',
      'There is no such client_id, the app is suspended, or its secret is wrong or was sent in another way than registered.',
    ),
    advice: text(
      '核对编号、密钥和 token_endpoint_auth_method；client_secret_basic 中两者都要先做 URL 编码。',
      'Compare id, secret and token_endpoint_auth_method; in client_secret_basic both are URL-encoded first.',
    ),
  },
  invalid_redirect_uri: {
    at: ['authorization', 'par', 'registration'],
    cause: text(
      'redirect_uri 与登记的不是逐字符一致；登记时则是网址的写法不符合要求。',
      'The redirect_uri is not equal to a registered one to the letter; at registration, it is not written in its plain form.',
    ),
    advice: text(
      '常见差别：末尾的斜杠、http 与 https、localhost 与 127.0.0.1、端口。检查工具会指出是哪一种。',
      'The usual differences: a trailing slash, http or https, localhost or 127.0.0.1, the port. The inspector says which.',
    ),
  },
  unauthorized_client: {
    at: ['authorization', 'par', 'token'],
    cause: text(
      '该应用没有登记这种授权类型或返回方式。',
      'The app is not registered for this grant or response type.',
    ),
    advice: text(
      '按登记的授权类型请求，或更改登记。',
      'Use what is registered, or have the registration changed.',
    ),
  },
  access_denied: {
    at: ['authorization', 'credential'],
    cause: text('本人没有同意，或中途取消。', 'The person did not agree, or gave up.'),
    advice: text(
      '不是故障：告诉她可以再来，不要马上重试。',
      'Not a fault: tell her she can come back; do not retry at once.',
    ),
  },
  unsupported_response_type: {
    at: atAuth,
    cause: text('response_type 不是 code。', 'response_type is something else than code.'),
    advice: text('用授权码流程：response_type=code。', 'Use the code flow: response_type=code.'),
  },
  unsupported_response_mode: {
    at: atAuth,
    cause: text('没有这种 response_mode。', 'There is no such response_mode.'),
    advice: text('用 query、fragment 或 form_post。', 'Use query, fragment or form_post.'),
  },
  invalid_scope: {
    at: ['authorization', 'par', 'token'],
    cause: text(
      '请求了该应用没有登记的 scope，或缺少 openid。',
      'A scope the app is not registered for, or openid is missing.',
    ),
    advice: text(
      '只请求登记过的 scope；需要更多时更改登记。',
      'Ask only for registered scopes; to get more, change the registration.',
    ),
  },
  login_required: {
    at: ['authorization'],
    cause: text(
      'prompt=none，但本人没有登录、登录太久（max_age），或不是 id_token_hint 中的那个人。',
      'prompt=none, and nobody is signed in, the sign-in is too old (max_age), or it is not the person of id_token_hint.',
    ),
    advice: withoutPrompt,
  },
  consent_required: {
    at: ['authorization'],
    cause: text(
      'prompt=none，但本人还没有同意这些内容。',
      'prompt=none, and she has not agreed to this yet.',
    ),
    advice: withoutPrompt,
  },
  interaction_required: {
    at: ['authorization'],
    cause: text('prompt=none，但有问题需要本人回答。', 'prompt=none, and something has to be asked of her.'),
    advice: withoutPrompt,
  },
  account_selection_required: {
    at: ['authorization'],
    cause: text(
      'prompt=none，但本人有多个办事身份，需要选择。',
      'prompt=none, and she has several capacities to choose from.',
    ),
    advice: withoutPrompt,
  },
  unmet_authentication_requirements: {
    at: ['authorization'],
    cause: text(
      '本人现在达不到所请求的 acr：实名等级不够，或没有那种登录方式。',
      'She cannot reach the acr that was asked for: her proofing is too low, or she has no such factor.',
    ),
    advice: text(
      '告诉她如何提高等级，或在业务允许时请求较低的 acr。不要循环重试。',
      'Tell her how to raise her level, or ask for a lower acr where the matter allows it. Do not loop.',
    ),
  },
  invalid_request_uri: {
    at: ['authorization'],
    cause: text(
      '推送的请求已用过、已过期，或属于另一个应用。',
      'The pushed request was used, has expired, or is another app’s.',
    ),
    advice: text(
      '每次登录推送一个新请求，并在有效期内使用。',
      'Push a new request for each sign-in, and use it while it lives.',
    ),
  },
  request_uri_not_supported: {
    at: atAuth,
    cause: text(
      'request_uri 不是推送授权请求得到的，也没有登记。',
      'The request_uri is neither of a pushed request nor a registered address.',
    ),
    advice: text(
      '先推送请求，或在登记中写入 request_uris。',
      'Push the request first, or register the address in request_uris.',
    ),
  },
  request_not_supported: {
    at: atAuth,
    cause: text('这里没有开启签名的请求对象。', 'Signed request objects are not switched on here.'),
    advice: text('把参数直接放在请求中，或推送请求。', 'Send plain parameters, or push the request.'),
  },
  registration_not_supported: {
    at: atAuth,
    cause: text('不接受 registration 参数。', 'The registration parameter is not taken.'),
    advice: text('先登记应用。', 'Register the app first.'),
  },
  invalid_request_object: {
    at: atAuth,
    cause: text(
      '签名的请求对象验证不通过：钥匙、aud 或时间不对。',
      'The signed request object does not hold: key, aud or times.',
    ),
    advice: text(
      'aud 写本服务器的 issuer，用登记的公钥对应的私钥签名。',
      'Set aud to this issuer and sign with the key that is registered.',
    ),
  },
  invalid_target: {
    at: ['authorization', 'par', 'token'],
    cause: text('resource 不是本服务器的 API。', 'resource is no API of this server.'),
    advice: text('resource 写本服务器的 issuer，或不写。', 'Set resource to this issuer, or leave it out.'),
  },
  invalid_authorization_details: {
    at: atAuth,
    cause: text(
      'authorization_details 的类型或内容不对，或应用没有登记。',
      'Type or content of authorization_details is wrong, or not registered.',
    ),
    advice: text(
      '对照签发者元数据中的 credential_configuration_id。',
      'Compare with the configurations of the issuer metadata.',
    ),
  },
  invalid_grant: {
    at: ['token'],
    cause: text(
      '授权码或刷新令牌已用过、已过期、已被撤销或不是发给这个应用的；或 redirect_uri、code_verifier 与开始时不同。',
      'The code or refresh token was used, has expired, was revoked or is another app’s; or redirect_uri or code_verifier differ from the start.',
    ),
    advice: text(
      '授权码一分钟内只兑换一次（页面刷新不要再兑换）；保存每次新的刷新令牌；再不行就重新登录。',
      'Redeem a code once, within a minute (not again on reload); keep each new refresh token; else sign in again.',
    ),
  },
  unsupported_grant_type: {
    at: ['token'],
    cause: text('没有这种 grant_type。', 'There is no such grant_type.'),
    advice: text('用发现文档中列出的授权类型。', 'Use one that the discovery document lists.'),
  },
  invalid_dpop_proof: {
    at: ['par', 'token', 'api'],
    cause: text(
      'DPoP 证明不对：钥匙、方法、网址、时间或 ath 不符，或已用过。',
      'The DPoP proof does not hold: key, method, address, time or ath, or it was used before.',
    ),
    advice: dpop,
  },
  use_dpop_nonce: {
    at: ['par', 'token', 'api'],
    cause: text('服务器要求证明中带有它给出的 nonce。', 'The proof has to carry a nonce of this server.'),
    advice: text(
      '取回答中的 DPoP-Nonce 头，放进新的证明再发一次。',
      'Take the DPoP-Nonce header of the answer, put it into a new proof and send again.',
    ),
  },
  invalid_token: {
    at: ['api', 'registration'],
    cause: text(
      '访问令牌已过期、已撤销，或所依据的授权已失效（退出、停用、委托结束）。',
      'The access token has expired, was revoked, or what it stood on has ended (sign-out, suspension, mandate).',
    ),
    advice: text('用刷新令牌换新的，没有就重新登录。', 'Use the refresh token, else sign in again.'),
  },
  insufficient_scope: {
    at: ['api'],
    cause: text('令牌没有这个 API 要求的 scope。', 'The token lacks the scope this API asks for.'),
    advice: text('登录时请求该 scope。', 'Ask for that scope at the sign-in.'),
  },
  unsupported_token_type: {
    at: ['introspection'],
    cause: text('这种令牌不能检视或撤销。', 'This kind of token cannot be introspected or revoked.'),
    advice: text(
      '只发送本服务器签发的访问令牌或刷新令牌。',
      'Send access and refresh tokens of this server only.',
    ),
  },
  invalid_client_metadata: {
    at: ['registration'],
    cause: text(
      '登记的某个成员缺少、不认识，或彼此矛盾。',
      'A member of the registration is missing, unknown, or contradicts another.',
    ),
    advice: text('error_description 指出是哪个成员。', 'error_description names the member.'),
  },
  invalid_software_statement: {
    at: ['registration'],
    cause: text('不接受 software_statement。', 'A software_statement is not taken.'),
    advice: text('去掉它。', 'Leave it out.'),
  },
  invalid_credential_request: {
    at: ['credential'],
    cause: text('证照请求缺少内容或格式不对。', 'The credential request is incomplete or malformed.'),
    advice: text('对照 OpenID4VCI 1.0 第 8.2 节。', 'Compare with OpenID4VCI 1.0 §8.2.'),
  },
  unknown_credential_configuration: {
    at: ['credential'],
    cause: text('没有这种证照配置。', 'There is no such credential configuration.'),
    advice: text('用签发者元数据中的编号。', 'Use an id of the issuer metadata.'),
  },
  unknown_credential_identifier: {
    at: ['credential'],
    cause: text('令牌里没有这个 credential_identifier。', 'The token holds no such credential_identifier.'),
    advice: text('用令牌回答中的编号。', 'Use one of the token response.'),
  },
  invalid_proof: {
    at: ['credential'],
    cause: text(
      '设备钥匙的证明不对：aud、nonce、签名，或两把钥匙相同。',
      'The proof of the device key does not hold: aud, nonce, signature, or two keys are the same.',
    ),
    advice: text(
      '每把钥匙签一个新的证明，nonce 取自 nonce 端点。',
      'Sign one new proof a key, with a nonce of the nonce endpoint.',
    ),
  },
  invalid_nonce: {
    at: ['credential'],
    cause: text(
      '证明中的 nonce 已过期或不是这里给的。',
      'The nonce of the proof has expired or is not from here.',
    ),
    advice: text('取新的 nonce，重新签名。', 'Fetch a new nonce and sign again.'),
  },
  invalid_encryption_parameters: {
    at: ['credential'],
    cause: text('这里不提供加密的证照回答。', 'Encrypted credential responses are not offered here.'),
    advice: text('去掉 credential_response_encryption。', 'Leave credential_response_encryption out.'),
  },
  credential_request_denied: {
    at: ['credential'],
    cause: text(
      '现在不能签发：登记中没有、状态不允许，或本人等级不够。',
      'It cannot be issued now: not in the register, a state that does not allow it, or too low a level.',
    ),
    advice: text(
      '告诉本人到主管部门核对；重试没有用。',
      'Tell the person to ask the department; trying again does not help.',
    ),
  },
  temporarily_unavailable: {
    at: ['authorization', 'token', 'api'],
    cause: text('服务繁忙或正在重启。', 'The service is busy or restarting.'),
    advice: text('按 Retry-After 等待后重试。', 'Wait as Retry-After says, then try again.'),
  },
  server_error: {
    at: ['authorization', 'par', 'token', 'api', 'introspection', 'logout', 'registration', 'credential'],
    cause: text('本服务器的故障。', 'A fault of this server.'),
    advice: text(
      '稍后重试；报告时附上 x-request-id。',
      'Try again later; name the x-request-id when you report it.',
    ),
  },
  session_not_found: {
    at: ['authorization', 'logout'],
    cause: text(
      '登录页打开太久，或用了返回键、另一个浏览器。',
      'The sign-in page was open too long, or came back by the back button or in another browser.',
    ),
    advice: text(
      '让用户从您的应用重新开始；不要自动循环。',
      'Let the person start again from your app; do not loop by yourself.',
    ),
  },
};
