/** Officials at the console: a second factor, two pairs of eyes, sending back, and what is left when a post ends. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Account } from '../../src/accounts/index.ts';
import type { Certificate } from '../../src/credentials/index.ts';
import { describeWith } from '../contract/server-suites.ts';
import { actOf, appoint, mailedCode, manifestOf } from '../flow/app-records.ts';
import { openOfficeApi } from '../flow/office-api.ts';
import { approvedType, type ConsoleProvince, openConsoleProvince } from './console-province.ts';
import { launchChromium } from './launch-chromium.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const context = { actor: 'cli' };
const unit = '浙江省公安厅';

describeWith('CHROMIUM', 'the console of officials (issue 6 item 9)', (executablePath) => {
  let app: ConsoleProvince;
  let browser: Browser;
  let lin: Account;
  let licence: Certificate;
  /** zhao is clerk, jin approver of the same unit; chen reviews apps elsewhere. */
  let zhao: Page;
  let jin: Page;

  const stateOf = async () => (await app.core.credentials.certificate(licence.id))!.state;
  const logOf = async () => (await app.core.audit.about(lin.id)).map(({ action }) => action);
  const go = async (page: Page, hash: string) => {
    await page.goto(`${app.baseUrl}/console/${hash}`);
    await page.reload();
    await page.getByTestId(hash.startsWith('#/cert') ? 'certificates-page' : 'work-page').waitFor();
  };
  /** Opens antd's list of a choice and takes one. */
  const choose = async (page: Page, testId: string, words: string) => {
    const input = page.getByTestId(testId).locator('input');
    await input.click();
    if (await input.isEditable()) await input.fill(words);
    await page.locator('.ant-select-item-option', { hasText: words }).last().click();
    await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'detached' });
  };
  const refresh = (page: Page) => page.getByTestId('refresh').click();
  const openItem = (page: Page, words: string) =>
    page.locator('.listing .link', { hasText: words }).first().click();
  const proposeAs = async (page: Page, verb: string, reason: string) => {
    await go(page, `#/certificates?id=${licence.id}`);
    await page.getByTestId(`act-${verb}`).click();
    await choose(page, 'act-reason', reason);
    await page.getByTestId('act-submit').click();
    await page.getByTestId('act-done').waitFor();
  };
  const look = async (page: Page, name: string) => {
    await page.evaluate(axe);
    const broken = await page.evaluate(async () => {
      const { run } = (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe;
      return (await run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
      );
    });
    expect([name, broken]).toEqual([name, []]);
    const size = page.viewportSize()!;
    for (const width of [320, 640]) {
      await page.setViewportSize({ width, height: 720 });
      const [wide, room] = await page
        .locator('html')
        .evaluate((html) => [html.scrollWidth, html.clientWidth]);
      expect([name, width, wide! <= room!]).toEqual([name, width, true]);
    }
    await page.setViewportSize(size);
  };

  beforeAll(async () => {
    app = await openConsoleProvince();
    browser = await launchChromium(executablePath);
    lin = (await app.core.samplePerson('lin'))!;
    licence = await app.core.credentials.ensureCertificate(lin, 'driving_licence', context);
    zhao = await app.newPage(browser);
    jin = await app.newPage(browser);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('asks officials for a second factor, and keeps no token in the browser', async () => {
    await zhao.goto(`${app.baseUrl}/console/`);
    await zhao.getByTestId('gate-out').waitFor();
    await look(zhao, 'sign-in');
    await app.enter(zhao, 'zhao', unit);
    await app.enter(jin, 'jin', unit);
    await zhao.getByTestId('work-page').waitFor();
    const kept = await zhao.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toMatch(/token|eyJ|[\w-]{43}/);
    // A reload asks the login again, which remembers the office.
    await zhao.reload();
    await zhao.getByTestId('work-page').waitFor();
    await look(zhao, 'work list');
  }, 90_000);

  it('SHR-3 shows what a holder objects to, opens her words into her log, and refuses with a reason', async () => {
    const filing = { accountId: lin.id, capacity: 'self', context: { actor: `account:${lin.id}` } };
    const words = '准驾车型应为 C1';
    await app.core.objections.file(filing, {
      kind: 'wrong_field',
      certificate: licence.id,
      field: 'class',
      words,
    });
    await refresh(zhao);
    await openItem(zhao, '「准驾车型」有误');
    await zhao.getByText(words).waitFor();
    expect(await logOf()).toContain('objection.read');
    await look(zhao, 'an objection');
    await zhao.getByTestId('refuse').click();
    await choose(zhao, 'objection-reason', '登记无误');
    await zhao.getByTestId('refuse').click();
    await zhao.getByTestId('done').waitFor();
    const [told] = (await app.core.objections.list(filing)).objections;
    expect(told).toMatchObject({ state: 'refused', reason: { zh: '登记无误' } });
  }, 90_000);

  it('lets a citizen in no further than a page that says why, and lets her leave', async () => {
    const page = await app.newPage(browser);
    await page.goto(`${app.baseUrl}/console/`);
    await page.getByTestId('sign-in').click();
    await page.locator('#login-name').fill(lin.documentNumber);
    await page.locator('#password').fill(app.passwordOf('lin'));
    await page.locator('#password').press('Enter');
    await page.getByTestId('gate-no_office').waitFor();
    await look(page, 'no office');
    await page.getByTestId('sign-out').click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByTestId('gate-out').waitFor();
    await page.context().close();
  }, 60_000);

  it('the approver, not the clerk, approves what a citizen applied for, and the certificate can be issued', async () => {
    await app.core.credentials.applyFor(lin, approvedType, context);
    await refresh(zhao);
    await openItem(zhao, '发放浙江省居住证');
    await zhao.getByTestId('not-approver').waitFor();
    expect(await zhao.getByTestId('approve').count()).toBe(0);
    await zhao.keyboard.press('Escape');
    await refresh(jin);
    await openItem(jin, '发放浙江省居住证');
    await jin.getByTestId('approve').waitFor();
    expect(await jin.locator('.ant-drawer').textContent()).toMatch(/林\*\*[\s\S]*卡包即可领取/);
    await look(jin, 'an application');
    await jin.getByTestId('approve').click();
    await jin.getByTestId('done').waitFor();
    const issued = await app.core.credentials.ensureCertificate(lin, approvedType, context);
    expect(issued.state).toBe('01');
  }, 60_000);

  it('suspends by four eyes: nothing changes before the second person agrees, and then the card is revoked', async () => {
    await proposeAs(zhao, 'suspend', '持证人挂失');
    expect(await stateOf()).toBe('01');
    await look(zhao, 'a certificate');
    await go(jin, '#/work');
    await openItem(jin, '暂扣机动车驾驶证');
    await jin.getByTestId('approve').click();
    await jin.getByTestId('done').waitFor();
    expect(await stateOf()).toBe('02');
    await proposeAs(zhao, 'revoke', '司法机关要求');
    await refresh(jin);
    await openItem(jin, '吊销机动车驾驶证');
    await jin.getByTestId('approve').click();
    await jin.getByTestId('done').waitFor();
    expect(await stateOf()).toBe('07');
    await go(zhao, `#/certificates?id=${licence.id}`);
    await zhao.locator('.detail [data-state="07"]').waitFor();
    expect(await zhao.getByTestId('life').textContent()).toMatch(/有效 → 暂扣[\s\S]*持证人挂失|暂扣 → 吊销/);
    expect(await zhao.getByTestId('act-suspend').count()).toBe(0);
  }, 90_000);

  it('sends back only with a reason, keeps the choice over an expired session, and goes on after signing in again', async () => {
    licence = await app.core.credentials.ensureCertificate(lin, 'resident_id_card', context);
    await proposeAs(zhao, 'suspend', '登记信息核查');
    await go(jin, '#/work');
    await openItem(jin, '暂扣居民身份证');
    await jin.getByTestId('send-back').click();
    await jin.getByTestId('send-back').click();
    await jin.locator('.field-problem').waitFor();
    await choose(jin, 'send-back-reason', '与登记不符');
    await app.core.oidc.endOfficeSessions((await app.core.samplePerson('jin'))!.id);
    await jin.getByTestId('send-back').click();
    await jin.getByTestId('gate-expired').waitFor();
    expect(await jin.locator('.ant-drawer').count()).toBe(0);
    await look(jin, 'expired');
    expect((await app.core.credentials.certificate(licence.id))!.state).toBe('01');
    await app.signIn(jin, 'jin', unit);
    await jin.locator('.ant-select-content', { hasText: '与登记不符' }).waitFor();
    await jin.getByTestId('send-back').click();
    expect(await jin.getByTestId('done').textContent()).toContain('已退回');
    expect(await stateOf()).toBe('01');
  }, 90_000);

  it('refuses her own proposal, and says so before she tries', async () => {
    // In her other post she is a clerk of the same unit, and has proposed something there.
    const accountId = (await app.core.samplePerson('jin'))!.id;
    const post = await appoint(app, 'jin', 'zj-police', ['issuer_clerk']);
    const offices = await app.core.officials.capacities.of(accountId, []);
    const api = openOfficeApi(app);
    api.callers.set('jin', { accountId, capacity: offices.find(({ ref }) => ref === `o:${post}`)! });
    const filed = await api.call(
      'jin',
      'post',
      `/admin/api/certificates/${licence.id}/suspend`,
      { reason: 'holder_request' },
      { 'idempotency-key': 'a-key-of-jin' },
    );
    expect(filed.status).toBe(201);
    await go(jin, '#/work');
    await openItem(jin, '暂扣居民身份证');
    await jin.getByTestId('own').waitFor();
    expect(await jin.getByTestId('approve').count()).toBe(0);
    await app.core.officials.posts.end({ account: accountId, post, reason: 'test', context });
  }, 60_000);

  it('opens the content for a purpose alone, for a minute, and the holder’s log has it', async () => {
    await zhao.clock.install();
    await go(zhao, `#/certificates?id=${licence.id}`);
    const fields = zhao.getByTestId('fields');
    await fields.waitFor();
    expect(await fields.textContent()).not.toContain(lin.name);
    await zhao.getByTestId('open-fields').click();
    await zhao.getByTestId('open-do').click();
    await zhao.locator('.field-problem').waitFor();
    await choose(zhao, 'open-purpose', '投诉');
    await zhao.getByTestId('open-do').click();
    await fields.getByText(lin.name).waitFor();
    expect(await logOf()).toContain('certificate.opened_by_official');
    for (let second = 0; second < 61; second += 1) await zhao.clock.runFor(1000);
    await fields.getByText(lin.name).waitFor({ state: 'detached' });
  }, 60_000);

  it('finds by identifier and by the holder’s document, which never comes into a link', async () => {
    await go(zhao, '#/certificates');
    await zhao.getByTestId('number').fill(licence.identifier);
    await zhao.getByTestId('find').click();
    await zhao.getByTestId('found').waitFor();
    expect(await zhao.locator('.listing tbody tr').count()).toBe(1);
    const asked: string[] = [];
    zhao.on('request', (request) => asked.push(request.url()));
    await zhao.getByTestId('by-holder').click();
    await zhao.getByTestId('document-number').fill(lin.documentNumber);
    await choose(zhao, 'purpose', '持证人在场');
    await look(zhao, 'find by holder');
    await zhao.getByTestId('holder-find').click();
    await zhao.getByTestId(`row-${licence.id}`).waitFor();
    expect(asked.join()).not.toContain(lin.documentNumber);
    expect(zhao.url()).not.toContain(lin.documentNumber);
    expect(await logOf()).toContain('certificate.looked_up_by_official');
  }, 60_000);

  it('offers a certificate: a code to scan and one to type, and keeps what was typed when it fails', async () => {
    await go(zhao, '#/certificates');
    await zhao.getByTestId('issue').click();
    await zhao.getByTestId('document-number').fill('330000199001011111');
    await choose(zhao, 'issue-type', '机动车行驶证');
    await zhao.getByTestId('issue-do').click();
    await zhao.getByTestId('problem').waitFor();
    expect(await zhao.getByTestId('document-number').inputValue()).toBe('330000199001011111');
    const wang = (await app.core.samplePerson('wang'))!;
    await zhao.getByTestId('document-number').fill(wang.documentNumber);
    await choose(zhao, 'issue-type', '居民身份证');
    await zhao.getByTestId('issue-do').click();
    await zhao.getByTestId('offer').waitFor();
    expect(await zhao.locator('.offer .code').textContent()).toMatch(/^\d{6}$/);
    await look(zhao, 'an offer');
  }, 60_000);

  it('works by keyboard: skip to the content, open a line, close it, and stand on the line again', async () => {
    await go(zhao, '#/work');
    await zhao.locator('.listing .link').first().waitFor();
    await zhao.keyboard.press('Tab');
    await zhao.keyboard.press('Enter');
    expect(await zhao.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    const line = zhao.locator('.listing .link').first();
    await line.focus();
    await zhao.keyboard.press('Enter');
    await zhao.locator('.ant-drawer-body').waitFor();
    await zhao.keyboard.press('Escape');
    await zhao.locator('.ant-drawer-body').waitFor({ state: 'detached' });
    expect(await line.evaluate((one) => one === document.activeElement)).toBe(true);
  }, 60_000);

  it('lists the faulty rows of a register by reason, without a value', async () => {
    await go(zhao, '#/work?kind=quality');
    await openItem(zhao, '机动车驾驶证登记');
    expect(await zhao.getByTestId('quality-lines').textContent()).toMatch(/校验位不对[\s\S]*第 \d+/);
    await look(zhao, 'register quality');
  }, 60_000);

  it('an app reviewer sends an app back in words, in English', async () => {
    const developer = await actOf(app, 'zhao');
    const { records } = { records: app.core.appRecords };
    const owner = 'unit:shaoxing';
    for (const person of ['zhao', 'jin']) await appoint(app, person, 'shaoxing', ['issuer_clerk']);
    const { id } = await records.register(developer, { owner, manifest: manifestOf('Bus') as never });
    await records.join(await actOf(app, 'jin'), await records.invite(developer, id));
    await records.mailContactCode(developer, id, 'apps@police.example.test');
    await records.confirmContact(developer, id, await mailedCode(app));
    await records.confirmTested(developer, id);
    await records.askForListing(developer, id);
    const chen = await app.newPage(browser, { locale: 'en-GB', colorScheme: 'dark' });
    await app.enter(chen, 'chen', 'Shaoxing');
    await openItem(chen, 'Bus');
    await chen.getByTestId('send-back').waitFor();
    await look(chen, 'an app review');
    await chen.getByTestId('send-back').click();
    await chen.getByTestId('review-reason').fill('Say who answers for it.');
    await chen.getByTestId('send-back').click();
    expect(await chen.getByTestId('done').textContent()).toContain('Sent back');
    expect((await records.get(developer, id)).history.at(-1)).toMatchObject({ act: 'sent_back' });
    await chen.getByTestId('empty').waitFor();
    await look(chen, 'nothing to do');
  }, 90_000);

  it('is closed the moment a post ends, and the page says what to do; nothing broke the page’s policy', async () => {
    const { id } = (await app.core.samplePerson('zhao'))!;
    await go(zhao, '#/work');
    await app.core.officials.posts.leave({ account: id, reason: 'moved', context });
    await refresh(zhao);
    await zhao.getByTestId('gate-expired').waitFor();
    await zhao.getByTestId('sign-in').click();
    await zhao.locator('#password').waitFor();
    expect(app.complaints).toEqual([]);
  }, 60_000);
});
