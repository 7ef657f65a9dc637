import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Proof, proofs, type WayName, ways } from '../../src/accounts/index.ts';
import { faults, heading } from './opening-browser.ts';
import {
  addLoser,
  codeTo,
  type Loser,
  messagesTo,
  newPassword,
  RecoveringBrowser,
  signsIn,
} from './recovering-browser.ts';
import { type RunningApp, startApp } from './start-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ TRUSTED_PROXIES: 'loopback' });
}, 60_000);
afterAll(() => app.stop());

describe('debug', () => {
  it('walks', async () => {
    const her = await addLoser(app);
    const b = new RecoveringBrowser(app);
    await b.begin(her.number);
    console.log(b.page.html);
    await b.proveMessage(her.phone);
    console.log(heading(b.page), faults(b.page), b.page.html);
    await b.send('recovery-code', { code: her.codes[0]! });
    console.log(heading(b.page), faults(b.page), b.page.html);
    await b.choose();
    console.log(heading(b.page), await signsIn(app, her, newPassword), await messagesTo(app, her.phone));
  });
});
