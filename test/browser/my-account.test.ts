import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { lastCode, nextCode } from '../flow/account-visitor.ts';
import { newPhone } from '../flow/opening-browser.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

describeWith('CHROMIUM', 'account pages in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startApp();
    browser = await launchChromium(executablePath);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** A device with a built-in authenticator that says yes (WebAuthn Level 3 §11). */
  const withAuthenticator = async (context: BrowserContext): Promise<{ page: Page; cdp: CDPSession }> => {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return { page, cdp };
  };

  const signIn = async (page: Page, who: string) => {
    const account = (await app.core.samplePerson(who))!;
    await app.core.accounts.authenticators.endPhone(account.id, 'system');
    await page.locator('#login-name').fill(account.documentNumber);
    await page.locator('#password').fill(app.passwordOf(who));
    await page.locator('form[action$="/sign-in"] button').click();
    return account;
  };

  const heading = (page: Page, text: string) => page.locator('h1', { hasText: text }).waitFor();

  it('a passkey is added, signs in from the name field and by its button, confirms the next change, and is removed', async () => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const { page } = await withAuthenticator(context);
    await page.goto(`${app.baseUrl}/account/passkey-new`);
    const account = await signIn(page, 'lin');
    await heading(page, '添加通行密钥');
    await page.locator('#label').fill('家里的电脑');
    await page.locator('#passkey-button').click();
    await heading(page, '通行密钥');
    expect(await page.locator('#said').textContent()).toBe('通行密钥已添加。');
    expect(await page.locator('.entries').textContent()).toContain('家里的电脑');

    // The same device is not registered twice.
    await page.goto(`${app.baseUrl}/account/passkey-new`);
    await page.locator('#passkey-button').waitFor();
    const asked = await page.locator('h1').textContent();
    if (asked !== '添加通行密钥') await page.locator('#passkey-button').click();
    await heading(page, '添加通行密钥');
    await page.locator('#passkey-button').click();
    await page.locator('#passkey-status', { hasText: '未完成' }).waitFor();

    // Conditional mediation: offered in the name field, taken without a press of ours.
    await app.core.oidc.endAllOf(account.id);
    await page.goto(`${app.baseUrl}/account`);
    await page.locator('main', { hasText: '3 · 通行密钥' }).waitFor();

    await page.goto(`${app.baseUrl}/account/passkeys`);
    await page.locator('summary').click();
    await page.locator('#label-0').fill('旧电脑');
    await page.locator('form[action$="/rename"] button').click();
    await page.locator('#said', { hasText: '名称已修改' }).waitFor();
    await page.locator('summary').click();
    await page.locator('form[action$="/remove"] button').click();
    await page.locator('#said', { hasText: '通行密钥已移除' }).waitFor();
    expect(await page.locator('main').textContent()).toContain('您还没有通行密钥');
    const told = await app.core.accounts.authenticators.notices(account.id);
    expect(told.map(({ kind }) => kind).reverse()).toEqual(
      expect.arrayContaining(['passkey_added', 'passkey_renamed', 'passkey_removed']),
    );
    await context.close();
  }, 60_000);

  it('who has a passkey changes nothing without it: the password alone is asked for more, in place', async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    const { page, cdp } = await withAuthenticator(context);
    await page.goto(`${app.baseUrl}/account/passkey-new`);
    const account = await signIn(page, 'zhou');
    await heading(page, 'Add a passkey');
    await page.locator('#passkey-button').click();
    await page.locator('#said').waitFor();
    await app.core.oidc.endAllOf(account.id);

    // Another browser, without the passkey.
    const elsewhere = await browser.newContext({ locale: 'en-GB' });
    const stranger = await elsewhere.newPage();
    await stranger.goto(`${app.baseUrl}/account/backups`);
    await signIn(stranger, 'zhou');
    await heading(stranger, 'Backups');
    await stranger.locator('form[action$="/make"] button').click();
    await heading(stranger, 'One more check');
    expect(await stranger.locator('input[type=password], input[name=code]').count()).toBe(0);
    expect((await app.core.accounts.authenticators.of(account.id)).map(({ kind }) => kind)).not.toContain(
      'recovery',
    );
    await elsewhere.close();

    await page.goto(`${app.baseUrl}/account/backups`);
    await heading(page, 'Backups');
    await page.locator('form[action$="/make"] button').click();
    await heading(page, 'Recovery codes');
    expect(await page.locator('.codes li').count()).toBe(10);
    await page.goBack();
    await page.reload();
    expect(await page.content()).not.toContain('class="codes"');
    await cdp.detach();
    await context.close();
  }, 60_000);

  const accountPaths = [
    '',
    'sign-in-methods',
    'sessions',
    'use-log',
    'more',
    'more?page=2',
    'more?page=3',
    'password',
    'phone',
    'passkeys',
    'passkey-new',
    'backups',
    'authenticator-new',
    'mandates',
    'enterprises',
    'apps',
    'notices',
    'family',
    'family-child',
    'family-invite',
    'export-data',
    'close-account',
    'nothing',
  ];

  it.each(
    (['zh', 'en'] as const).flatMap((language) => [false, true].map((elder) => [language, elder] as const)),
  )(
    'ZLB-7: axe finds nothing and nothing scrolls sideways at 320 px or 200 % zoom (%s, elder %s)',
    async (language, elder) => {
      const context = await browser.newContext(languageContext[language]);
      const cookie = { url: app.baseUrl, value: elder ? 'on' : 'off' };
      await context.addCookies([
        { ...cookie, name: 'onecert_elder' },
        { ...cookie, name: 'onecert_lang', value: language },
      ]);
      const page = await context.newPage();
      const seen = (name: string) => look(page, `${language}${elder ? '-elder' : ''}-${name}`, elder);
      for (const [name, path] of [
        ['opening', '/open-account'],
        ['slip', '/open-account/start'],
        ['level', '/raise-level'],
      ] as const) {
        await page.goto(`${app.baseUrl}${path}`);
        await seen(name);
      }
      await page.goto(`${app.baseUrl}/account`);
      await seen('sign-in');
      const signInAddress = page.url();
      await page.goto(`${signInAddress}?way=sms`);
      await seen('sms');
      await page.goto(signInAddress);
      const firm = (await app.core.enterprises.list()).find(({ name }) => name === '温州望湖食品有限公司')!;
      const account = await signIn(page, 'ouyang');
      await page.locator('.tiles').waitFor();
      const at = `?id=${firm.id}`;
      const firms = [
        'enterprise',
        'enterprise-managers',
        'mandate-new',
        'mandates-given',
        'mandates-received',
      ];
      for (const path of [...accountPaths, ...firms.map((one) => `${one}${at}`)]) {
        await page.goto(`${app.baseUrl}/account/${path}`.replace(/\/$/, ''));
        await seen(path === '' ? 'home' : path.replace(at, '').replace('?page=', '-'));
      }
      await page.goto(`${app.baseUrl}/account/backups`);
      await page.locator('form[action$="/make"] button').click();
      await page.locator('.codes').waitFor();
      await seen('codes');
      await page.goto(`${app.baseUrl}/session/end`);
      await seen('sign-out');
      await app.core.oidc.endAllOf(account.id);
      await context.close();
    },
    120_000,
  );

  it.each(
    (['zh', 'en'] as const).flatMap((language) => [false, true].map((elder) => [language, elder] as const)),
  )(
    'ZLB-7: the same of the steps between: opening an account, consent, one more check (%s, elder %s)',
    async (language, elder) => {
      const context = await browser.newContext(languageContext[language]);
      const cookie = { url: app.baseUrl, value: elder ? 'on' : 'off' };
      await context.addCookies([{ ...cookie, name: 'onecert_elder' }]);
      const page = await context.newPage();
      const seen = (name: string) => look(page, `${language}${elder ? '-elder' : ''}-${name}`, elder);
      await page.goto(`${app.baseUrl}/open-account`);
      await page.locator('#consent-identity').check();
      await page.locator('form[action$=notice] button').click();
      await page.locator('#phone').fill('1');
      await page.locator('form[action$=phone] button').click();
      await page.locator('#phone-fault').waitFor();
      await seen('opening-phone');
      await page.locator('#phone').fill(newPhone());
      await page.locator('form[action$=phone] button').click();
      await page.locator('#code').waitFor();
      await seen('opening-code');
      await page.locator('#code').fill(await lastCode(app));
      await page.locator('form[action$=code] button').click();
      await page.locator('#number').waitFor();
      await seen('opening-identity');

      const redirectUri = 'http://localhost:1/callback';
      const { clientId } = await app.core.apps.add({
        client_name: '测试门户',
        redirect_uris: [redirectUri],
        scope: 'openid profile document',
        token_endpoint_auth_method: 'none',
      });
      const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
      const ask = (more: Record<string, string>) =>
        page.goto(
          `${app.baseUrl}/auth?${new URLSearchParams({ client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: 'openid profile document', code_challenge: challenge, code_challenge_method: 'S256', ...more })}`,
        );
      const account = (await app.core.samplePerson('jin'))!;
      const { authenticators } = app.core.accounts;
      const secret = authenticators.newTotpSecret();
      if (!(await authenticators.methodsOf(account)).has('otp'))
        await authenticators.addTotp(account.id, { secret, code: nextCode(secret, Date.now) });
      await ask({});
      await signIn(page, 'jin');
      await page.locator('form[action$="/capacity"] button').first().waitFor();
      await seen('capacity');
      await page.locator('form[action$="/capacity"] button').first().click();
      await page.locator('form[action$="/consent"]').waitFor();
      await seen('consent');
      await page.goto(`${app.baseUrl}/account/password`);
      await page.locator('form[action$="/totp"]').waitFor();
      await seen('factor');
      await page.locator('form[action$="/cancel"] button').click();
      await page.locator('a[href="/account"]').waitFor();
      await seen('not-confirmed');
      await ask({ client_id: 'nobody' });
      await seen('no-such-app');
      await app.core.oidc.endAllOf(account.id);
      await context.close();
    },
    120_000,
  );

  it('axe is awake: a page with a fault is found out', async () => {
    const page = await browser.newPage();
    await page.goto(`${app.baseUrl}/account`);
    await page.evaluate(() => document.querySelector('label[for=password]')!.remove());
    await expect(look(page, 'with a fault', false)).rejects.toThrow('label');
    await page.close();
  });

  it('a person goes by keyboard alone, without JavaScript, at 320 px, from signing in to a new password', async () => {
    const context = await browser.newContext({
      locale: 'zh-CN',
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
    });
    const page = await context.newPage();
    const account = (await app.core.samplePerson('wang'))!;
    await app.core.accounts.authenticators.endPhone(account.id, 'system');
    const tabTo = async (selector: string) => {
      for (let presses = 0; presses < 40; presses += 1) {
        const there = await page
          .locator(selector)
          .first()
          .evaluate((one) => one === one.ownerDocument.activeElement);
        if (there) {
          // WCAG 2.4.7: where typing goes is seen.
          const outline = await page
            .locator(selector)
            .first()
            .evaluate((one) => getComputedStyle(one).outlineStyle);
          expect([selector, outline]).toEqual([selector, 'solid']);
          return;
        }
        await page.keyboard.press('Tab');
      }
      throw new Error(`${selector} is not reached by the keyboard`);
    };
    const press = async (selector: string, next: string) => {
      await tabTo(selector);
      await page.keyboard.press('Enter');
      await heading(page, next);
    };
    await page.goto(`${app.baseUrl}/account`);
    await tabTo('#login-name');
    await page.keyboard.type(account.documentNumber);
    await tabTo('#password');
    await page.keyboard.type(app.passwordOf('wang'));
    await page.keyboard.press('Enter');
    await page.locator('.tiles').waitFor();
    await press('.choices a', '我的账户');
    expect(await page.locator('html').getAttribute('data-elder')).toBe('on');
    await press('.tiles li:nth-child(1) a', '登录方式');
    await press('.tiles li:nth-child(1) a', '密码');
    await tabTo('#password');
    await page.keyboard.type('short');
    await tabTo('#repeat');
    await page.keyboard.type('short');
    await page.keyboard.press('Enter');
    await page.locator('#password-fault').waitFor();
    for (const field of ['#password', '#repeat']) {
      await tabTo(field);
      await page.keyboard.type('river-north-77-kite');
    }
    await page.keyboard.press('Enter');
    await page.locator('#said', { hasText: '密码已修改' }).waitFor();
    await page.goto(`${app.baseUrl}/account/notices`);
    expect(await page.locator('main').textContent()).toContain('密码已修改');
    await context.close();
  }, 60_000);
});
