/** What a view can show: a field of its type, or a fact worked out from one. */
import type { LocalText } from '../../verifier/core/verdict.ts';
import type {
  CertificateFact,
  CertificateField,
  CertificateType,
  CertificateView,
} from './certificate-type.ts';

export interface ViewEntry {
  name: string;
  label: LocalText;
  kind: CertificateField['kind'];
  required: boolean;
}

/**
 * Who shows the view when it is not the holder herself, her name masked: in every view that names somebody, empty when she
 * shows it herself (ZLB-5). The key lies above those that a view counts up to.
 */
export const shownByEntry = {
  key: 23,
  name: 'shown_by',
  kind: 'text',
  label: { zh: '出示人（代持证人出示）', en: 'Shown by, for the holder' },
} as const;

/** Without a status the end of a power would not reach the copy; an official shows her card herself. */
export const isShownForAnother = (type: CertificateType, view: CertificateView): boolean =>
  !view.anonymous && type.heldAs === undefined;

type Values = Readonly<Record<string, string | number | boolean>>;

/** Label and kind of what a view names. */
export const viewEntry = (type: CertificateType, name: string): ViewEntry | undefined => {
  const field = type.fields.find((known) => known.name === name);
  if (field) return field;
  const fact = type.facts?.find((known) => known.name === name);
  const source = fact && type.fields.find((known) => known.name === fact.from);
  return fact && { name, label: fact.label, kind: 'flag', required: source?.required ?? false };
};

/** China Standard Time: the day on which somebody is of age begins there. */
const dayInChina = (seconds: number): string =>
  new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);

/** A licence names the classes in one run: A1A2D. */
export const classesIn = (value: string): string[] => value.match(/[A-Z]\d?/g) ?? [];

const answer = (fact: CertificateFact, value: string | number | boolean, now: number): boolean => {
  if (fact.oneOf) return fact.oneOf.includes(String(value));
  if (fact.anyClass) return classesIn(String(value)).some((code) => fact.anyClass!.includes(code));
  const text = String(value);
  // Born on 29 February: of age on 1 March of a common year, as the text comparison has it.
  const birthday = `${Number(text.slice(0, 4)) + fact.years!}${text.slice(4)}`;
  return birthday <= dayInChina(now);
};

/** The value under its name, or undefined where the register leaves it empty. `now`: Unix seconds. */
export const valueInView = (type: CertificateType, name: string, values: Values, now: number) => {
  const fact = type.facts?.find((known) => known.name === name);
  if (!fact) return values[name];
  const value = values[fact.from];
  return value === undefined ? undefined : answer(fact, value, now);
};
