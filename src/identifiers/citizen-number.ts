/** Citizen number, GB 11643-1999: 6 region + 8 birth date + 3 order (odd: male) + 1 check. */
import { isRealDay } from './calendar.ts';
import { mod11_2CheckCharacter } from './iso-7064.ts';
import { type RegionStatus, regionStatus } from './region-codes.ts';

export type CitizenNumberFault = 'shape' | 'birth_date' | 'checksum';

export type CitizenNumberCheck =
  | {
      ok: true;
      /** Region at first registration; it stays after mergers, so retired codes are as good as present ones. */
      region: string;
      regionStatus: RegionStatus;
      /** YYYY-MM-DD */
      birthDate: string;
      sex: 'male' | 'female';
    }
  | { ok: false; fault: CitizenNumberFault };

/** The 18th character for the first 17. Undefined when the text is not 17 digits. */
export const citizenNumberCheckCharacter = (body: string): string | undefined => mod11_2CheckCharacter(body);

/**
 * Judges shape, birth date and check character. An unknown region is no fault: it comes back as `regionStatus`
 * for the caller to flag, because no list of retired codes is complete. Give `today` (YYYY-MM-DD) to refuse
 * dates of birth in the future.
 */
export const checkCitizenNumber = (number: string, today?: string): CitizenNumberCheck => {
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return { ok: false, fault: 'shape' };
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  const birthDate = `${year}-${month}-${day}`;
  const real = Number(year) >= 1850 && isRealDay(Number(year), Number(month), Number(day));
  if (!real || (today !== undefined && birthDate > today)) return { ok: false, fault: 'birth_date' };
  if (mod11_2CheckCharacter(number.slice(0, 17)) !== number[17]) return { ok: false, fault: 'checksum' };
  const region = number.slice(0, 6);
  return {
    ok: true,
    region,
    regionStatus: regionStatus(region),
    birthDate,
    sex: Number(number[16]) % 2 === 1 ? 'male' : 'female',
  };
};

/** The parts of a number that passes, else undefined. */
export const parseCitizenNumber = (
  number: string,
): Omit<Extract<CitizenNumberCheck, { ok: true }>, 'ok'> | undefined => {
  const check = checkCitizenNumber(number);
  if (!check.ok) return undefined;
  const { ok: _, ...parts } = check;
  return parts;
};
