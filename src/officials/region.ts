/**
 * Region codes as a scope: GB/T 2260 to the county (6 digits), GB/T 10114 to the town (9), the statistical code to the
 * village (12). A scope covers what its digits begin (GRS-2).
 */
import { regionStatus } from '../identifiers/index.ts';

/** The digits that count: 330000 -> 33, 330300 -> 3303, 330683101000 -> 330683101. Undefined when it is no code. */
const regionPrefix = (code: string): string | undefined => {
  if (!/^\d{6}(\d{3}){0,2}$/.test(code)) return undefined;
  const digits = code.replace(/^(\d{6}(?:\d{3})*?)(?:000)+$/, '$1');
  return digits.length > 6 ? digits : digits.replace(/(?:00){1,2}$/, '');
};

export const coversRegion = (scope: string, target: string): boolean => {
  const outer = regionPrefix(scope);
  return outer !== undefined && regionPrefix(target)?.startsWith(outer) === true;
};

/** A present region; of towns and villages only the county is known here. */
export const isKnownRegion = (code: string): boolean =>
  regionPrefix(code) !== undefined && regionStatus(code.slice(0, 6)) === 'current';
