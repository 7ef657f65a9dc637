import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../shared/i18n.ts';
import type { TextKey } from './texts.ts';
import type { LocalText } from './types.ts';

export type Say = (key: TextKey, values?: Record<string, string | number>) => string;

/** `t` that knows the console's keys; the component is drawn again when the language changes. */
export const useText = (): Say => useTranslation().t as unknown as Say;

/** A name that comes with both languages, or what stands for it. */
export const inWords = (text: LocalText | undefined, otherwise = ''): string =>
  text?.[currentLanguage()] ?? otherwise;
