/** The developer's afternoon (issue 5 item 2): every quick start, from the address of the page to a signed-in name. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchChromium } from '../browser/launch-chromium.ts';
import {
  answerChanged,
  followBlocks,
  quickStartLinks,
  signInAndOut,
  signInAndOutInBrowser,
} from './follow-page.ts';
import { type RunningApp, startApp } from './start-app.ts';

/** What a quick start needs beside Node and curl, and how to see that it is there. */
const needs: Record<string, string[][]> = {
  node: [],
  browser: [['python3', '--version']],
  python: [['python3', '-c', 'import venv, ensurepip']],
  java: [
    ['java', '-version'],
    ['mvn', '--version'],
  ],
  go: [['go', 'version']],
};

const missingFor = (id: string): string | undefined => {
  const [absent] = needs[id]!.filter(([command, ...args]) => spawnSync(command!, args).status !== 0);
  if (absent) return absent.join(' ');
  return id === 'browser' && !process.env.CHROMIUM ? 'CHROMIUM' : undefined;
};

describe('a developer’s afternoon: from /developers to a signed-in name', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp();
  }, 60_000);
  afterAll(() => app?.stop());

  it('links every quick start from the page', async () => {
    const links = await quickStartLinks(app.baseUrl);
    expect(links.map(({ id }) => id).sort()).toEqual(Object.keys(needs).sort());
  });

  for (const id of Object.keys(needs)) {
    const title = `follows the blocks of the ${id} quick start, signs a person in and out, and is not fooled by a changed answer`;
    const missing = missingFor(id);
    if (missing !== undefined) {
      it.skip(`${title} (needs ${missing})`, () => undefined);
      continue;
    }
    it(title, async () => {
      const link = (await quickStartLinks(app.baseUrl)).find((one) => one.id === id)!;
      const lin = app.core.people.find((person) => person.id === 'lin')!;
      const person = { loginName: lin.phone, password: app.passwordOf('lin') };
      const running = await followBlocks(link);
      const chromium = id === 'browser' ? await launchChromium(process.env.CHROMIUM!) : undefined;
      try {
        const name = chromium
          ? await signInAndOutInBrowser(chromium, running, person)
          : await signInAndOut(running, person);
        expect(name).toBe(lin.name);
        if (chromium) return;
        const refused = { status: 400, name: undefined };
        expect(await answerChanged(running, person, 'state', 'another')).toEqual(refused);
        expect(await answerChanged(running, person, 'iss', 'https://evil.example')).toEqual(refused);
      } finally {
        await chromium?.close();
        await running.stop();
      }
    }, 300_000);
  }
});
