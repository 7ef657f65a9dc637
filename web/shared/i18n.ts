import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { LocalText } from '../../src/verifier/core/verdict.ts';
import { type Language, preferredLanguage, rememberLanguage } from './preferences.ts';

type Texts = Record<string, string>;

export const currentLanguage = (): Language => (i18next.language === 'en' ? 'en' : 'zh');

const markDocument = (): void => {
  document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
};

/** Chinese first, English complete: `en` has exactly the keys of `zh`. Keys are flat. */
export const startLanguages = (zh: Texts, en: Texts): void => {
  void i18next.use(initReactI18next).init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: preferredLanguage(),
    fallbackLng: 'zh',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  markDocument();
};

/** Words that come later, with the pages that say them. */
export const addTexts = (zh: Texts, en: Texts): void => {
  i18next.addResources('zh', 'translation', zh);
  i18next.addResources('en', 'translation', en);
};

export const setLanguage = (language: Language): void => {
  rememberLanguage(language);
  void i18next.changeLanguage(language).then(markDocument);
};

/** The text of a name that comes with both languages. */
export const local = (text: LocalText, language: Language = currentLanguage()): string => text[language];
