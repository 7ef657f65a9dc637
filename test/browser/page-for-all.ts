/** What every page of the wallet and the counter owes to everybody: each fault as a sentence (ui.md 2 and 6). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Variant {
  language: 'zh' | 'en';
  elder: boolean;
  colorScheme: 'light' | 'dark';
}

interface Violation {
  id: string;
  nodes: { html: string }[];
}

const accessFaults = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe;
    return (await run()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
  });
};

/** Phone, the narrowest phone, a desk at 200 % (1280 px become 640), a desk. */
const widths = [320, 640, 1440, 390];

const sidewaysFaults = async (page: Page): Promise<string[]> => {
  const faults: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: width < 1000 ? 844 : 900 });
    const [wide, room] = await page
      .locator('html')
      .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
    if (wide! > room!) faults.push(`scrolls sideways at ${width} px: ${wide}`);
  }
  return faults;
};

const sizeFaults = (page: Page, elder: boolean): Promise<string[]> =>
  page.evaluate((large) => {
    const shown = (one: Element) =>
      (one as HTMLElement).checkVisibility({ visibilityProperty: true }) && !one.closest('.visually-hidden');
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)].filter(shown);
    const called = (one: Element) => `${one.tagName} ${(one.textContent ?? '').trim().slice(0, 20)}`;
    const low = (selector: string, least: number) =>
      all(selector)
        .filter((one) => one.getBoundingClientRect().height < least)
        .map((one) => `lower than ${least} px: ${called(one)} ${one.getBoundingClientRect().height}`);
    const small = all('body *')
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue!.trim()))
      .filter((one) => Number.parseFloat(getComputedStyle(one).fontSize) < 18)
      .map((one) => `smaller than 18 px: ${called(one)} ${getComputedStyle(one).fontSize}`);
    return [
      ...low(
        'button, a.button, label.button, summary, select, textarea, label:has(input[type=checkbox])',
        44,
      ),
      ...(large ? [...low('.button-main, .elder-action', 60), ...small] : []),
    ];
  }, elder);

/** Tab comes to everything that can be pressed, and shows where it is. */
export const keyboardFaults = async (page: Page): Promise<string[]> => {
  const count = await page.evaluate(() => {
    // Of a group of radio buttons Tab comes to the one that is chosen, and the arrows go on from there.
    const pressed =
      'button:enabled, a[href], summary, select, textarea, input:not([type=radio]:not(:checked)), audio[controls]';
    const all = [...document.querySelectorAll<HTMLElement>(pressed)].filter((one) => one.checkVisibility());
    for (const [index, one] of all.entries()) one.dataset.tabbed = String(index);
    (document.activeElement as HTMLElement | null)?.blur();
    return all.length;
  });
  const reached = new Set<string>();
  const faults: string[] = [];
  for (let step = 0; step < count + 3 && reached.size < count; step += 1) {
    await page.keyboard.press('Tab');
    const [index, seen, called] = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement;
      const outlined = [one, one.parentElement].some(
        (each) => each && getComputedStyle(each).outlineStyle !== 'none',
      );
      return [one.dataset.tabbed, outlined, one.outerHTML.slice(0, 80)] as const;
    });
    if (index !== undefined) reached.add(index);
    if (index !== undefined && !seen) faults.push(`focus is not seen: ${called}`);
  }
  if (reached.size < count) faults.push(`Tab reaches ${reached.size} of ${count}`);
  return faults;
};

/** The page as it stands, in every width. */
export const pageFaults = async (page: Page, { language, elder }: Variant): Promise<string[]> => {
  const lang = await page.locator('html').getAttribute('lang');
  const moving = await page.evaluate(
    () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
  );
  return [
    ...(lang === (language === 'zh' ? 'zh-CN' : 'en') ? [] : [`lang is ${lang}`]),
    ...(moving === 0 ? [] : [`${moving} things move for who asked for less motion`]),
    ...(await sidewaysFaults(page)),
    ...(await sizeFaults(page, elder)),
    ...(await accessFaults(page)),
  ];
};
