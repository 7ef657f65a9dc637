/** Pieces of the developers' pages. */
import { type Html, html, type Language, type Text } from '../../http/index.ts';
import type { Block } from '../quick-starts.ts';
import { copyScriptAddress } from './copy-script.ts';

const words = {
  copy: { zh: '复制', en: 'Copy' },
  copied: { zh: '已复制', en: 'Copied' },
  saveAs: { zh: '保存为', en: 'Save as' },
  shell: { zh: '在终端（bash 或 zsh）中运行', en: 'Run in a terminal (bash or zsh)' },
  back: { zh: '应用接入', en: 'Connect an app' },
} satisfies Record<string, Text>;

/** `data-file` and `data-run` say to a program what the words beside it say to a person. */
export const codeBlock = (block: Block, language: Language): Html => {
  const copy = html` tabindex="0" data-copy="${words.copy[language]}" data-copied="${words.copied[language]}"`;
  return block.kind === 'file'
    ? html`<figure><figcaption><span>${words.saveAs[language]} <code>${block.file}</code></span></figcaption>
<pre data-file="${block.file}"${copy}>${block.text}</pre></figure>`
    : html`<figure><figcaption>${words.shell[language]}</figcaption>
<pre data-run="${block.about}"${copy}>${block.text}</pre></figure>`;
};

export const plainBlock = (text: string): Html => html`<pre tabindex="0">${text}</pre>`;

export const copyScript: Html = html`<script src="${copyScriptAddress}" defer></script>`;

export const backToOverview = (language: Language): Html =>
  html`<nav class="way"><a href="/developers">‹ ${words.back[language]}</a></nav>`;

export interface Tile {
  href: string;
  title: string;
  says: string;
}

export const tileList = (tiles: readonly Tile[]): Html =>
  html`<ul class="tiles">${tiles.map(
    ({ href, title, says }) => html`<li><a href="${href}"><strong>${title}</strong>${says}</a></li>`,
  )}</ul>`;

/** Term and meaning, line by line. */
export const factList = (rows: readonly (readonly [term: string | Html, meaning: string | Html])[]): Html =>
  html`<dl class="facts long">${rows.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>`;

export const code = (text: string): Html => html`<code>${text}</code>`;

export const codes = (texts: readonly string[]): Html =>
  html`${texts.map((text, index) => html`${index > 0 && ' '}<code>${text}</code>`)}`;
