import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

/** Set to a folder to get a picture of every page. */
const pictures = process.env.ACCOUNT_PICTURES;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One language in the dark, so that the contrast of both schemes is looked at. */
export const languageContext = {
  zh: { locale: 'zh-CN', colorScheme: 'light' },
  en: { locale: 'en-GB', colorScheme: 'dark' },
} as const;

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** No rule of axe is broken, nothing scrolls sideways, nothing to press is small; in 长辈版 large type, four actions. */
export const look = async (page: Page, name: string, elder: boolean): Promise<void> => {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe;
    return (await run()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
  });
  expect([name, violations]).toEqual([name, []]);
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 720 });
    const widths = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
    expect([name, width, widths[0]! <= widths[1]!]).toEqual([name, width, true]);
  }
  const seen = await page.evaluate(() => {
    const shown = (one: Element) => (one as HTMLElement).checkVisibility();
    const all = (selector: string) => [...document.querySelectorAll(selector)].filter(shown);
    const controls = all(
      'main :is(button, a.button, .tiles a, summary, select, input[type=text]:not(.ant-select-input), input[type=password])',
    );
    const acts = all('main :is(button, a:not(.way a), summary)');
    const texts = all('body *').filter((one) =>
      [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue!.trim() !== ''),
    );
    return {
      small: controls.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML),
      acts: acts.length,
      type: Math.min(...texts.map((one) => Number.parseFloat(getComputedStyle(one).fontSize))),
    };
  });
  expect([name, seen.small]).toEqual([name, []]);
  if (elder)
    expect([name, seen.type >= 18, seen.acts <= 4 ? 'four' : seen.acts]).toEqual([name, true, 'four']);
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  for (const [device, width] of [
    ['phone', 390],
    ['desk', 1280],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.screenshot({ path: `${pictures}/${name}-${device}.png`, fullPage: true });
  }
};
