import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

const android = 'Mozilla/5.0 (Linux; Android 14; ALN-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116';
const userAgents = [
  ['微信', `${android} XWEB/1160 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600 NetType/WIFI Language/zh_CN`],
  ['企业微信', `${android} wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh`],
  ['支付宝', `${android} NebulaSDK/1.8 AliApp(AP/10.5.96) AlipayClient/10.5.96 Language/zh-Hans`],
  ['钉钉', `${android} AliApp(DingTalk/7.5.10) com.alibaba.android.rimet/1 Channel/227200`],
  ['浙政钉', `${android} AliApp(TaurusApp/2.17.0) DingTalk(TaurusApp/2.17.0) com.alibaba.taurus.zhejiang`],
] as const;

describeWith('CHROMIUM', 'where the wallet and the counter cannot work', (executablePath) => {
  let app: RunningApp;
  let front: Server;
  let open: string;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp();
    // A front without TLS, as somebody sets up to reach this computer from a phone.
    const { port } = new URL(app.baseUrl);
    front = createServer((req, res) => {
      const headers = { ...req.headers, host: `localhost:${port}` };
      req.pipe(
        request({ port, path: req.url, method: req.method, headers }, (answer) => {
          res.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(res);
        }),
      );
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    open = `http://onecert.test:${(front.address() as AddressInfo).port}`;
    browser = await launchChromium(executablePath, [
      '--host-resolver-rules=MAP onecert.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    front?.closeAllConnections();
    front?.close();
  });

  const visit = async (address: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ locale: 'zh-CN', ...options });
    const page = await context.newPage();
    await page.goto(address);
    return page;
  };
  const textOf = (page: Page, id: string) => page.getByTestId(id).textContent();

  it.each(userAgents)(
    'inside %s each app says how to open the phone’s own browser',
    async (name, userAgent) => {
      for (const path of ['wallet/', 'counter/', 'v']) {
        const page = await visit(`${app.baseUrl}/${path}`, { userAgent });
        expect(await textOf(page, 'elsewhere')).toContain(`您在${name}里`);
        expect(await textOf(page, 'elsewhere-way')).toContain('在浏览器打开');
        await page.context().close();
      }
      const page = await visit(`${app.baseUrl}/account`, { userAgent });
      expect(await page.locator('#surroundings').textContent()).toContain(`您在${name}里`);
      await page.context().close();
    },
  );

  it('copies the address, or leaves it selected where there is no clipboard; going on there lasts for the tab', async () => {
    const [, userAgent] = userAgents[0];
    const page = await visit(`${app.baseUrl}/wallet/#/settings`, {
      userAgent,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByTestId('copy-address').click();
    await page.getByText('已复制').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${app.baseUrl}/wallet/#/settings`,
    );
    expect(await textOf(page, 'elsewhere-works')).toContain('联网时可以登录、出示证照码');
    await page.getByTestId('stay').click();
    await page.getByTestId('elsewhere').waitFor({ state: 'detached' });
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.getByTestId('sign-in').click();
    await page.locator('#login-name').waitFor();
    await page.context().close();
    const without = await visit(`${app.baseUrl}/wallet/`, { userAgent });
    await without.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await without.getByTestId('copy-address').click();
    await without.getByText('请长按地址，手动复制').waitFor();
    expect(await without.evaluate(() => getSelection()!.toString())).toBe(`${app.baseUrl}/wallet/`);
    await without.context().close();
  });

  it('over http on another address the apps say so and what does without them', async () => {
    for (const path of ['wallet/', 'counter/', 'v']) {
      const page = await visit(`${open}/${path}`);
      expect(await page.evaluate(() => isSecureContext)).toBe(false);
      const said = (await textOf(page, 'elsewhere'))!;
      expect([path, said.includes('没有加密'), said.includes('https://')]).toEqual([path, true, true]);
      await page.context().close();
    }
  });

  it('in a browser of the system nothing of this is shown, nor loaded', async () => {
    const page = await visit('about:blank');
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.getByTestId('sign-in').waitFor();
    expect(loaded.filter((url) => url.includes('elsewhere'))).toEqual([]);
    await page.context().close();
  });

  it.each(['zh', 'en'] as const)('is accessible in %s, 长辈版 too', async (language) => {
    const [, userAgent] = userAgents[2];
    for (const [kind, address] of [
      ['in-app', `${app.baseUrl}/wallet/`],
      ['insecure', `${open}/counter/`],
    ] as const) {
      for (const elder of [false, true]) {
        const page = await visit(address, { ...languageContext[language], userAgent });
        await page.evaluate((on) => localStorage.setItem('onecert.elder', on ? 'on' : 'off'), elder);
        await page.reload();
        await page.getByTestId('elsewhere').waitFor();
        await look(page, `${kind}-${language}${elder ? '-elder' : ''}`, elder);
        await page.context().close();
      }
    }
  });
});
