/** The slip of paper that an officer hands over: as text, and as a page to print. Both languages, nothing to click. */
import { escapeHtml } from '../http/index.ts';
import { maskName, maskNumber } from '../identifiers/index.ts';
import type { StartSlip } from './start-codes.ts';

export interface SlipToPrint {
  slip: StartSlip;
  person: { name: string; documentNumber: string };
  /** Where the code is typed. */
  baseUrl: string;
  /** Nothing on it is real, and it says so. */
  sandbox?: boolean;
}

const linesOf = ({ slip, person, baseUrl }: SlipToPrint): [string, string][] => {
  const until = new Date((slip.expiresAt + 8 * 3_600) * 1_000).toISOString().slice(0, 10);
  return [
    ['姓名 Name', maskName(person.name)],
    ['证件号码 Document', maskNumber(person.documentNumber)],
    ['开通码 Start code', slip.code],
    ['有效期至 Good until', until],
    ['打开网址 Open', `${baseUrl}/open-account/start`],
  ];
};

const titleOf = ({ sandbox }: SlipToPrint): string =>
  `${sandbox ? '【沙箱 Sandbox】' : ''}一证通账户开通 OneCert: start your account`;
const advice = [
  '在上面的网址输入开通码并设置密码，只能使用一次。以后用证件号码和密码登录。',
  'Type the code at the address above and choose a password. It works once. Then sign in with your document number.',
  '工作人员不会向您索要开通码或密码。遗失纸条请到窗口重新领取。',
  'No officer will ask you for the code or the password. If you lose this slip, ask for another at the counter.',
];

export const slipText = (input: SlipToPrint): string =>
  [titleOf(input), '', ...linesOf(input).map(([label, value]) => `${label}: ${value}`), '', ...advice].join(
    '\n',
  );

export const slipHtml = (input: SlipToPrint): string => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>${escapeHtml(titleOf(input))}</title>
<style>body{font:16px/1.6 sans-serif;margin:2rem auto;max-width:30rem}dt{color:#566072}dd{margin:0 0 .6rem;font-size:1.15rem}.code{font:700 1.8rem monospace;letter-spacing:.05em}@media print{body{margin:0}}</style>
</head><body><h1>${escapeHtml(titleOf(input))}</h1><dl>${linesOf(input)
  .map(
    ([label, value]) =>
      `<dt>${escapeHtml(label)}</dt><dd${value === input.slip.code ? ' class="code"' : ''}>${escapeHtml(value)}</dd>`,
  )
  .join('')}</dl>${advice.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</body></html>
`;
