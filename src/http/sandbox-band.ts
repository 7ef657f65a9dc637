/** What stands on top of every page of the sandbox 沙箱. */
import { type Html, html } from './html.ts';
import type { Language, Text } from './language.ts';

const label = '沙箱 Sandbox';
const says: Text = { zh: '样例数据，不具法律效力', en: 'sample people, nothing here is real' };

const band = (words: Html | string): Html =>
  html`<aside class="sandbox-band" aria-label="${label}"><strong>${label}</strong> ${words}</aside>`;

export const sandboxBand = (language: Language): Html => band(says[language]);

/** For apps that change their language without asking the server: their stylesheet hides the other one. */
export const bilingualBand: Html = band(
  html`<span lang="zh-CN">${says.zh}</span> <span lang="en">${says.en}</span>`,
);
