import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { projectDir } from '../../src/config.ts';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { look } from './look-at-page.ts';
import { keptIn, walletPages } from './wallet-pages.ts';

const pin = '730264';

describeWith('CHROMIUM', 'the wallet’s lock, and a phone that is lost or replaced', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let wallet: ReturnType<typeof walletPages>;
  const complaints: string[] = [];

  const openPhone = async () => {
    context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
    page = await context.newPage();
    wallet = walletPages(app, page);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
  };

  beforeAll(async () => {
    app = await startApp();
    browser = await launchChromium(executablePath);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  beforeEach(openPhone);
  afterEach(async () => {
    await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  const carryLocked = async (id: string) => {
    await wallet.signIn(id);
    if (
      await page
        .getByTestId('add-all')
        .or(page.getByTestId('prepared'))
        .first()
        .waitFor()
        .then(() => page.getByTestId('add-all').count())
    )
      await wallet.addAll();
    await page.getByTestId('prepared').waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await wallet.setPin(pin);
    await page.getByTestId('lock-finish').click();
  };

  it('ZLB-2 keeps cards and views sealed: neither names, nor kinds of certificate, nor a key that could leave', async () => {
    await wallet.signIn('lin');
    await wallet.addAll();
    const { text, stores, extractable } = await keptIn(page);
    expect(stores.copies).toBeGreaterThan(6);
    expect(extractable).toBe(false);
    const { name, document } = app.core.people.find(({ id }) => id === 'lin')!;
    for (const secret of [name, document.number, 'driving_licence', 'certificateId', 'displayName'])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
  });

  it('opens by the PIN with the network cut, and shows; a wrong PIN opens nothing', async () => {
    await carryLocked('lin');
    await context.setOffline(true);
    await page.reload();
    await page.getByTestId('lock-page').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('驾驶证');
    await wallet.typePin('111222');
    await page.getByText('还可以试 9 次').waitFor();
    await wallet.typePin(pin);
    await page.getByTestId('card-driving_licence').waitFor();
    expect(await page.getByTestId('until-driving_licence').textContent()).toMatch(/离线可用至 \d{4}年/);
    await wallet.show('driving_licence', 'driving');
  });

  it('locks at once when told to, in every tab, and the right PIN forgives the wrong ones', async () => {
    await carryLocked('lin');
    const other = await context.newPage();
    await other.goto(`${app.baseUrl}/wallet/`);
    await other.getByTestId('lock-page').waitFor();
    for (const digit of pin) await other.keyboard.press(digit);
    await other.getByTestId('home-page').waitFor();
    await page.bringToFront();
    await page.getByTestId('settings').click();
    await page.getByTestId('lock-now').click();
    await page.getByTestId('lock-page').waitFor();
    await other.getByTestId('lock-page').waitFor();
    await wallet.typePin('111222');
    await page.getByText('还可以试 9 次').waitFor();
    await wallet.typePin(pin);
    await page.getByTestId('settings-page').waitFor();
    await page.getByTestId('lock-now').click();
    await wallet.typePin('111222');
    await page.getByText('还可以试 9 次').waitFor();
  });

  it('makes a guesser wait longer each time, and after ten wrong PINs erases everything', async () => {
    await carryLocked('lin');
    await page.clock.install();
    await page.reload();
    for (let wrong = 1; wrong <= 10; wrong += 1) {
      await page.locator('[data-testid=key-1]:not([disabled])').waitFor();
      await wallet.typePin('111222');
      if (wrong === 10) break;
      await page.getByText(`还可以试 ${10 - wrong} 次`).waitFor();
      if (wrong < 4) continue;
      await page.locator('[data-testid=key-1][disabled]').waitFor();
      await page.clock.fastForward(3_600_000);
      await page.reload();
      await page.getByTestId('lock-page').waitFor();
    }
    await page.getByTestId('lock-erased').waitFor();
    await page.getByTestId('sign-in-page').waitFor();
    const { stores } = await keptIn(page);
    expect([stores.saved, stores.copies]).toEqual([0, 0]);
    // The login’s own session is not enough to come back.
    await page.getByTestId('sign-in').click();
    await page.locator('#password').waitFor();
  });

  it('gives no eleventh try to who stops the page while it erases', async () => {
    await carryLocked('lin');
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('onecert-wallet');
          opening.onsuccess = () => {
            const into = opening.result.transaction('lock', 'readwrite');
            into.objectStore('lock').put({ wrong: 10, notBefore: 0 }, 'attempts');
            into.oncomplete = () => {
              opening.result.close();
              resolve();
            };
          };
        }),
    );
    await page.reload();
    await wallet.typePin(pin);
    await page.getByTestId('lock-erased').waitFor();
    const { stores } = await keptIn(page);
    expect([stores.saved, stores.copies]).toEqual([0, 0]);
  });

  it('an address that cannot be read leads to its first page', async () => {
    await page.goto(`${app.baseUrl}/wallet/#/show/%E0%A4%A`);
    await page.getByTestId('sign-in-page').waitFor();
    await page.goto(`${app.baseUrl}/wallet/#/%`);
    await page.getByTestId('sign-in-page').waitFor();
  });

  it('a forgotten PIN: nothing is lost without a network; with one, sign in again and everything comes back', async () => {
    await carryLocked('lin');
    await context.setOffline(true);
    await page.reload();
    await page.getByTestId('forgot').click();
    await page.getByTestId('forgot-act').click();
    await page.getByTestId('forgot-offline').waitFor();
    expect((await keptIn(page)).stores.copies).toBeGreaterThan(0);
    await context.setOffline(false);
    await page.getByTestId('forgot-act').click();
    await page.locator('#password').waitFor();
    await wallet.prove('lin');
    await page.getByTestId('card-driving_licence').waitFor();
    await page.getByTestId('prepared').waitFor();
    await page.getByTestId('lock-ask').waitFor();
  });

  it('refuses a PIN that is easy to guess, and asks only until it is answered', async () => {
    await wallet.signIn('lin');
    await page.getByTestId('prepared').waitFor();
    await page.getByTestId('lock-ask-set').click();
    for (const weak of ['123456', '000000', '987654']) {
      await wallet.typePin(weak);
      await page.getByTestId('lock.set.weak').waitFor();
    }
    await page.getByTestId('back').click();
    await page.getByTestId('lock-ask-later').click();
    await page.reload();
    await page.getByTestId('home-page').waitFor();
    expect(await page.getByTestId('lock-ask').count()).toBe(0);
  });

  it('changes and removes the PIN for who knows it; what is kept stays readable', async () => {
    await carryLocked('lin');
    await page.getByTestId('settings').click();
    await page.getByTestId('lock-setup').click();
    await wallet.typePin('111222');
    await page.getByTestId('lock.wrong').waitFor();
    await wallet.typePin(pin);
    await page.getByTestId('change-pin').click();
    await wallet.typePin('402817');
    await page.getByRole('heading', { name: '请再输一次' }).waitFor();
    await wallet.typePin('402817');
    await page.getByTestId('lock.set.done').waitFor();
    await page.reload();
    await wallet.typePin(pin);
    await page.getByText('还可以试 9 次').waitFor();
    await wallet.typePin('402817');
    // The page that was open asks anew: opening the wallet is not leave to change its lock.
    await wallet.typePin('402817');
    await page.getByTestId('remove-pin').click();
    await page.getByTestId('lock.set.removed').waitFor();
    await context.setOffline(true);
    await page.goto(`${app.baseUrl}/wallet/#/`);
    await page.reload();
    await page.getByTestId('card-driving_licence').waitFor();
  });

  it('passes axe and fits 320 px and 200 % on every page of the lock and the move', async () => {
    await wallet.signIn('lin');
    await page.getByTestId('prepared').waitFor();
    await look(page, 'wallet-home', false);
    await page.getByTestId('lock-ask-set').click();
    await page.getByTestId('key-1').waitFor();
    await look(page, 'wallet-lock-set', false);
    await wallet.typePin(pin);
    await page.getByRole('heading', { name: '请再输一次' }).waitFor();
    await wallet.typePin(pin);
    await page.getByTestId('lock.set.done').waitFor();
    await look(page, 'wallet-lock-done', false);
    await page.goto(`${app.baseUrl}/wallet/#/move`);
    await page.getByTestId('export').waitFor();
    await look(page, 'wallet-move', false);
    await page.goto(`${app.baseUrl}/wallet/#/settings`);
    await page.getByTestId('lock-now').waitFor();
    await look(page, 'wallet-settings', false);
    await page.getByTestId('lock-now').click();
    await page.getByTestId('lock-page').waitFor();
    await look(page, 'wallet-locked', false);
    await page.getByTestId('forgot').click();
    await look(page, 'wallet-forgot', false);
  });

  it('also opens by a passkey of the phone (PRF), offline, and still by the PIN', async () => {
    const session = await context.newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${app.baseUrl.replace('127.0.0.1', 'localhost')}/wallet/`);
    await wallet.signIn('lin');
    await page.getByTestId('prepared').waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await wallet.setPin(pin);
    await page.getByTestId('add-passkey').click();
    await page.getByTestId('lock.set.passkey.done').waitFor();
    await context.setOffline(true);
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.reload();
    await page.getByTestId('open-passkey').click();
    await page.getByTestId('card-driving_licence').waitFor();
    await page.reload();
    await wallet.typePin(pin);
    await page.getByTestId('card-driving_licence').waitFor();
  });

  it('a phone that was ended elsewhere says so at the next opening with a network, and nothing is left on it', async () => {
    await carryLocked('lin');
    const account = await accountOf('lin');
    await app.core.credentials.endPhones({
      account,
      scope: { allBut: undefined },
      context: { actor: `account:${account}` },
    });
    await context.setOffline(true);
    await page.reload();
    await wallet.typePin(pin);
    await page.getByTestId('card-driving_licence').waitFor();
    await context.setOffline(false);
    await page.getByTestId('phone-ended').waitFor();
    const { stores } = await keptIn(page);
    expect([stores.saved, stores.copies]).toEqual([0, 0]);
    await page.getByTestId('ended-act').click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByTestId('sign-in-page').waitFor();
    await page.getByTestId('sign-in').click();
    await wallet.prove('lin');
    await page.getByTestId('prepared').waitFor();
  });

  it('learns that it was ended without being signed in', async () => {
    await carryLocked('lin');
    const account = await accountOf('lin');
    await app.core.credentials.endPhones({
      account,
      scope: { allBut: undefined },
      context: { actor: `account:${account}` },
    });
    await page.evaluate(() => sessionStorage.clear());
    await context.clearCookies();
    await page.reload();
    await wallet.typePin(pin);
    await page.getByTestId('phone-ended').waitFor();
    expect((await keptIn(page)).stores.copies).toBe(0);
  });

  const accountOf = async (id: string): Promise<string> => {
    const person = app.core.people.find((one) => one.id === id)!;
    return (await app.core.accounts.findByDocument(person.document.kind, person.document.number))!.id;
  };

  it('moves to a new phone by an encrypted list, which holds no key and opens by its passphrase alone', async () => {
    await wallet.signIn('lin');
    await page.getByTestId('prepared').waitFor();
    await page.goto(`${app.baseUrl}/wallet/#/move`);
    await page.getByTestId('export').fill('a long passphrase');
    await page.getByTestId('export-again').fill('a long passphrase');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('export-act').click(),
    ]);
    const buffer = readFileSync(await download.path());
    const text = buffer.toString('utf8');
    expect(text).not.toMatch(/driving|驾驶|1\.2\.156/);
    await context.close();
    await openPhone();
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.getByTestId('move').click();
    await page
      .getByTestId('import-file')
      .setInputFiles({ name: 'list.json', mimeType: 'application/json', buffer });
    await page.getByTestId('import').fill('not that one');
    await page.getByTestId('import-act').click();
    await page.getByTestId('move.wrong').waitFor();
    await page.getByTestId('import').fill('a long passphrase');
    await page.getByTestId('import-act').click();
    await page.getByTestId('move-result').waitFor();
    await page.getByTestId('sign-in').click();
    await wallet.prove('lin');
    await page.getByTestId('move-driving_licence').filter({ hasText: '已在这部手机' }).waitFor();
    await page.getByTestId('move-old').waitFor();
    expect(await page.locator('a[href^="/account/phones"]').count()).toBe(1);
  });

  it('an update of the app waits for a yes, and the lock and what it keeps live through it', async () => {
    const worker = join(projectDir, 'dist/web/wallet/sw.js');
    const before = readFileSync(worker, 'utf8');
    await carryLocked('lin');
    try {
      appendFileSync(worker, `\n// ${Date.now()}\n`);
      // Found at the next opening, as on a phone.
      await page.reload();
      await wallet.typePin(pin);
      await page.getByTestId('update-bar').waitFor();
      await page.getByTestId('update-bar').getByRole('button', { name: '现在更新' }).click();
      await page.getByTestId('lock-page').waitFor();
      await context.setOffline(true);
      await page.reload();
      await wallet.typePin(pin);
      await wallet.show('driving_licence', 'driving');
    } finally {
      writeFileSync(worker, before);
    }
  });

  it('with the phone’s storage full it says so, and what was ready can still be shown', async () => {
    await wallet.signIn('lin');
    await page.getByTestId('prepared').waitFor();
    await page.addInitScript(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await page.reload();
    await page.getByTestId('storage-full').waitFor();
    await wallet.show('driving_licence', 'driving');
  });

  it('a browser that cannot keep a key says online only, without a spinner that never ends', async () => {
    await page.addInitScript(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (value: unknown, ...rest: []) {
        const values =
          typeof value === 'object' && value !== null ? [value, ...Object.values(value)] : [value];
        if (values.some((one) => one instanceof CryptoKey))
          throw new DOMException('cannot be cloned', 'DataCloneError');
        return put.call(this, value, ...rest);
      };
    });
    await wallet.signIn('lin');
    await page.getByTestId('keys-none').waitFor();
    expect(await page.locator('.progress').count()).toBe(0);
  });

  it('with the server stopped it opens by the PIN and shows', async () => {
    await carryLocked('lin');
    await app.stop();
    await page.reload();
    await wallet.typePin(pin);
    await page.getByTestId('card-driving_licence').waitFor();
    await wallet.show('driving_licence', 'standard');
    app = await startApp();
  });
});
