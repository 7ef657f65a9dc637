import { describe, expect, it } from '@jest/globals';
import { type Page, renderPage } from '../../../src/http/page.ts';
import {
  type ClosingView,
  closingPage,
  exportFileName,
  exportPage,
} from '../../../src/personal-data/index.ts';

const asked = { action: '/my-account/x', csrf: 'token', languageLink: '?lang=en' };
const links = { exportHref: '/my-account/export', homeHref: '/my-account' };
const dueAt = Date.parse('2026-11-29T17:00:00Z') / 1000;

describe('the pages "export my data" and "close my account"', () => {
  const closing = (view: Partial<ClosingView>): string =>
    renderPage(closingPage({ language: 'zh', ...asked, ...links, ...view }));

  it('work without a script, carry the form token, and say the same in both languages', () => {
    const pages: ((language: 'zh' | 'en') => Page)[] = [
      (language) => exportPage({ language, ...asked }),
      (language) => closingPage({ language, ...asked, ...links }),
      (language) => closingPage({ language, ...asked, ...links, dueAt }),
    ];
    for (const page of pages) {
      const [zh, en] = [renderPage(page('zh')), renderPage(page('en'))];
      for (const text of [zh, en]) {
        expect(text).not.toContain('<script');
        expect(text).toContain('<form method="post" action="/my-account/x">');
        expect(text).toContain('name="csrf" value="token"');
      }
      expect(en.match(/<li>/g)).toEqual(zh.match(/<li>/g));
      expect(en.slice(en.indexOf('<main'))).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('the easy button keeps the account, before and while it waits', () => {
    expect(closing({})).toMatch(/class="button" href="\/my-account"/);
    expect(closing({})).toMatch(/value="close" class="second"/);
    const waiting = closing({ dueAt });
    expect(waiting).toContain('2026年11月30日');
    expect(closing({ dueAt, language: 'en' })).toContain('30 Nov 2026');
    expect(waiting).toContain('value="keep"');
    expect(waiting).not.toContain('value="close"');
    expect(closing({ kept: true })).not.toContain('<form');
  });

  it('an administrator is told what has to happen first, and offered no button that would fail', () => {
    expect(closing({ held: true })).toContain('另一名管理员');
    expect(closing({ held: true })).not.toContain('value="close"');
  });

  it('the file is named by the day alone', () => {
    expect(exportFileName('2026-11-23T08:00:00.000Z')).toBe('onecert-personal-data-2026-11-23.json');
  });
});
