import type { PackViewField } from './pack.ts';
import type { VerdictField } from './verdict.ts';

const lastDay = 2_932_896; // 9999-12-31

/** A claim as a person reads it, or undefined when it is not of the kind its view says. */
export const checkField = (
  { name, label, kind, compare }: PackViewField,
  value: unknown,
): VerdictField | undefined => {
  const text = asText(kind, value);
  return text === undefined ? undefined : { name, label, value: text, ...(compare ? { compare } : {}) };
};

const asText = (kind: PackViewField['kind'], value: unknown): string | undefined => {
  if (kind === 'flag') return typeof value === 'boolean' ? flagText(value) : undefined;
  if (kind === 'day') {
    const day =
      Number.isInteger(value) && Math.abs(value as number) <= lastDay ? (value as number) : undefined;
    return day === undefined ? undefined : new Date(day * 86_400_000).toISOString().slice(0, 10);
  }
  return typeof value === 'string' ? value : undefined;
};

/** One word in both languages, since a value carries no language of its own. */
export const flagText = (value: boolean): string => (value ? '是 Yes' : '否 No');
