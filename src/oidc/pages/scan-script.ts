/**
 * Waits for the phone by one held request at a time and puts the changed part of the page in place. Without it the
 * buttons do the same. It stops while the page is hidden, and leaves a refused sign-in as it stands.
 */
import { createHash } from 'node:crypto';
import type { Response } from 'express';

const script = `'use strict';
(() => {
  const part = () => document.getElementById('scan');
  const status = document.getElementById('scan-status');
  if (!part() || !status || !window.fetch || !window.DOMParser) return;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const visible = () =>
    document.hidden
      ? new Promise((done) => document.addEventListener('visibilitychange', done, { once: true }))
      : Promise.resolve();
  const redraw = async () => {
    const answer = await fetch(location.pathname, { cache: 'no-store', headers: { accept: 'text/html' } });
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('scan');
    if (!next) return location.reload();
    const focused = part().contains(document.activeElement);
    part().replaceWith(document.adoptNode(next));
    status.textContent = part().dataset.status;
    if (focused) part().querySelector('button')?.focus();
  };
  const run = async () => {
    for (;;) {
      const at = part().dataset.state;
      if (at === 'refused') return;
      if (at === 'confirmed') return part().querySelector('form').submit();
      await visible();
      const asked = performance.now();
      try {
        const answer = await fetch(location.pathname + '/state?known=' + at, { cache: 'no-store' });
        const { state, code } = answer.ok ? await answer.json() : { state: at };
        if (code) document.getElementById('scan-code').setAttribute('d', code);
        else if (state !== at) await redraw();
      } catch {}
      await pause(Math.max(0, 2000 - (performance.now() - asked)));
    }
  };
  run();
})();
`;

const version = createHash('sha256').update(script).digest('base64url').slice(0, 10);

export const scanScriptPath = '/assets/scan.js';
export const scanScriptUrl = `${scanScriptPath}?v=${version}`;

export const sendScanScript = (_req: unknown, res: Response): void => {
  res.set('cache-control', 'public, max-age=86400').type('js').send(script);
};
