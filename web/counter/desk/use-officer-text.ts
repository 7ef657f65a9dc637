import { useTranslation } from 'react-i18next';
import type { TextKey } from '../texts.ts';
import type { OfficerKey } from './officer-texts.ts';

export type OfficerSay = (key: TextKey | OfficerKey, values?: Record<string, string | number>) => string;

/** The counter's words and those of the officer's pages. */
export const useOfficerText = (): OfficerSay => useTranslation().t as unknown as OfficerSay;
