import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { addLoser, RecoveringBrowser } from '../flow/recovering-browser.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';

/** The account pages of somebody who has what they are about; my-account.test.ts looks at them empty. */
describeWith('CHROMIUM', 'account pages with something on them, in a browser', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startApp({ TRUSTED_PROXIES: 'loopback' });
    browser = await launchChromium(executablePath);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Asked by one relative, acting for another, with a password that waits and both optional consents. */
  const busyPerson = async () => {
    const { core } = app;
    const her = await addLoser(app);
    const { id } = her.account;
    const lin = (await core.samplePerson('lin'))!;
    const { id: link } = await core.families.invite(
      { accountId: id },
      { kind: lin.documentKind, number: lin.documentNumber },
    );
    await core.families.accept({ accountId: lin.id }, link);
    await core.families.certificates.add({ accountId: id }, { link, type: 'driving_licence' });
    await core.families.invite({ accountId: lin.id }, { kind: '414', number: her.number });
    for (const purpose of ['identity', 'case_messages'] as const)
      await core.registration.pages.consents.insert({
        id: `${id}:${purpose}`,
        account: id,
        purpose,
        textVersion: '2026-11-23',
        given: 'online',
        at: Math.floor(Date.now() / 1000),
      });
    const stranger = new RecoveringBrowser(app);
    await stranger.begin(her.number);
    await stranger.proveMessage(her.phone);
    await stranger.send('face', { answer: 'match' });
    await stranger.choose();
    await core.accounts.authenticators.endPhone(id, 'system');
    return { ...her, id, link };
  };

  it.each(
    (['zh', 'en'] as const).flatMap((language) => [false, true].map((elder) => [language, elder] as const)),
  )(
    'ZLB-7: axe finds nothing and nothing scrolls sideways at 320 px or 200 % zoom (%s, elder %s)',
    async (language, elder) => {
      const her = await busyPerson();
      const context = await browser.newContext(languageContext[language]);
      const cookie = { url: app.baseUrl, value: elder ? 'on' : 'off' };
      await context.addCookies([
        { ...cookie, name: 'onecert_elder' },
        { ...cookie, name: 'onecert_lang', value: language },
      ]);
      const page = await context.newPage();
      const seen = (name: string) => look(page, `${language}${elder ? '-elder' : ''}-${name}`, elder);
      await page.goto(`${app.baseUrl}/account`);
      await page.locator('#login-name').fill(her.number);
      await page.locator('#password').fill(her.password);
      await page.locator('form[action$="/sign-in"] button').click();
      await page.locator('#waiting-password').waitFor();
      await seen('home-waiting');
      for (const [name, path] of [
        ['family-held', 'family'],
        ['family-held-2', 'family?page=2'],
        ['family-certificates', `family-certificates?id=${her.link}`],
        ['apps-held', 'apps'],
      ] as const) {
        await page.goto(`${app.baseUrl}/account/${path}`);
        await seen(name);
      }
      await page.goto(`${app.baseUrl}/account/family-certificates?id=${her.link}`);
      await page.locator('form[action*="/open?"] button').click();
      await page.locator('.facts').waitFor();
      await seen('family-certificate');
      await page.goto(`${app.baseUrl}/account/close-account`);
      await page.locator('form[action$="/close"] button').click();
      await page.locator('form[action$="/keep"] button').waitFor();
      await seen('close-waiting');
      await page.goto(`${app.baseUrl}/account/export-data`);
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('form[action$="/download"] button').click(),
      ]);
      expect(file.suggestedFilename()).toMatch(/^onecert-personal-data-[\d-]{10}\.json$/);
      await context.close();
    },
    120_000,
  );
});
