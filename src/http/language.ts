/** zh-CN first, en complete. What the person chose by the link on a page stands above what an app or a browser asks. */
import type { Request, Response } from 'express';

export type Language = 'zh' | 'en';

export interface Text {
  zh: string;
  en: string;
}

const cookieName = 'onecert_lang';
const cookiePattern = /(?:^|;\s*)onecert_lang=(zh|en)(?:;|$)/;

const fromLocales = (locales: string | undefined): Language | undefined => {
  for (const locale of locales?.split(' ') ?? []) {
    if (/^zh\b/i.test(locale)) return 'zh';
    if (/^en\b/i.test(locale)) return 'en';
  }
  return undefined;
};

/** Order: `?lang=`, the cookie of an earlier choice, `ui_locales` of the app, Accept-Language, Chinese. */
export const languageOf = (req: Request, uiLocales?: string): Language => {
  const chosen = req.query?.lang;
  if (chosen === 'zh' || chosen === 'en') return chosen;
  const kept = cookiePattern.exec(req.headers.cookie ?? '')?.[1];
  if (kept === 'zh' || kept === 'en') return kept;
  return fromLocales(uiLocales) ?? (req.acceptsLanguages('zh-CN', 'zh', 'en') === 'en' ? 'en' : 'zh');
};

/**
 * The same path in the other language. Of what was asked for it repeats only the parameters named in `keep`, since the
 * others may hold personal data. What was posted cannot be asked for again.
 */
export const otherLanguageLink = (
  req: { method?: string; url?: string },
  language: Language,
  keep: readonly string[] = [],
): string | undefined => {
  if (req.method !== 'GET') return undefined;
  const asked = new URLSearchParams(req.url?.split('?')[1]);
  const kept = [...asked].filter(([name]) => keep.includes(name));
  return `?${new URLSearchParams([...kept, ['lang', language === 'zh' ? 'en' : 'zh']])}`;
};

/** Keeps a choice made by the link on a page. */
export const keepLanguage = (req: Request, res: Response, secure: boolean): void => {
  const chosen = req.query?.lang;
  if (chosen !== 'zh' && chosen !== 'en') return;
  res.cookie(cookieName, chosen, {
    path: '/',
    sameSite: 'lax',
    httpOnly: true,
    secure,
    maxAge: 365 * 86_400_000,
  });
};
