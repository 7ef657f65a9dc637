import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';

/** Of config/sample/places.yaml: the app in these tests believes its loopback front. */
const hangzhou = '192.0.2.10';
const lanzhou = '203.0.113.7';

describeWith('CHROMIUM', 'scan to sign in, with a desk and a phone (NET-5)', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let desk: Page;
  let phone: Page;
  let contexts: BrowserContext[] = [];
  let signInUrl: string;
  const callback = 'http://localhost:1/callback';
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await startApp({ TRUSTED_PROXIES: 'loopback' });
    browser = await launchChromium(executablePath);
    const { clientId } = await app.core.apps.add({
      client_name: '办事大厅',
      redirect_uris: [callback],
      scope: 'openid profile',
      pkce: 'optional',
    });
    const asked = new URLSearchParams({
      client_id: clientId,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid profile',
    });
    signInUrl = `${app.baseUrl}/auth?${asked}`;
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const open = async (address: string, width: number, height: number): Promise<Page> => {
    const context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width, height },
      extraHTTPHeaders: { 'x-forwarded-for': address },
    });
    contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    return page;
  };

  beforeEach(async () => {
    desk = await open(hangzhou, 1280, 900);
    phone = await open(hangzhou, 390, 844);
  });

  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts = [];
    expect(complaints.splice(0)).toEqual([]);
  });

  const signInOnPhone = async (): Promise<void> => {
    const lin = app.core.people.find(({ id }) => id === 'lin')!;
    await phone.getByTestId('sign-in').click();
    await phone.locator('#login-name').fill(lin.phone);
    await phone.locator('#password').fill(app.passwordOf('lin'));
    await phone.locator('#password').press('Enter');
  };
  const drawCode = async (page: Page): Promise<Buffer> => {
    await page.goto(signInUrl);
    await page.getByRole('link', { name: '扫码登录' }).click();
    return page.locator('svg.qr').screenshot();
  };
  /** The wallet's own reader on a picture of the desk's screen. */
  const scan = async (picture: Buffer): Promise<void> => {
    await phone.getByTestId('scan').click();
    await phone
      .getByTestId('photo')
      .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
    await phone.getByTestId('allow-page').waitFor();
    await phone.getByTestId('allow-site').waitFor();
  };
  const numberOnDesk = async (): Promise<string> => {
    await desk.locator('.match').waitFor();
    return (await desk.locator('.match').textContent())!;
  };

  it('signs the desk in by itself once the phone has chosen its number', async () => {
    await phone.goto(`${app.baseUrl}/wallet/`);
    await signInOnPhone();
    await phone.getByTestId('display-name').waitFor();
    await scan(await drawCode(desk));
    expect(await phone.getByTestId('allow-site').textContent()).toContain('办事大厅');
    expect(await phone.getByTestId('allow-place').textContent()).toBe('杭州市');
    expect(await phone.getByTestId('allow-device').textContent()).toContain('Chrome 浏览器');
    expect(await phone.getByTestId('allow-elsewhere').count()).toBe(0);
    const number = await numberOnDesk();
    expect(await desk.locator('svg.qr').count()).toBe(0);
    await phone.getByTestId(`allow-${number}`).click();
    await phone.getByTestId('allow-done').waitFor();
    await desk.locator('form[action$="/consent"]').waitFor();
    expect(await desk.locator('main').textContent()).toContain('办事大厅');
  });

  it('opens from the phone’s own camera too, signs in on the phone first, and comes back to the question', async () => {
    await drawCode(desk);
    const cookies = await desk.context().cookies();
    const [id] = cookies.find(({ name }) => name === 'onecert_scan')!.value.split('.');
    await phone.goto(`${app.baseUrl}/wallet/#/scan/${id}`);
    await phone.getByTestId('allow-sign-in').waitFor();
    await signInOnPhone();
    await phone.getByTestId('allow-refuse').waitFor();
    const before = await phone.locator('.allow-time').textContent();
    await phone.getByTestId('allow-more').click();
    await phone.waitForFunction(
      (text) => Number(/\d+/.exec(document.querySelector('.allow-time')!.textContent!)?.[0]) > 61 && text,
      before,
    );
    await phone.getByTestId('allow-refuse').click();
    await phone.getByTestId('allow-refused').waitFor();
    await desk.getByText('手机上拒绝了这次登录').waitFor();
    await desk.getByRole('link', { name: '换一个二维码' }).click();
    await desk.locator('svg.qr').waitFor();
  });

  it('warns loudly of a device in another city, and a wrong number ends it', async () => {
    const attacker = await open(lanzhou, 1280, 900);
    await phone.goto(`${app.baseUrl}/wallet/`);
    await signInOnPhone();
    await phone.getByTestId('display-name').waitFor();
    await scan(await drawCode(attacker));
    expect(await phone.getByTestId('allow-elsewhere').textContent()).toContain(
      '这台设备在兰州市，您在杭州市',
    );
    expect(await phone.getByTestId('allow-elsewhere').getAttribute('role')).toBe('alert');
    await attacker.locator('.match').waitFor();
    const shown = await attacker.locator('.match').textContent();
    const numbers = await phone.locator('.allow-numbers button').allTextContents();
    expect(numbers).toContain(shown);
    await phone.getByTestId(`allow-${numbers.find((number) => number !== shown)}`).click();
    await phone.getByTestId('allow-mismatch').waitFor();
    await attacker.getByText('选的数字不一致').waitFor();
    expect(attacker.url()).toContain('/scan');
  });

  it('opens no foreign code', async () => {
    await phone.goto(`${app.baseUrl}/wallet/#/scan`);
    const { default: QRCode } = await import('qrcode');
    const foreign = await QRCode.toBuffer('https://example.test/wallet/#/scan/AAAAAAAAAAAAAAAAAAAAAA', {
      scale: 8,
    });
    await phone
      .getByTestId('photo')
      .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: foreign });
    await phone.getByTestId('scan-problem').waitFor();
    expect(phone.url()).toBe(`${app.baseUrl}/wallet/#/scan`);
  });
});
