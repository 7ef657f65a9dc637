import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../contract/server-suites.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';
import { openEnrolled } from './enrolled-counter.ts';
import { launchChromium } from './launch-chromium.ts';
import { keyboardFaults, pageFaults, type Variant } from './page-for-all.ts';
import { walletPages } from './wallet-pages.ts';

/** Both languages, both sizes of type, both schemes, each with each other once. */
const variants: Variant[] = [
  { language: 'zh', elder: false, colorScheme: 'light' },
  { language: 'zh', elder: true, colorScheme: 'dark' },
  { language: 'en', elder: false, colorScheme: 'dark' },
  { language: 'en', elder: true, colorScheme: 'light' },
];
/** Set to a folder to get a picture of every page. */
const pictures = process.env.PAGE_PICTURES;

describeWith('CHROMIUM', 'every page of the wallet and the counter, for everybody', (executablePath) => {
  let app: RunningApp;
  let browser: Browser;
  let page: Page;
  let slip: string;
  let licence: string;

  beforeAll(async () => {
    app = await startApp();
    const account = (await app.core.samplePerson('lin'))!;
    const context = { actor: `account:${account.id}`, requestId: 'test' };
    const issued = await app.core.credentials.issueSlip({ account, type: 'driving_licence', context });
    slip = issued.text;
    licence = issued.certificate.id;
    browser = await launchChromium(executablePath);
    page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await page.emulateMedia({ reducedMotion: 'reduce' });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Opens an app anew in a variant; what is kept of the person stays. */
  const openIn = async ({ language, elder, colorScheme }: Variant, path: string): Promise<void> => {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme });
    await page.goto(`${app.baseUrl}/assets/sign-in.css`);
    await page.evaluate(
      ([chosen, large]) => {
        localStorage.setItem('onecert.language', chosen!);
        localStorage.setItem('onecert.elder', large!);
      },
      [language, elder ? 'on' : 'off'],
    );
    await page.goto(`${app.baseUrl}${path}`);
  };
  const hash = async (route: string): Promise<void> => {
    await page.evaluate((to) => {
      location.hash = to;
    }, route);
  };
  const seen = (id: string) => page.getByTestId(id).first().waitFor();

  type Step = [name: string, open: (variant: Variant) => Promise<void>];

  const examine = async (steps: Step[]): Promise<string[]> => {
    const faults: string[] = [];
    for (const variant of variants) {
      const { language, elder } = variant;
      for (const [name, open] of steps) {
        await open(variant);
        const called = `${name}-${language}${elder ? '-elder' : ''}`;
        const found = await pageFaults(page, variant);
        if (language === 'zh' && !elder) found.push(...(await keyboardFaults(page)));
        faults.push(...found.map((fault) => `${called}: ${fault}`));
        if (pictures) {
          mkdirSync(pictures, { recursive: true });
          await page.screenshot({ path: `${pictures}/${called}.png`, fullPage: true });
        }
      }
    }
    return faults;
  };

  it('the counter and the login-free check: axe, 320 px, 200 %, targets, large type, keyboard, less motion', async () => {
    const giveTo = async (text: string) => {
      await page.getByTestId('entry').fill(text);
      await page.getByTestId('submit').click();
      await seen('verdict');
    };
    expect(
      await examine([
        [
          'counter',
          async (variant) => {
            await openIn(variant, '/counter/');
            await page.locator('[data-testid=offline][data-state=ready]').waitFor();
          },
        ],
        ['counter-valid', () => giveTo(slip)],
        [
          'counter-not-valid',
          async () => {
            await page.getByTestId('next').click();
            await giveTo(`SC1:${slip.slice(4)}`);
          },
        ],
        [
          'counter-enrol',
          async () => {
            await page.getByTestId('next').click();
            await page.getByTestId('enrol').click();
            await seen('enrol-code');
          },
        ],
        [
          'anyone',
          async (variant) => {
            await openIn(variant, '/v');
            await seen('pack-update');
            await page.locator('summary').click();
          },
        ],
        ['anyone-valid', () => giveTo(slip)],
      ]),
    ).toEqual([]);
  }, 180_000);

  it('the enrolled counter: axe, 320 px, 200 %, targets, large type, keyboard, less motion', async () => {
    const rig = await openEnrolled(app);
    const [officer] = rig.officers;
    await openIn(variants[0]!, '/counter/');
    await page.locator('[data-testid=offline][data-state=ready]').waitFor();
    await rig.enrol(page);
    const beside = (name: string) => async () => {
      if (await page.getByTestId('desk-back').count()) await page.getByTestId('desk-back').click();
      await page.getByTestId(`open-${name}`).click();
      await seen('officer-submit');
    };
    const shift: Step = [
      'counter-shift',
      async (variant) => {
        await openIn(variant, '/counter/');
        await page.getByTestId('open-no-phone').click();
        await seen('shift-why');
      },
    ];
    const faults = await examine([shift]);
    await rig.begin(page, officer);
    const number = await rig.send({ name: rig.lin.name, class: 'C1' });
    faults.push(
      ...(await examine([
        [
          'counter-enrolled',
          async (variant) => {
            await openIn(variant, '/counter/');
            await page
              .getByTestId('officer')
              .getByText(/值班：|On shift/)
              .waitFor();
          },
        ],
        ['counter-no-phone', beside('no-phone')],
        [
          'counter-no-phone-refused',
          async () => {
            await rig.fillNoPhone(page, rig.lin);
            await page.getByTestId('np-no_match').check();
            await page.getByTestId('officer-submit').click();
            await seen('refused-presence_not_shown');
          },
        ],
        [
          'counter-no-phone-found',
          async () => {
            await page.getByTestId('np-match').check();
            await page.getByTestId('officer-submit').click();
            await seen('np-found');
          },
        ],
        ['counter-inbox', beside('inbox')],
        [
          'counter-inbox-opened',
          async () => {
            await page.getByTestId('inbox-number').fill(number);
            await page.getByTestId('officer-submit').click();
            await seen('inbox-content');
          },
        ],
        ['counter-copy', beside('copy')],
        [
          'counter-copy-made',
          async () => {
            await page.getByTestId('officer-item').selectOption({ index: 1 });
            await page.getByTestId('officer-case').fill(rig.caseNumber);
            await page.getByTestId('officer-type').selectOption('driving_licence');
            await page.getByTestId('officer-submit').click();
            await seen('copy-made');
          },
        ],
      ])),
    );
    expect(faults).toEqual([]);
  }, 180_000);

  it('the wallet: axe, 320 px, 200 %, targets, large type, keyboard, less motion', async () => {
    const wallet = walletPages(app, page);
    const faults = await examine([
      [
        'wallet-sign-in',
        async (variant) => {
          await openIn(variant, '/wallet/');
          await seen('sign-in');
        },
      ],
    ]);
    await openIn(variants[0]!, '/wallet/');
    await wallet.signIn('lin');
    await wallet.addAll();
    const at = (route: string, id: string) => async () => {
      await hash(route);
      await seen(id);
    };
    faults.push(
      ...(await examine([
        [
          'wallet-home',
          async (variant) => {
            await openIn(variant, '/wallet/');
            await seen(variant.elder ? 'elder-home' : 'home-page');
          },
        ],
        ['wallet-cards', at('#/cards', 'home-page')],
        ['wallet-choose', at(`#/show/${licence}`, 'choose-view')],
        [
          'wallet-show',
          async () => {
            await page.locator('[data-testid^=view-]').first().click();
            await page.locator('[data-testid=show-code][data-made-at]').waitFor();
          },
        ],
        ['wallet-settings', at('#/settings', 'settings-page')],
        ['wallet-move', at('#/move', 'move-page')],
        ['wallet-scan', at('#/scan', 'scan-page')],
        ['wallet-family', at('#/family', 'family-page')],
        ['wallet-uses', at('#/uses', 'uses-page')],
        ['wallet-changes', at('#/changes', 'changes-page')],
        ['wallet-wrong', at(`#/wrong/${licence}`, 'wrong-page')],
        ['wallet-requests', at('#/requests', 'requests-page')],
        ['wallet-lock-set', at('#/lock', 'lock-set')],
      ])),
    );
    await openIn(variants[0]!, '/wallet/');
    await wallet.setPin('246813');
    faults.push(
      ...(await examine([
        [
          'wallet-locked',
          async (variant) => {
            await openIn(variant, '/wallet/');
            await seen('lock-page');
          },
        ],
        [
          'wallet-forgot',
          async () => {
            await page.getByTestId('forgot').click();
            await seen('forgot-page');
          },
        ],
      ])),
    );
    expect(faults).toEqual([]);
  }, 240_000);
});
