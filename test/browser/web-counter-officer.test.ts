/** What only an officer on shift does at the counter: without a phone (CTR-4), the posters' inbox, the copy for the case file. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { type Enrolled, openEnrolled, renewal } from './enrolled-counter.ts';
import { launchChromium } from './launch-chromium.ts';

describeWith('CHROMIUM', 'the officer’s pages of the counter', (executablePath) => {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  let app: RunningApp;
  let rig: Enrolled;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  /** Every address that the page asked for. */
  const addresses: string[] = [];

  beforeAll(async () => {
    app = await startApp({}, { clock });
    rig = await openEnrolled(app);
    browser = await launchChromium(executablePath);
    context = await browser.newContext({ locale: 'zh-CN' });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => addresses.push(request.url()));
    await page.goto(`${app.baseUrl}/counter/`);
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await rig.enrol(page);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    expect(complaints).toEqual([]);
  });

  const seen = (id: string) => page.getByTestId(id).first().waitFor();
  const open = async (name: 'no-phone' | 'inbox' | 'copy') => {
    if (await page.getByTestId('desk-back').count()) await page.getByTestId('desk-back').click();
    await page.getByTestId(`open-${name}`).click();
  };
  const submit = () => page.getByTestId('officer-submit').click();
  /** The province's clock goes ahead; the `Date` of its answers, which is the real one's, with it. */
  const later = async (hours: number) => {
    clock.ahead = hours * 3600_000;
    await page.route('**/*', async (route) => {
      const response = await route.fetch();
      const date = new Date(clock.now()).toUTCString();
      await route.fulfill({ response, headers: { ...response.headers(), date } });
    });
    // The first answer says how late it is, the second request is signed at that time.
    for (let asked = 0, heard = false; asked < 10 && !heard; asked += 1) {
      const answer = page.waitForResponse('**/counter/api/inbox');
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      heard = (await answer).ok();
    }
  };
  /** All that the browser keeps of this site. */
  const kept = () =>
    page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('onecert-counter');
        opening.onsuccess = () => resolve(opening.result);
      });
      const stores: unknown[] = [];
      for (const name of db.objectStoreNames)
        stores.push(
          await new Promise((resolve) => {
            const all = db.transaction(name).objectStore(name).getAll();
            all.onsuccess = () => resolve(all.result);
          }),
        );
      db.close();
      return JSON.stringify([stores, { ...localStorage }, { ...sessionStorage }]);
    });

  it('asks for a shift first, and goes on where it was asked for', async () => {
    await open('no-phone');
    await page.getByTestId('shift-why').getByText('PIN').waitFor();
    await rig.begin(page);
    await seen('np-number');
  });

  it('CTR-4 card, open case and a second officer show the item’s fields and that the holder was told; nothing is kept', async () => {
    const { lin } = rig;
    await rig.fillNoPhone(page, lin);
    await submit();
    await page.getByTestId('np-state').getByText('证照有效').waitFor();
    const shown = await page
      .locator('[data-testid=np-found] [data-testid]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-testid')));
    expect(shown).toEqual(
      ['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'authority'].map(
        (name) => `np-${name}`,
      ),
    );
    await page.getByTestId('np-told').getByText('短信').waitFor();
    expect((await rig.kit.logOf(lin.id, 'certificate.looked_at'))[0]!.details).toMatchObject({
      way: 'without_phone',
      case: rig.caseNumber,
    });
    expect(addresses.filter((url) => url.includes(lin.documentNumber))).toEqual([]);
    const text = await kept();
    expect([lin.documentNumber, lin.name, rig.officers[1]!.pin].filter((one) => text.includes(one))).toEqual(
      [],
    );
    await page.getByTestId('officer-done').click();
    await open('no-phone');
    await seen('np-number');
    expect(await page.getByTestId('np-number').inputValue()).toBe('');
  });

  it.each([
    ['no_open_case', '在办件系统立案', () => page.getByTestId('officer-case').fill('case_AAAAAAAAAAAAAAAA')],
    ['person_not_found', '照证件再核对', () => page.getByTestId('np-name').fill('无此人')],
    ['presence_not_shown', '重新人脸核验', () => page.getByTestId('np-no_match').check()],
    ['wrong_pin', '请其本人再输一次', () => page.getByTestId('np-second-pin').fill('000000')],
  ] as const)(
    'CTR-4 refused, %s: says what to do next, and keeps what was typed',
    async (code, next, change) => {
      await open('no-phone');
      await rig.fillNoPhone(page, rig.lin);
      await change();
      await submit();
      await page.getByTestId(`refused-${code}`).getByText(next).waitFor();
      expect(await page.getByTestId('np-number').inputValue()).toBe(rig.lin.documentNumber);
      expect(await page.getByTestId('np-found').count()).toBe(0);
    },
  );

  it('CTR-4 a face check that matches is presence too', async () => {
    await open('no-phone');
    await rig.fillNoPhone(page, rig.lin);
    await page.getByTestId('np-match').check();
    await submit();
    await seen('np-found');
  });

  it('of a certificate that is not in force it shows the state and no field', async () => {
    const { id } = await app.core.credentials.ensureCertificate(rig.lin, 'driving_licence', {
      actor: 'test',
    });
    await app.core.credentials.changeState(id, '02', 'traffic_points', { actor: 'test' });
    await open('no-phone');
    await rig.fillNoPhone(page, rig.lin);
    await submit();
    await page.getByTestId('np-state').getByText('暂扣').waitFor();
    expect(await page.getByTestId('np-found').count()).toBe(0);
    await app.core.credentials.changeState(id, '01', 'points_cleared', { actor: 'test' });
  });

  it('the inbox is empty, then lists a number without a value, and opens it by the number on the phone', async () => {
    await open('inbox');
    await page.getByTestId('inbox-empty').getByText('还没有收到材料').waitFor();
    const number = await rig.send({ name: rig.lin.name, class: 'C1' });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const list = page.getByTestId('inbox-list');
    await list.getByText(number).waitFor();
    expect(await list.textContent()).toContain('驾驶证期满换证');
    expect(await list.textContent()).not.toContain(rig.lin.name);
    await page.getByTestId('inbox-number').fill(number === '0000' ? '0001' : '0000');
    await submit();
    await page.getByTestId('inbox-none').getByText('一小时').waitFor();
    await page.getByTestId('inbox-number').fill(number);
    await submit();
    await page.getByTestId('inbox-name').getByText(rig.lin.name).waitFor();
    await page.getByTestId('inbox-class').getByText('C1').waitFor();
    expect(await page.getByTestId('inbox-content').textContent()).toContain('有效');
    await page.getByTestId('officer-done').click();
    await list.getByText('已打开过').waitFor();
    expect(await kept()).not.toContain(rig.lin.name);
  });

  it('CTR-3 a copy for the case file is made of the item’s fields, for a view and a number of days', async () => {
    await open('copy');
    await page.getByTestId('officer-item').selectOption(renewal);
    await page.getByTestId('officer-case').fill(rig.caseNumber);
    await page.getByTestId('officer-type').selectOption('driving_licence');
    await page.getByTestId('copy-view').selectOption('standard');
    await page.getByTestId('copy-days').selectOption('7');
    await submit();
    await page.getByTestId('copy-made').getByText('6 项').waitFor();
    const address = await page.getByTestId('copy-print').getAttribute('href');
    expect((await fetch(address!)).status).toBe(200);
    const download = page.waitForEvent('download');
    await page.getByTestId('copy-pdf').click();
    const file = await (await download).path();
    expect((await download).suggestedFilename()).toMatch(/^ac_[\w-]+\.pdf$/);
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
    await page.getByTestId('copy-again').click();
    await page.getByTestId('officer-item').selectOption(renewal);
    await page.getByTestId('officer-type').selectOption('driving_licence');
    await page.getByTestId('officer-case').fill('case_AAAAAAAAAAAAAAAA');
    await submit();
    await page.getByTestId('refused-not_found').getByText('核对办件编号').waitFor();
  });

  it('with no network each page says so and leads back to scanning, which goes on', async () => {
    await page.getByTestId('desk-back').click();
    await context.setOffline(true);
    for (const name of ['no-phone', 'inbox', 'copy'] as const) {
      await page.getByTestId(`open-${name}`).click();
      await seen('officer-offline');
      await page.getByTestId('back-to-scan').click();
      await page.getByTestId('entry').waitFor();
    }
    await page.getByTestId('open-inbox').click();
    await seen('officer-offline');
    await context.setOffline(false);
    await page.getByTestId('reach-again').click();
    await seen('inbox-list');
  });

  it('what waits is gone after an hour, and whoever asks for it is told', async () => {
    const number = await rig.send({ class: 'C1' });
    await later(1.1);
    await page.getByTestId('inbox-number').fill(number);
    await submit();
    await page.getByTestId('inbox-none').getByText('已自动清除').waitFor();
    await seen('inbox-empty');
  });

  it('a shift that has ended asks for the PIN, and the next officer sees nothing of the last', async () => {
    await later(13);
    await open('no-phone');
    await rig.fillNoPhone(page, rig.lin);
    await page.getByTestId('np-match').check();
    await submit();
    await seen('shift-why');
    await rig.begin(page, rig.officers[1]);
    await seen('np-number');
    expect(await page.getByTestId('np-number').inputValue()).toBe('');
  });
});
