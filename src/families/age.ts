/** Under 14 or not: PIPL art. 31 makes a child's data sensitive and asks her guardian. By the number, not by a claim. */
import { canonicalDocumentKind, isDayText, parseCitizenNumber } from '../identifiers/index.ts';

/** Days begin at 00:00 in UTC+8, the whole year. */
const zoneSeconds = 8 * 3_600;
export const childAge = 14;

/** YYYY-MM-DD, where the number carries it: 111, and 553 since 2023. */
export const birthDateOf = (document: { kind: string; number: string }): string | undefined => {
  const kind = canonicalDocumentKind(document.kind);
  if (kind === '111') return parseCitizenNumber(document.number)?.birthDate;
  if (kind !== '553' || document.number.length !== 18) return undefined;
  const day = document.number.slice(6, 14).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
  return isDayText(day) ? day : undefined;
};

/** The second in which the 14th birthday begins, Unix. Born on 29 February: on 1 March. */
export const fourteenthBirthday = (birthDate: string): number => {
  const [year, month, day] = birthDate.split('-').map(Number) as [number, number, number];
  return Date.UTC(year + childAge, month - 1, day) / 1000 - zoneSeconds;
};

/** YYYY-MM-DD of a moment, in UTC+8. */
export const dayOf = (seconds: number): string =>
  new Date((seconds + zoneSeconds) * 1000).toISOString().slice(0, 10);

/** The day on which the child is 14, for the job that looks for it. */
export const birthdayOf = (document: { kind: string; number: string }): string | undefined => {
  const birthDate = birthDateOf(document);
  return birthDate === undefined ? undefined : dayOf(fourteenthBirthday(birthDate));
};

/** A document that tells no age is nobody's under 14: such a child is served at the counter with paper. */
export const isChild = (document: { kind: string; number: string }, now: number): boolean => {
  const birthDate = birthDateOf(document);
  return birthDate !== undefined && now < fourteenthBirthday(birthDate);
};
