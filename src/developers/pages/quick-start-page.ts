/** One language, from an empty folder to a signed-in name. */
import { type Html, html, type Language, type Text } from '../../http/index.ts';
import type { Block, QuickStart } from '../quick-starts.ts';
import { backToOverview, codeBlock, copyScript } from './parts.ts';

const words = {
  first: {
    zh: '依次照做即可。在同一个终端窗口里运行命令；文件保存在命令所建的文件夹里。端口 8081 被占用时，先运行 export PORT=另一个端口。',
    en: 'Do these in order. Run the commands in one terminal; save the files in the folder the first one makes. Is port 8081 taken? Run export PORT=<another> first.',
  },
  folder: { zh: '新建文件夹', en: 'Make a folder' },
  register: { zh: '登记应用', en: 'Register the app' },
  registerSays: {
    zh: '回答保存在 client.json：应用编号和只显示这一次的密钥。不要提交到代码库。',
    en: 'The answer is kept in client.json: the app’s id, and its secret, which is shown this once. Keep the file out of your repository.',
  },
  registerPublic: {
    zh: '网页谁都能读，所以没有密钥：client.json 只写应用编号，登记结果留在文件夹之外。',
    en: 'Anybody can read a page, so it has no secret: client.json holds the app’s id alone, and the registration stays outside the folder.',
  },
  file: { zh: '保存文件', en: 'Save the code' },
  install: { zh: '安装依赖', en: 'Install what it uses' },
  run: { zh: '运行', en: 'Run it' },
  open: { zh: '登录', en: 'Sign in' },
  openSays: {
    zh: '用浏览器打开，点击登录。页面显示您的姓名，并可退出登录。',
    en: 'Open it in a browser and sign in. The page shows your name, and a way to sign out.',
  },
  sample: {
    zh: '示例省份中有虚构的人可以登录：登录名见 README，密码见 data/sample-people.json。',
    en: 'The sample province has invented people to sign in as: login names in the README, passwords in data/sample-people.json.',
  },
  checked: { zh: '代码检查了什么', en: 'What the code checks' },
  failed: { zh: '没有成功？', en: 'Did it not work?' },
  failedSays: {
    zh: '把地址栏里的网址或收到的回答粘贴到检查工具。',
    en: 'Paste the address or the answer you got into the inspector.',
  },
  inspect: { zh: '检查令牌和请求', en: 'Inspect a token or request' },
} satisfies Record<string, Text>;

const checks: Text[] = [
  { zh: 'state：回答属于这个浏览器发出的请求', en: 'state: the answer is to this browser’s own request' },
  {
    zh: 'iss 参数（RFC 9207）：回答来自所问的服务器',
    en: 'the iss parameter (RFC 9207): it comes from the server that was asked',
  },
  { zh: 'PKCE：授权码只有发起者能兑换', en: 'PKCE: only who began can redeem the code' },
  { zh: 'ID 令牌：签名、iss、aud、时间、nonce', en: 'the ID token: signature, iss, aud, times, nonce' },
  { zh: 'userinfo 的 sub 与 ID 令牌一致', en: 'that userinfo is about the same sub' },
];

const titleOf = (block: Block, quickStart: QuickStart): { title: Text; says?: Text } => {
  if (block.kind === 'file') return { title: words.file };
  if (block.about !== 'register') return { title: words[block.about] };
  return { title: words.register, says: quickStart.publicApp ? words.registerPublic : words.registerSays };
};

/** Blocks under the step they belong to: all files are one step. */
const steps = (blocks: readonly Block[], quickStart: QuickStart) => {
  const out: { title: Text; says?: Text; blocks: Block[] }[] = [];
  for (const block of blocks) {
    const step = titleOf(block, quickStart);
    if (out.at(-1)?.title === step.title) out.at(-1)!.blocks.push(block);
    else out.push({ ...step, blocks: [block] });
  }
  return out;
};

export const quickStartPage = (
  quickStart: QuickStart,
  blocks: readonly Block[],
  sample: boolean,
  language: Language,
): Html => {
  const all = steps(blocks, quickStart);
  return html`${backToOverview(language)}<h1>${quickStart.name[language]}</h1>
<p class="soft">${quickStart.with[language]}</p>
<p>${words.first[language]}</p>
${all.map(
  ({ title, says, blocks: own }, index) => html`<h2>${index + 1}. ${title[language]}</h2>
${says && html`<p>${says[language]}</p>`}${own.map((block) => codeBlock(block, language))}`,
)}
<h2>${all.length + 1}. ${words.open[language]}</h2>
<p>${words.openSays[language]}</p>
<p><code>http://localhost:8081/</code></p>
${sample && html`<p class="soft">${words.sample[language]}</p>`}
<h2>${words.checked[language]}</h2>
<ul>${checks.map((check) => html`<li>${check[language]}</li>`)}</ul>
<h2>${words.failed[language]}</h2>
<p>${words.failedSays[language]}</p>
<p><a href="/developers/inspect">${words.inspect[language]}</a></p>
${copyScript}`;
};
