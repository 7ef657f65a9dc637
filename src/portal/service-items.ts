import type { LocalText } from '../verifier/core/verdict.ts';

/** A service item 事项: what it may use of which certificate, and what it costs a person before and now. */
export interface ServiceItem {
  code: string;
  name: LocalText;
  certificateType: string;
  fields: readonly string[];
  visits: { before: number; now: number };
  papers: { before: number; now: number };
}

/** Scope that lets an app act for a person in this item. */
export const itemScope = (code: string): string => `item:${code}`;

const items: readonly ServiceItem[] = [
  {
    code: 'driving-licence-renewal',
    name: { zh: '驾驶证期满换证', en: 'Renew a driving licence' },
    certificateType: 'driving_licence',
    fields: ['name', 'licence_number', 'class', 'first_issue', 'valid_until', 'authority'],
    visits: { before: 2, now: 0 },
    papers: { before: 3, now: 0 },
  },
];

export const serviceItems = (): readonly ServiceItem[] => items;

export const findServiceItem = (code: string): ServiceItem | undefined =>
  items.find((item) => item.code === code);
