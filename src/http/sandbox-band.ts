/** What stands on top of every page of the sandbox 沙箱. */
import { html } from './html.ts';
import type { Language, Text } from './language.ts';

const label = '沙箱 Sandbox';
const says: Text = { zh: '样例数据，不具法律效力', en: 'sample people, nothing here is real' };

export const sandboxBand = (language: Language) =>
  html`<p class="sandbox-band"><strong>${label}</strong> ${says[language]}</p>`;

/** For pages that change their language without asking the server. */
export const bilingualBand = html`<p class="sandbox-band"><strong>${label}</strong> ${says.zh} / <span lang="en">${says.en}</span></p>`;
