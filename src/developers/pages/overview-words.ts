import type { Text } from '../../http/index.ts';

const text = (zh: string, en: string): Text => ({ zh, en });

/** Words of /developers. */
export const overviewWords = {
  title: text('应用接入', 'Connect an app'),
  says: text(
    '标准 OpenID Connect：任何语言的库都能用。一个下午，从这一页到页面上显示登录者的姓名。',
    'Standard OpenID Connect: any library in any language will do. One afternoon from this page to a signed-in name.',
  ),
  register: text('登记应用，或查看我的应用', 'Register an app, or see mine'),
  inspect: text('检查令牌和请求', 'Inspect a token or request'),
  inspectSays: text(
    '粘贴进来，用大白话告诉您哪里不对',
    'Paste it in; plain words say what is right and wrong',
  ),
  errors: text('错误代码', 'Error codes'),
  errorsSays: text('每个代码的原因和办法', 'Why each one comes, and what to do'),
  sandbox: text('沙箱', 'Sandbox'),
  sandboxSays: text('与正式环境相同，人都是虚构的', 'The same server with invented people'),
  steps: text('三步', 'Three steps'),
  threeSteps: [
    text(
      '登记应用：名称、登录后返回的网址（须逐字符一致）。得到应用编号和密钥。',
      'Register the app: its name, and the address people come back to (equal to the letter). You get an id and a secret.',
    ),
    text(
      '从下面的快速开始复制代码，或让您的库读取本服务器的发现文档。',
      'Copy the code of a quick start below, or point your library at this server’s discovery document.',
    ),
    text(
      '登录一次；出错时用检查工具看原因，再按错误代码处理。',
      'Sign in once. When something fails, the inspector says why and the error codes say what to do.',
    ),
  ],
  quickStarts: text('快速开始', 'Quick starts'),
  tools: text('测试与排查', 'Test it, find what is wrong'),
  get: text('您的应用会得到什么', 'What your app gets'),
  gets: [
    text(
      'sub：这个人在您的应用里的编号。长期不变；别的应用得到的是另一个，互相对不上。',
      'sub: this person’s reference in your app. It never changes; another app gets another one, and the two cannot be joined.',
    ),
    text(
      '用户信息按 scope 给出，须本人同意；ID 令牌里没有姓名、电话和证件号码，要从 userinfo 读取。',
      'Claims by scope, after the person agreed. ID tokens hold no name, phone or number: those come from userinfo.',
    ),
    text(
      'entity、role、mandate：代表企业办事时才有。realm、unit、roles：公职身份时才有。都没有，就是本人。',
      'entity, role, mandate: only when she acts for an enterprise. realm, unit, roles: only in an office. None of them: she acts as herself.',
    ),
    text(
      'acr：实名程度和登录强度两个数字。不够时用 acr_values 请求更高的等级。',
      'acr: two numbers, how well she was proved and how strongly she signed in. Ask for more with acr_values.',
    ),
  ],
  scopes: text('可以请求什么（scope）', 'What you can ask for (scope)'),
  scopesSay: text(
    '同意页向本人显示的就是这些话。',
    'These are the words the consent page shows to the person.',
  ),
  openid: text('必填：登录本身，和以下内容', 'Always: the sign-in itself, and these'),
  items: text('可以办理的事项', 'Service items an app may handle'),
  itemsSay: text(
    '请求事项的 scope，即可为本人办理，并只读取该事项需要的字段。',
    'With an item’s scope the app handles it for the person, and reads only the fields that item needs.',
  ),
  needs: text('需要等级', 'Needs level'),
  levels: text('认证等级（acr）', 'Levels (acr)'),
  levelsSay: text(
    'p 是实名程度，a 是登录强度，都是下限：p2a1 也接受 p3a3。',
    'p is proofing, a is the strength of the sign-in; both are minima: p2a1 is met by p3a3.',
  ),
  addresses: text('地址', 'Addresses'),
  addressesSay: text(
    '库从发现文档读取全部设置，不必抄写。以下是它此刻的内容。',
    'Your library reads all of it from the discovery document; copy nothing by hand. This is what it says right now.',
  ),
  choices: text('支持的选项', 'What is supported'),
  idTokenAlgs: text('ID 令牌签名', 'ID token signatures'),
  idTokenEncryption: text('ID 令牌加密', 'ID token encryption'),
  authMethods: text('应用认证方式', 'How an app proves itself'),
  dpop: text('DPoP 签名', 'DPoP signatures'),
  grants: text('授权类型', 'Grant types'),
  responseModes: text('返回方式', 'Response modes'),
  pkce: text('PKCE', 'PKCE'),
  prompts: text('prompt', 'prompt'),
  locales: text('页面语言', 'Languages of the pages'),
  byHand: text('请求本身', 'The requests themselves'),
  byHandSays: text('库会替您完成这三步。', 'Your library takes these three steps.'),
  signOut: text('退出登录', 'Signing out'),
  signOutSays: text(
    '先结束您自己的会话，再把浏览器带到这里；本人确认后回到您登记的网址。',
    'End your own session, then lead the browser here; after the person confirmed she comes back to the address you registered.',
  ),
  backChannel: text(
    '登记 backchannel_logout_uri 后，本人在别处退出、会话被结束或授权失效时，服务器会向它发送签名的 logout_token：核对签名、iss、aud、iat、jti 和 events，再结束 sid 或 sub 对应的会话，回答 200。',
    'Register a backchannel_logout_uri, and when the person signs out elsewhere, or her session or mandate ends, this server posts a signed logout_token to it: check signature, iss, aud, iat, jti and events, end the session of that sid or sub, answer 200.',
  ),
  wallets: text('卡包应用读取签发者元数据', 'Wallets read the issuer’s metadata'),
  verifiers: text('离线核验：固定省根公钥，定期取离线包', 'Offline verifiers: pin the root, fetch the pack'),
};
