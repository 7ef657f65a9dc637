import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

const phone = { width: 390, height: 844 };

describeWith('CHROMIUM', 'the wallet in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await startApp();
    browser = await launchChromium(executablePath);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ locale: 'zh-CN', viewport: phone, deviceScaleFactor: 2 });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
  });

  afterEach(async () => {
    await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  const personOf = (id: string) => app.core.people.find((person) => person.id === id)!;

  const signIn = async (id: string) => {
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.getByTestId('sign-in').click();
    await page.locator('#login-name').fill(personOf(id).document.number);
    await page.locator('#password').fill(app.passwordOf(id));
    await page.locator('#password').press('Enter');
    await page.getByTestId('display-name').waitFor();
  };

  /** Signed in, everything added, and ready to show. */
  const carry = async (id: string) => {
    await signIn(id);
    await page.getByTestId('home-page').waitFor();
    await page.getByTestId('add-all').or(page.getByTestId('prepared')).first().waitFor();
    if (await page.getByTestId('add-all').count()) await addAll();
    await page.getByTestId('prepared').waitFor();
  };

  const addAll = async () => {
    await page.getByTestId('add-all').click();
    await page.getByTestId('add-result').waitFor();
  };

  const show = async (type: string, view: string) => {
    await page.getByTestId(`show-${type}`).click();
    await page.getByTestId(`view-${view}`).click();
    await page.locator('[data-testid=show-code][data-made-at]').waitFor();
  };

  /** What a counter says to what is on the wallet's screen. */
  const scanned = async (counter: Page) => {
    const picture = await page.getByTestId('show-code').screenshot();
    await counter
      .getByTestId('photo')
      .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
    const verdict = counter.getByTestId('verdict');
    await verdict.waitFor();
    const answer = {
      code: await verdict.getAttribute('data-code'),
      text: (await verdict.textContent()) ?? '',
    };
    await counter.getByTestId('next').click();
    return answer;
  };

  const openCounter = async (): Promise<Page> => {
    const counter = await context.newPage();
    await counter.goto(`${app.baseUrl}/counter/`);
    await counter.locator('[data-testid=offline][data-state=ready]').waitFor();
    return counter;
  };

  /** Everything the wallet keeps in the browser, keys by what can be done with them. */
  const kept = (): Promise<{ saved: string; keys: boolean[] }> =>
    page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('onecert-wallet');
        opening.onsuccess = () => resolve(opening.result);
      });
      const all = (store: string) =>
        new Promise<unknown[]>((resolve) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
        });
      const copies = (await all('copies')) as { key: CryptoKey }[];
      return {
        saved: JSON.stringify([await all('saved'), { ...localStorage }, { ...sessionStorage }]),
        keys: copies.map(({ key }) => key.extractable),
      };
    });

  it('adds all certificates at once and shows one that a counter calls valid, with that view’s fields only', async () => {
    await carry('lin');
    expect(await page.getByTestId('display-name').textContent()).not.toContain(personOf('lin').name);
    const counter = await openCounter();
    await page.bringToFront();
    await show('driving_licence', 'driving');
    const { code, text } = await scanned(counter);
    expect(code).toBe('valid');
    expect(text).toContain(personOf('lin').name);
    expect(text).not.toContain(personOf('lin').document.number);
  });

  it('leads from the settings to the account’s own pages, in the same language and size of type', async () => {
    await signIn('lin');
    await page.getByTestId('settings').click();
    await page.getByTestId('settings.account.sessions').click();
    await page.locator('h1', { hasText: '登录的设备' }).waitFor();
    await page.goBack();
    await page.getByTestId('settings.account.family').click();
    await page.locator('h1', { hasText: '亲属代办' }).waitFor();
    await page.goBack();
    await page.getByTestId('elder').check();
    expect(await page.locator('a[href^="/account"]').count()).toBe(1);
    await page.getByTestId('settings.account.home').click();
    await page.locator('.tiles').waitFor();
    expect(await page.locator('html').getAttribute('data-elder')).toBe('on');
  });

  it('keeps masked cards and keys that cannot leave the browser, and erases all of it on signing out', async () => {
    await carry('lin');
    const before = await kept();
    expect(before.saved).not.toContain(personOf('lin').name);
    expect(before.saved).not.toContain(personOf('lin').document.number);
    expect(before.keys.length).toBeGreaterThan(0);
    expect(before.keys.some(Boolean)).toBe(false);
    await page.getByTestId('settings').click();
    await page.getByTestId('sign-out').click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByTestId('sign-in-page').waitFor();
    expect((await kept()).keys).toEqual([]);
    // The login's session has ended too.
    await page.getByTestId('sign-in').click();
    await page.locator('#password').waitFor();
  });

  it('opens without a network, says so, and still shows a code that an offline counter calls valid', async () => {
    await carry('lin');
    const counter = await openCounter();
    await page.bringToFront();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    await page.reload();
    await page.getByTestId('offline').waitFor();
    await show('driving_licence', 'driving');
    expect((await scanned(counter)).code).toBe('valid');
  });

  it('opens a card’s fields for ten seconds and covers them again', async () => {
    await page.clock.install();
    await carry('lin');
    const card = page.getByTestId('card-driving_licence');
    const { number } = personOf('lin').document;
    expect(await card.textContent()).not.toContain(number);
    await page.getByTestId('eye-driving_licence').click();
    await card.getByText(number).waitFor();
    for (let second = 0; second < 11; second += 1) await page.clock.runFor(1000);
    await card.getByText(number).waitFor({ state: 'detached' });
  });

  it('puts the state’s word across a suspended card, and cannot show it', async () => {
    await signIn('chen');
    await addAll();
    const card = page.getByTestId('card-driving_licence');
    expect(await card.getByTestId('state').textContent()).toBe('暂扣');
    expect(await page.getByTestId('show-driving_licence').count()).toBe(0);
  });

  it('says why a certificate cannot be added: not registered, or a fault in the register', async () => {
    await signIn('zhao');
    await page.getByText('登记信息有误，已通知主管部门核对。').waitFor();
    // A fault is not "no entry yet": nothing is promised to appear by itself.
    expect(await page.getByTestId('empty').textContent()).toContain('原因如下');
  });

  it('shows what the other side will read above the end button, on the smallest screen too', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    await carry('lin');
    await show('driving_licence', 'standard');
    const words = (await page.locator('.show-words').boundingBox())!;
    const end = (await page.getByTestId('end').boundingBox())!;
    expect(words.y + words.height).toBeLessThanOrEqual(end.y);
  });

  it('has four actions in elder mode, nothing under 18 px, and nothing wider than a 320 px screen', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.getByTestId('elder').click();
    const measure = () =>
      page.evaluate(() => {
        const texts = [...document.querySelectorAll('main *')].filter((element) =>
          [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
          ),
        );
        const seen = texts.filter(
          (element) => element.getClientRects().length > 0 && !element.closest('svg'),
        );
        const buttons = [...document.querySelectorAll('main button')].map((button) =>
          button.getBoundingClientRect(),
        );
        return {
          smallest: Math.min(...seen.map((element) => Number.parseFloat(getComputedStyle(element).fontSize))),
          target: Math.min(...buttons.map(({ width, height }) => Math.min(width, height))),
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        };
      });
    const fits = async () => {
      const { smallest, target, overflow } = await measure();
      expect(smallest).toBeGreaterThanOrEqual(18);
      expect(target).toBeGreaterThanOrEqual(44);
      expect(overflow).toBe(0);
    };
    await fits();
    await page.getByTestId('sign-in').click();
    await page.locator('#login-name').fill(personOf('lin').document.number);
    await page.locator('#password').fill(app.passwordOf('lin'));
    await page.locator('#password').press('Enter');
    await page.getByTestId('elder-home').waitFor();
    expect(await page.locator('.elder-action').count()).toBe(4);
    await page.locator('.progress').waitFor({ state: 'detached' });
    await fits();
    await page.getByTestId('language').click();
    await fits();
    for (const inner of ['elder-cards', 'elder-show', 'elder-settings']) {
      await page.getByTestId(inner).click();
      await page.getByTestId('elder-home').waitFor({ state: 'detached' });
      await fits();
      await page.getByTestId('back').click();
      await page.getByTestId('elder-home').waitFor();
    }
  });
});
