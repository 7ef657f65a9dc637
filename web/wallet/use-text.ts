import { useTranslation } from 'react-i18next';
import type { TextKey } from './texts.ts';

export type Say = (key: TextKey, values?: Record<string, string | number>) => string;

/** `t` that knows the wallet's keys; the component is drawn again when the language changes. */
export const useText = (): Say => useTranslation().t as unknown as Say;
