/** One verification in progress: named checks in order, stopped by the first that fails, and what is known so far. */
import { bareFileAdvice, paperWords, verdict } from './sentences.ts';
import type { CredentialFormat, Verdict, VerdictCode } from './verdict.ts';

/** Ends an examination; never leaves this folder. */
export class Refusal extends Error {
  readonly code: VerdictCode;
  constructor(code: VerdictCode) {
    super(code);
    this.code = code;
  }
}

export type Findings = Partial<Omit<Verdict, 'code' | 'outcome' | 'sentence' | 'checks' | 'format'>>;

export interface Examination {
  /** What the verdict will say besides its code. Only what is signed goes in, and only once the signature fits. */
  readonly known: Findings;
  check(name: string, ok: boolean, otherwise: VerdictCode): asserts ok;
  /** The value, or the end of the examination. */
  found<T>(name: string, value: T | undefined, otherwise: VerdictCode): T;
}

/** Runs the checks; anything thrown that is not a refusal is input we cannot read. */
export const examine = async (
  format: CredentialFormat,
  run: (examination: Examination) => Promise<void>,
): Promise<Verdict> => {
  const checks: Verdict['checks'] = [];
  const examination: Examination = {
    known: {},
    check(name, ok, otherwise) {
      checks.push({ name, ok });
      if (!ok) throw new Refusal(otherwise);
    },
    found(name, value, otherwise) {
      examination.check(name, value !== undefined, otherwise);
      return value as NonNullable<typeof value>;
    },
  };
  try {
    await run(examination);
  } catch (error) {
    if (error instanceof Refusal)
      return verdict(error.code, { ...withoutAdvice(examination.known), format, checks });
    checks.push({ name: 'readable', ok: false });
    return verdict('malformed', { format, checks });
  }
  return verdict('valid', {
    ...examination.known,
    ...holderAdvice(format, examination.known),
    format,
    checks,
  });
};

// What to compare with the person is for a valid certificate only; a refusal has its own advice.
const withoutAdvice = ({ advice: _, ...rest }: Findings): Findings => rest;

const holderAdvice = (format: CredentialFormat, { advice, holderProven }: Findings): Findings => {
  if (format === 'slip') return { advice: paperWords.advice };
  return advice && !holderProven
    ? { advice: { zh: bareFileAdvice.zh + advice.zh, en: bareFileAdvice.en + advice.en } }
    : {};
};
