import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { noticeKinds } from '../../../src/accounts/index.ts';
import { projectDir } from '../../../src/config.ts';
import { accountNotices, activityWords, actWords } from '../../../src/my-account/activity-words.ts';
import { dateField, dayOf, endOfDay, timeOf } from '../../../src/my-account/dates.ts';
import { frameWords } from '../../../src/my-account/frame-words.ts';
import { mandateWords } from '../../../src/my-account/mandate-words.ts';
import { words } from '../../../src/my-account/words.ts';

const src = join(projectDir, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** Of an instance, not of a person: no entry of these has a subject. */
const ofNobody = /^(app|batch|counter|instance|organisation|register|credit_code|key|trust)\./;

describe('the words of the account pages', () => {
  it('every act that is audited about a person has words in both languages', () => {
    const actions = files.flatMap((name) =>
      [...readFileSync(join(src, name), 'utf8').matchAll(/\baction: [^\n]*/g)].flatMap(([line]) =>
        [...line.matchAll(/'([a-z]+(?:_[a-z]+)*\.[a-z_]+)'/g)].map(([, action]) => action!),
      ),
    );
    expect(actions.length).toBeGreaterThan(40);
    const untold = [...new Set(actions)].filter((action) => !ofNobody.test(action) && !actWords[action]);
    expect(untold).toEqual([]);
  });

  it('every notice has words, and no sentence is left in one language', () => {
    expect(Object.keys(accountNotices).sort()).toEqual([...noticeKinds].sort());
    const tables = {
      ...words,
      ...activityWords,
      ...frameWords,
      ...mandateWords,
      ...actWords,
      ...accountNotices,
    };
    for (const [name, { zh, en }] of Object.entries(tables)) {
      expect([name, /\p{Script=Han}/u.test(zh), en.length > 0, /\p{Script=Han}/u.test(en)]).toEqual([
        name,
        true,
        true,
        false,
      ]);
    }
  });

  it('says days and times as the province counts them', () => {
    const at = Date.parse('2026-11-22T16:05:00Z') / 1000;
    expect([dayOf(at, 'zh'), dayOf(at, 'en')]).toEqual(['2026年11月23日', '23 Nov 2026']);
    expect([timeOf(at, 'zh'), timeOf(at, 'en')]).toEqual(['2026年11月23日 00:05', '23 Nov 2026, 00:05']);
    expect(dateField(at)).toBe('2026-11-23');
    expect(endOfDay('2026-11-23')).toBe(Date.parse('2026-11-23T15:59:59Z') / 1000);
    for (const wrong of ['', 'soon', '2026-02-30', '2026-13-01', '26-1-1'])
      expect(endOfDay(wrong)).toBeUndefined();
  });
});
