/** The wallet's pages of the holder's rights, and its cards for others and in an office, in a browser. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { look } from './look-at-page.ts';

/** Of config/sample/guardians.csv. */
const child = { kind: '111', number: '320102201308049227', name: '潘玲英' };

describeWith('CHROMIUM', 'the holder’s pages of the wallet in a browser', (executablePath) => {
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
    context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } });
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

  const signIn = async (id: string) => {
    await page.goto(`${app.baseUrl}/wallet/`);
    await page.getByTestId('sign-in').click();
    const { document } = app.core.people.find((person) => person.id === id)!;
    await page.locator('#login-name').fill(document.number);
    await page.locator('#password').fill(app.passwordOf(id));
    await page.locator('#password').press('Enter');
    await page.getByTestId('display-name').waitFor();
  };
  const addAll = async () => {
    await page.getByTestId('add-all').click();
    await page.getByTestId('add-result').waitFor();
  };
  const open = async (hash: string, testId: string) => {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await page.getByTestId(testId).waitFor();
  };
  /** Axe, 320 px, targets; and pictures when a folder is named for them. */
  const fits = async (name: string) => {
    await look(page, `wallet-${name}`, false);
    await page.setViewportSize({ width: 390, height: 844 });
  };

  it('ZLB-5 carries a child’s card, shows it offline as shown by her, says that it is wrong, and loses it when the link ends', async () => {
    const lin = (await app.core.samplePerson('lin'))!;
    const { id: link } = await app.core.families.addChild({ accountId: lin.id }, child);
    await signIn('lin');
    await open('#/family', 'member');
    await fits('family');
    await page.getByTestId('member').click();
    await page.getByTestId('look').click();
    await page.getByTestId('add').click();
    await page.getByTestId('card-residence_permit').waitFor();
    await fits('family-cards');
    await page.getByTestId('until-residence_permit').getByText('202').waitFor({ timeout: 30_000 });
    await context.setOffline(true);
    await page.getByTestId('show-residence_permit').click();
    await page.getByTestId('view-resident').click();
    await page.locator('[data-testid=show-code][data-made-at]').waitFor();
    await page.getByTestId('shown-by').waitFor();
    await context.setOffline(false);
    await page.getByTestId('end').click();
    await open(`#/family/${link}`, 'wrong-residence_permit');
    await page.getByTestId('wrong-residence_permit').click();
    await page.getByTestId('wrong_field').click();
    await page.getByTestId('field').selectOption({ index: 1 });
    await page.getByTestId('words').fill('门牌号写错了。');
    await page.getByTestId('send').click();
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-wrong_field').getByText('潘**').waitFor();
    await open('#/', 'home-page');
    await app.core.families.end({ accountId: lin.id }, link);
    await page.reload();
    await page.getByTestId('display-name').waitFor();
    await open('#/family', 'family-page');
    await page.getByText('还没有可以代办的家人').waitFor();
  }, 90_000);

  it('SHR-3 tells the issuer that a field is wrong and that somebody refused it, and sees how far it is', async () => {
    await signIn('zhou');
    await addAll();
    await page.getByTestId('wrong-driving_licence').click();
    await page.getByTestId('wrong_field').click();
    await page.getByTestId('field').selectOption('class');
    await page.getByTestId('words').fill('准驾车型应为 C1，见实体证。');
    await fits('wrong');
    await page.getByTestId('send').click();
    await page.getByTestId('sent').waitFor();
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-wrong_field').getByTestId('open').waitFor();
    await open('#/', 'home-page');
    await page.getByTestId('wrong-driving_licence').click();
    await page.getByTestId('not_accepted').click();
    await page.getByTestId('where').fill('某某酒店前台');
    await page.getByTestId('words').fill('只收实体证。');
    await page.getByTestId('send').click();
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-not_accepted').waitFor();
    await fits('requests');
    await page.getByTestId('request-not_accepted').getByTestId('withdraw').click();
    await page.getByTestId('request-not_accepted').getByTestId('withdrawn').waitFor();
  }, 90_000);

  it('ZLB-6 sees who used what, asks them to delete it, and what changed, one notice at a time', async () => {
    const zhou = (await app.core.samplePerson('zhou'))!;
    const zhao = (await app.core.samplePerson('zhao'))!;
    const { id: certificate } = await app.core.credentials.ensureCertificate(zhou, 'driving_licence', {
      actor: 'cli',
    });
    await app.core.audit.append({
      action: 'certificate.opened_by_official',
      actor: `account:${zhao.id}`,
      subject: zhou.id,
      object: certificate,
      fields: ['name', 'class'],
      result: 'ok',
      details: { purpose: 'check_before_act', unit: 'zj-police' },
    });
    await app.core.credentials.changeState(certificate, '02', 'under_investigation', { actor: 'cli' });
    await signIn('zhou');
    await page.getByTestId('more-notices').waitFor();
    expect(await page.locator('.notices > .notice').count()).toBe(1);
    await fits('changes-notice');
    await page.getByTestId('see-changes').click();
    await page.getByTestId('change-state').waitFor();
    expect(await page.getByTestId('change-state').textContent()).toContain('机动车驾驶证现为「暂扣」');
    await page.getByTestId('change-look').first().waitFor();
    await fits('changes');
    await page.reload();
    await page.getByTestId('nothing').waitFor();

    await page.getByTestId('open-uses').click();
    const look = page.getByTestId('use').filter({ hasText: '发证部门查看证照内容' });
    await look.waitFor();
    expect(await look.textContent()).toContain('姓名');
    await look.getByTestId('ask').click();
    await fits('uses');
    await look.getByTestId('yes').click();
    await page.getByTestId('uses.asked').waitFor();
    await page.getByTestId('uses.asked').getByRole('button').click();
    await page.getByTestId('request-delete_data').waitFor();
  }, 90_000);

  it('GRS-1 an official enters the wallet in his office and carries his card there alone', async () => {
    await signIn('zhao');
    await page.getByText('公务证件只在以公职身份进入卡包时携带').first().waitFor();
    await open('#/settings', 'settings-page');
    await page.getByTestId('switch-identity').click();
    await page.locator('form[action$="/capacity"]').waitFor();
    await fits('capacity');
    await page.locator('button[value^="o:"]').click();
    await page.locator('form[action$="/own-sms-send"] button').first().click();
    await page.locator('input[name="code"]').waitFor();
    const [newest] = await app.core.smsOutbox!.messages();
    await page.locator('input[name="code"]').fill(/\d{6}/.exec(newest!.text)![0]);
    await page.locator('input[name="code"]').press('Enter');
    await page.getByTestId('home-page').waitFor();
    await addAll();
    await page.getByTestId('card-enforcement_card').waitFor();
    expect(await page.locator('article').count()).toBe(1);
    await fits('office');
    await page.getByTestId('prepared').waitFor({ timeout: 30_000 });
    await page.getByTestId('show-enforcement_card').click();
    await page.locator('[data-testid=show-code][data-made-at]').waitFor();
    expect(await page.getByTestId('shown-by').count()).toBe(0);
  }, 90_000);
});
