/** The one script of these pages, served as a file under the strict policy: a button beside each block copies it. */
import { createHash } from 'node:crypto';
import type { Response } from 'express';

const script = `'use strict';
for (const block of document.querySelectorAll('pre[data-copy]')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = block.dataset.copy;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = block.dataset.copied;
    setTimeout(() => { button.textContent = block.dataset.copy; }, 2000);
  });
  block.previousElementSibling.append(button);
}
`;

const version = createHash('sha256').update(script).digest('base64url').slice(0, 10);

export const copyScriptPath = '/assets/copy-blocks.js';
export const copyScriptAddress = `${copyScriptPath}?v=${version}`;

export const sendCopyScript = (_req: unknown, res: Response): void => {
  res.set('cache-control', 'public, max-age=86400').type('js').send(script);
};
