/** The enrolled counter on the real server: its key, its officers, the online look, the offline day, its end. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Account } from '../../src/accounts/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import { type Kit, openKit } from '../flow/counter-kit.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { give, shown } from './counter-rig.ts';
import { launchChromium } from './launch-chromium.ts';

const renewal = 'driving-licence-renewal';
const pins = { one: '270418', two: '815306' };

describeWith('CHROMIUM', 'an enrolled counter in a browser', (executablePath) => {
  let app: RunningApp;
  let kit: Kit;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let lead: string;
  let counter: string;
  let officers: { one: string; two: string };
  let lin: Account;
  let zhou: Account;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await startApp();
    kit = openKit(app, Date);
    lead = await kit.official('zj-police', ['counter_lead']);
    officers = {
      one: await kit.official('zj-police', ['issuer_clerk']),
      two: await kit.official('zj-police', ['issuer_clerk']),
    };
    await kit.setPin(officers.one, pins.one);
    await kit.setPin(officers.two, pins.two);
    lin = (await app.core.samplePerson('lin'))!;
    zhou = (await app.core.samplePerson('zhou'))!;
    browser = await launchChromium(executablePath);
    context = await browser.newContext({ locale: 'zh-CN' });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(`${app.baseUrl}/counter/`);
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    expect(complaints).toEqual([]);
  });

  afterEach(async () => {
    if (await page.getByTestId('verdict').count()) await page.getByTestId('next').click();
  });

  const begin = async (officer: keyof typeof pins, digits = pins[officer]) => {
    await page.getByTestId('shift').click();
    await page.getByTestId('shift-officer').selectOption(officers[officer]);
    await page.getByTestId('shift-pin').fill(digits);
    await page.getByTestId('shift-begin').click();
  };
  const onShift = () => page.getByTestId('desk-page').waitFor({ state: 'detached' });
  const kept = (store: string) =>
    page.evaluate(
      (name) =>
        new Promise<unknown[]>((resolve) => {
          const opening = indexedDB.open('onecert-counter');
          opening.onsuccess = () => {
            const all = opening.result.transaction(name).objectStore(name).getAll();
            all.onsuccess = () => {
              opening.result.close();
              resolve(all.result);
            };
          };
        }),
      store,
    );

  it('is enrolled by the code a lead reads out, with a key its browser cannot give away', async () => {
    const { body } = await kit.propose(lead, { name: '3号窗口', items: [renewal] });
    counter = body.counter.id;
    await page.getByTestId('enrol').click();
    await page.getByTestId('enrol-code').fill('AAAA-AAAA');
    await page.getByTestId('enrol-submit').click();
    await page.getByTestId('enrol-problem').waitFor();
    await page.getByTestId('enrol-code').fill(` ${body.code.toLowerCase()} `);
    await page.getByTestId('enrol-submit').click();
    await page.getByTestId('desk').getByText('3号窗口').waitFor();
    const extractable = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('onecert-counter');
          opening.onsuccess = () => {
            const got = opening.result.transaction('device').objectStore('device').get('device');
            got.onsuccess = () => {
              opening.result.close();
              resolve([got.result.keys.privateKey.extractable, got.result.keys.privateKey.algorithm.name]);
            };
          };
        }),
    );
    expect(extractable).toEqual([false, 'ECDSA']);
  });

  it('CTR-5 begins a shift by PIN, and tells a wrong one', async () => {
    await begin('one', '000000');
    await page.getByTestId('shift-problem').getByText('PIN 码不对').waitFor();
    await page.getByTestId('shift-pin').fill(pins.one);
    await page.getByTestId('shift-begin').click();
    await onShift();
    await page.getByTestId('officer').getByText('值班').waitFor();
    expect(JSON.stringify(await kept('device'))).not.toContain(pins.one);
  });

  it('CTR-2 shows online what its item may see, and nothing of another type', async () => {
    const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
    // The list of its status is younger than the pack: this device alone cannot tell, the server can.
    expect((await give(page, await phone.show())).code).toBe('status_unknown');
    await page.locator('[data-testid=verdict][data-code=valid]').waitFor();
    await page.getByTestId('look').waitFor();
    await page.getByTestId('look-class').waitFor();
    await page.keyboard.press('Escape');
    const other = await kit.phoneOf(lin, 'residence_permit', 'standard');
    await give(page, await other.show());
    await page.getByTestId('look-problem').waitFor();
    expect(await page.getByTestId('look').count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await kept('queue')).toEqual([]);
  });

  it('the server’s word counts: a certificate that ended since the pack was made turns red', async () => {
    const phone = await kit.phoneOf(zhou, 'driving_licence', 'standard');
    await app.core.credentials.changeState(phone.certificate.id, '02', 'traffic_points', { actor: 'test' });
    await give(page, await phone.show());
    await page.locator('[data-testid=verdict][data-code=suspended]').waitFor();
    await page.keyboard.press('Escape');
    await app.core.credentials.changeState(phone.certificate.id, '01', 'points_cleared', { actor: 'test' });
  });

  it('CTR-5 changes shift and judges with no network; hands in without a value, and is told what had ended', async () => {
    const phone = await kit.phoneOf(zhou, 'driving_licence', 'standard');
    const numbered = page.waitForResponse((answer) => answer.url().includes('/pack'));
    await page.getByTestId('pack-update').click();
    await numbered;
    await page.getByTestId('pack-update').getByText('立即更新').waitFor();
    await context.setOffline(true);
    await begin('two');
    await onShift();
    expect((await give(page, await phone.show())).code).toBe('valid');
    await page.getByTestId('look-unreachable').waitFor();
    const text = await page.getByTestId('verdict').textContent();
    expect(text).toContain(zhou.name);
    await page.keyboard.press('Escape');
    await page.getByTestId('waiting').getByText('1 条').waitFor();
    // A reload in the middle of the offline day loses neither the shift nor the queue.
    await page.reload();
    await page.getByTestId('waiting').getByText('1 条').waitFor();
    await page.getByTestId('officer').getByText('值班').waitFor();
    const [entry, ...more] = (await kept('queue')) as Record<string, unknown>[];
    expect(more).toEqual([]);
    expect(Object.keys(entry!).sort()).toEqual([
      'entry',
      'format',
      'id',
      'item',
      'made_at',
      'officer',
      'pack_number',
      'scanned_at',
      'type',
      'verdict',
      'view',
    ]);
    expect(JSON.stringify(entry)).not.toContain(zhou.name);
    await app.core.credentials.changeState(phone.certificate.id, '02', 'traffic_points', { actor: 'test' });
    await context.setOffline(false);
    await page.getByTestId('pack-update').click();
    await page.getByTestId('flagged').getByText('1 张').waitFor();
    expect(await kept('queue')).toEqual([]);
    expect((await kit.logOf(zhou.id, 'certificate.checked_offline')).length).toBe(1);
  });

  it('ends when its lead revokes it, and goes on checking by public keys', async () => {
    await kit.api.call(lead, 'post', `/admin/api/counters/${counter}/revoke`, { reason: 'device_replaced' });
    await page.getByTestId('pack-update').click();
    await page.getByTestId('ended').waitFor();
    await page.getByTestId('pack-update').getByText('立即更新').waitFor();
    expect(await kept('device')).toEqual([]);
    const phone = await kit.phoneOf(lin, 'driving_licence', 'standard');
    expect((await give(page, await phone.show())).code).toBe('valid');
    expect((await shown(page)).outcome).toBe('valid');
  });
});
