import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createJourneys, type Journey } from '../../../src/registration/journey.ts';
import { openStorage, type Storage } from '../../../src/storage/index.ts';

describe('what a browser has typed so far', () => {
  let dir: string;
  let storage: Storage;
  let now = 1_800_000_000_000;
  const secret = randomBytes(32);
  const journey: Journey = { at: 'identity', consents: ['identity'], phone: '19900001234' };

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onecert-journey-'));
    storage = await openStorage({
      dataDir: dir,
      personalDataMaster: randomBytes(32),
      indexKeys: [{ version: 1, key: randomBytes(32) }],
      clock: { now: () => now },
    });
    await storage.prepare();
  });
  afterAll(async () => {
    await storage.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('comes back to the browser it belongs to, for 30 minutes', async () => {
    const journeys = createJourneys({ ephemeral: storage.ephemeral, secret });
    const browser = journeys.newBrowser();
    await journeys.save(browser, journey);
    const same = journeys.readCookie(journeys.cookieOf(browser))!;
    expect(await journeys.load(same)).toEqual(journey);
    expect(await journeys.load(journeys.newBrowser())).toBeUndefined();
    now += 1_799_000;
    expect(await journeys.load(same)).toEqual(journey);
    now += 2_000;
    expect(await journeys.load(same)).toBeUndefined();
  });

  it('does not open with the keys of the server alone, nor when it was put under another browser', async () => {
    const written = new Map<string, string>();
    const ephemeral = {
      ...storage.ephemeral,
      set: async (key: string, value: string) => void written.set(key, value),
      get: async (key: string) => written.get(key),
    };
    const journeys = createJourneys({ ephemeral, secret });
    const [browser, other] = [journeys.newBrowser(), journeys.newBrowser()];
    await journeys.save(browser, journey);
    const [[key, value]] = [...written] as [[string, string]];
    expect(`${key}${value}${Buffer.from(value, 'base64url').toString('latin1')}`).not.toMatch(/19900001234/);
    written.set(key.replace(browser.id, other.id), value);
    expect(await journeys.load(other)).toBeUndefined();
    written.set(key, `${value.slice(0, -2)}AA`);
    expect(await journeys.load(browser)).toBeUndefined();
  });

  it('takes no cookie but its own, and no form token of another browser or step', () => {
    const journeys = createJourneys({ ephemeral: storage.ephemeral, secret });
    const strangers = createJourneys({ ephemeral: storage.ephemeral, secret: randomBytes(32) });
    const browser = journeys.newBrowser();
    const cookie = journeys.cookieOf(browser);
    const [token, signature] = cookie.split('.') as [string, string];
    const swapped = `${journeys.newBrowser().token}.${signature}`;
    for (const odd of [undefined, '', '.', token, `${cookie}.x`, swapped, strangers.cookieOf(browser)]) {
      expect(journeys.readCookie(odd)).toBeUndefined();
    }
    const csrf = journeys.formToken(browser, 'phone');
    expect(journeys.isFormToken(csrf, browser, 'phone')).toBe(true);
    expect(journeys.isFormToken(csrf, browser, 'code')).toBe(false);
    expect(journeys.isFormToken(csrf, journeys.newBrowser(), 'phone')).toBe(false);
  });
});
