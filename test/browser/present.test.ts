/** The wallet answers who asks for certificates (OpenID4VP 1.0): by link, by code, on this device and across two. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../src/tour/server-process.ts';
import { describeWith } from '../contract/server-suites.ts';
import { openKit } from '../flow/counter-kit.ts';
import { registerAsker } from '../flow/presentation-wallet.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { launchChromium } from './launch-chromium.ts';
import { languageContext, look } from './look-at-page.ts';
import { startVerifierElsewhere } from './verifier-elsewhere.ts';

describeWith('CHROMIUM', 'the wallet answers who asks', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let page: Page;
  let asker: Awaited<ReturnType<typeof registerAsker>>;
  let backUrl: string;
  let elsewherePort: number;
  const complaints: string[] = [];
  const item = 'driving-points-statement';

  beforeAll(async () => {
    elsewherePort = await freePort();
    const host = `localhost:${elsewherePort}`;
    app = await startApp({ OUTGOING_HOSTS: host, OUTGOING_INSECURE_HOSTS: host });
    backUrl = `${app.baseUrl}/items/${item}`;
    asker = await registerAsker(app, [item], [backUrl]);
    const lin = (await app.core.samplePerson('lin'))!;
    await app.core.credentials.ensureCertificate(lin, 'driving_licence', { actor: 'test' });
    browser = await launchChromium(executablePath);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const openPage = async (language: 'zh' | 'en' = 'zh'): Promise<Page> => {
    const context = await browser.newContext({
      ...languageContext[language],
      viewport: { width: 390, height: 844 },
    });
    const opened = await context.newPage();
    opened.on('pageerror', ({ message }) => complaints.push(message));
    opened.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    return opened;
  };

  beforeEach(async () => {
    page = await openPage();
  });
  afterEach(async () => {
    await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });

  const signIn = async (of: Page = page): Promise<void> => {
    const lin = app.core.people.find(({ id }) => id === 'lin')!;
    await of.getByTestId('sign-in').click();
    await of.locator('#login-name').fill(lin.phone);
    await of.locator('#password').fill(app.passwordOf('lin'));
    await of.locator('#password').press('Enter');
  };

  /** The page shows the end at once and tells the app behind it. */
  const untilRefused = async (id: unknown): Promise<void> => {
    for (let i = 0; i < 100 && (await asker.result(id)).body.state !== 'refused'; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
  };

  it('same device: comes by an address, signs in, shows who, what for and masked fields, sends, leads back with a code', async () => {
    const { body } = await asker.ask({ item, device: 'same', redirect_uri: backUrl });
    await page.goto(String(body.url));
    await page.getByTestId('present-sign-in').waitFor();
    await signIn();
    await page.getByTestId('present-agree').waitFor();
    const words = await page.getByTestId('present-asker').textContent();
    expect(words).toContain('示例租车 Sample rental');
    expect(words).toContain('驾驶人累积记分情况证明');
    expect(await page.getByTestId('present-field-name').textContent()).toContain('林**');
    expect(await page.locator('main').textContent()).not.toContain('林晓雯');
    expect(await page.locator('[data-testid^=present-field-]').count()).toBe(4);
    const sizes = await Promise.all(
      ['present-agree', 'present-refuse'].map(async (id) => (await page.getByTestId(id).boundingBox())!),
    );
    expect(sizes[0]!.height).toBe(sizes[1]!.height);
    expect(sizes[0]!.width).toBe(sizes[1]!.width);
    await look(page, 'present', false);
    await page.getByTestId('present-agree').click();
    await page.waitForURL(`${backUrl}?response_code=*`);
    const code = new URL(page.url()).searchParams.get('response_code')!;
    const { body: result } = await asker.result(body.id, code);
    expect(result).toMatchObject({ state: 'done', verdict: { code: 'valid' } });
    const [one] = result.credentials as { fields: { value: unknown }[] }[];
    expect(one!.fields[0]!.value).toBe('林晓雯');
  });

  it('across devices: the number on the asking screen agrees, another one sends nothing', async () => {
    const { body } = await asker.ask({ item, device: 'cross' });
    await page.goto(String(body.url));
    await signIn();
    await page.getByTestId(`present-${body.number}`).click();
    await page.getByTestId('present-sent').waitFor();
    expect((await asker.result(body.id)).body.state).toBe('done');

    const { body: other } = await asker.ask({ item, device: 'cross', format: 'mso_mdoc' });
    await page.goto(String(other.url));
    await page.getByTestId(`present-${other.number}`).waitFor();
    const offered = await page.locator('.allow-numbers button').allTextContents();
    await page.getByTestId(`present-${offered.find((one) => Number(one) !== other.number)}`).click();
    await page.getByTestId('present-mismatch').waitFor();
    await untilRefused(other.id);
    expect((await asker.result(other.id)).body.state).toBe('refused');
  });

  it('mso_mdoc: the page makes a device-signed response that our verifier accepts', async () => {
    const { body } = await asker.ask({ item, device: 'cross', format: 'mso_mdoc' });
    await page.goto(String(body.url));
    await signIn();
    await page.getByTestId(`present-${body.number}`).click();
    await page.getByTestId('present-sent').waitFor();
    expect((await asker.result(body.id)).body).toMatchObject({ state: 'done', verdict: { code: 'valid' } });
  });

  it('ZLB-6 not now: the app hears it, the holder’s log names it, and the next time the page says so', async () => {
    const { body } = await asker.ask({ item, device: 'cross' });
    await page.goto(String(body.url));
    await signIn();
    await page.getByTestId('present-refuse').click();
    await page.getByTestId('present-refused').waitFor();
    const lin = (await app.core.samplePerson('lin'))!;
    await untilRefused(body.id);
    expect((await asker.result(body.id)).body).toEqual({ id: body.id, state: 'refused' });
    // The wallet goes on fetching copies meanwhile; each stands in the log too.
    const refusal = (await app.core.audit.about(lin.id)).find(({ result }) => result === 'refused');
    expect(refusal).toMatchObject({
      action: 'certificate.presentation_refused',
      actor: `client:${asker.clientId}`,
      fields: ['name', 'licence_number', 'valid_until', 'points'],
      result: 'refused',
    });
    const { body: again } = await asker.ask({ item, device: 'cross' });
    await page.goto(String(again.url));
    await page.getByTestId('present-before').waitFor();
    expect(await page.getByTestId('present-before').textContent()).toContain('累积记分');
  });

  it('a pasted link, of nobody who signed: the page says so, and the same page refuses a forged one', async () => {
    const { body } = await asker.ask({
      item,
      device: 'cross',
      profile: 'plain',
      client_id_prefix: 'redirect_uri',
    });
    await page.goto(`${app.baseUrl}/wallet/#/present`);
    await page.getByTestId('present-link').fill('https://pay.example/qr/123');
    await page.getByTestId('present-open').click();
    await page.getByTestId('present-bad-link').waitFor();
    await page.getByTestId('present-link').fill(String(body.openid4vp));
    await page.getByTestId('present-open').click();
    await signIn();
    await page.getByTestId('present-stranger').waitFor();
    await page.getByTestId('present-agree').click();
    await page.getByTestId('present-sent').waitFor();
    expect((await asker.result(body.id)).body).toMatchObject({ verdict: { code: 'valid' } });

    const { body: signed } = await asker.ask({ item, device: 'cross' });
    const forged = new URL(String(signed.url));
    forged.searchParams.set('client_id', `x509_hash:${'A'.repeat(43)}`);
    await page.goto(forged.href);
    await page.getByTestId('present-forged').waitFor();
    await page.goto(`${String(body.url)}`);
    await page.getByTestId('present-notTaken').or(page.getByTestId('present-agree')).waitFor();
  });

  it('a poster: the office asks for what its item needs, and the number to say stands on the phone', async () => {
    const kit = openKit(app, { now: () => Date.now() });
    const lead = await kit.official('zj-police', ['counter_lead']);
    const device = await kit.enrolled(lead);
    const made = await kit.api.call(lead, 'post', '/admin/api/posters', {
      counter: device.id,
      item: 'driving-licence-renewal',
    });
    await page.goto(`${app.baseUrl}/wallet/?poster=${made.body.id}`);
    await signIn();
    await page.getByTestId('present-agree').waitFor();
    const asks = await page.getByTestId('present-asker').textContent();
    expect(asks).toContain(app.core.trust.issuer('zj-police')!.name.zh);
    expect(asks).toContain('驾驶证期满换证');
    await page.getByTestId('present-agree').click();
    const number = await page.getByTestId('present-number').locator('strong').textContent();
    const { entries } = (await device.ask('/inbox')).body;
    expect(entries.map((entry: { number: string }) => entry.number)).toContain(number);
  });

  it('a verifier elsewhere: not verified by the province, gets only what was agreed to, leads nowhere but to https', async () => {
    const elsewhere = await startVerifierElsewhere(elsewherePort, {
      credentials: [
        {
          id: 'any',
          format: 'dc+sd-jwt',
          meta: { vct_values: [`${app.baseUrl}/types/driving_licence`] },
          claims: [{ path: ['class'] }],
        },
      ],
    });
    try {
      const open = async () => {
        await page.goto(`${app.baseUrl}/wallet/#/present`);
        await page.getByTestId('present-link').fill(elsewhere.link);
        await page.getByTestId('present-open').click();
      };
      await open();
      await signIn();
      await page.getByTestId('present-stranger').waitFor();
      const words = await page.getByTestId('present-asker').textContent();
      expect(words).toContain(`localhost:${elsewherePort}`);
      expect(words).not.toContain('经全省应用名录核实');
      await page.getByTestId('present-agree').click();
      await page.getByTestId('present-sent').waitFor();
      expect(await page.getByTestId('present-back').count()).toBe(0);
      const [{ vp_token: token, state } = { vp_token: {}, state: '' }] = elsewhere.answers;
      expect(state).toBe('its-state');
      const parts = (token as Record<string, string[]>).any![0]!.split('~');
      const shown = parts.slice(1, -1).map((one) => JSON.parse(Buffer.from(one, 'base64url').toString())[1]);
      expect(shown).toEqual(['class']);
      const { aud, nonce } = decodeJwt(parts.at(-1)!);
      expect([aud, nonce]).toEqual([elsewhere.clientId, 'nonce-of-the-verifier-elsewhere']);
      const lin = (await app.core.samplePerson('lin'))!;
      const [entry] = (await app.core.audit.about(lin.id)).filter(
        ({ action }) => action === 'certificate.presented_elsewhere',
      );
      expect(entry).toMatchObject({
        fields: ['class'],
        details: { verifier: `localhost:${elsewherePort}` },
      });
      // ZLB-6: it has read what it pretends not to take, or answers in no JSON: her log has it all the same.
      const presented = async () =>
        (await app.core.audit.about(lin.id)).filter(
          ({ action }) => action === 'certificate.presented_elsewhere',
        ).length;
      for (const [status, text, end] of [
        [400, 'no', 'present-notTaken'],
        [200, 'OK', 'present-sent'],
      ] as const) {
        elsewhere.says(status, text);
        const before = await presented();
        await page.reload();
        await open();
        await page.getByTestId('present-agree').click();
        await page.getByTestId(end).waitFor();
        for (let i = 0; i < 50 && (await presented()) === before; i += 1)
          await new Promise((resolve) => setTimeout(resolve, 50));
        expect(await presented()).toBe(before + 1);
        await page.evaluate(() => sessionStorage.removeItem('onecert.wallet.asked'));
      }
      await elsewhere.forge();
      await page.reload();
      await open();
      await page.getByTestId('present-forged').waitFor();
      expect(elsewhere.answers).toHaveLength(3);
      // Read once and refused: the page is free for another link.
      await page.reload();
      await page.getByTestId('present-link').waitFor();
    } finally {
      elsewhere.close();
    }
  });

  it('looks right in English, in the dark, and in elder mode', async () => {
    const { body } = await asker.ask({ item, device: 'cross' });
    await page.context().close();
    page = await openPage('en');
    await page.addInitScript(() => localStorage.setItem('onecert.elder', 'on'));
    await page.goto(String(body.url));
    await signIn();
    await page.getByTestId('present-refuse').waitFor();
    await look(page, 'present-en-elder', false);
  });
});
