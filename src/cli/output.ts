import { ServiceError } from '../errors.ts';

/** 0 valid or done · 1 not valid · 2 wrong use. */
export const exitCodes = { done: 0, notValid: 1, wrongUse: 2 } as const;

/** Wrong use of the command: printed as one sentence, exit code 2. */
export class UsageError extends Error {}

/** One JSON value with --json, else what `human` says. */
export const print = (json: boolean | undefined, value: unknown, human: () => string): void => {
  process.stdout.write(`${json ? JSON.stringify(value) : human()}\n`);
};

/** Errors of the language itself are ours to fix and keep their stack; all others say what a person can do. */
const isOurFault = (error: unknown): boolean =>
  !(error instanceof Error) ||
  [Error, TypeError, RangeError, ReferenceError, SyntaxError].includes(error.constructor as ErrorConstructor);

export const fail = (error: unknown): never => {
  const message = error instanceof Error ? error.message : String(error);
  const shown = isOurFault(error) && error instanceof Error ? (error.stack ?? message) : message;
  process.stderr.write(`onecert: ${shown}\n`);
  process.exit(error instanceof ServiceError ? exitCodes.notValid : exitCodes.wrongUse);
};

/** Aligned columns for people. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
