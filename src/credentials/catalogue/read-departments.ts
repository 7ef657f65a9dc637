/** Reads the departments that issue certificates: a YAML list of IssuerInfo. All faults are reported together. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { checkCreditCode, regionStatus } from '../../identifiers/index.ts';
import type { IssuerInfo } from '../../trust/index.ts';

const text = z.string().trim().min(1);

const departmentsSchema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[a-z][a-z0-9-]*$/),
      creditCode: z
        .string()
        .refine((code) => checkCreditCode(code).ok, 'must be a valid credit code (GB 32100)'),
      name: z.strictObject({ zh: text, en: text }),
      region: z
        .string()
        .refine((code) => regionStatus(code) === 'current', 'must be a present region code (GB/T 2260)'),
      types: z.array(text),
      /** Type: the day in China from which on it is another department's. */
      formerTypes: z
        .record(
          text,
          z
            .string()
            .regex(/^\d{4}-\d\d-\d\d$/, 'must be a day like 2026-12-01')
            .transform((day) => Date.parse(`${day}T00:00:00+08:00`) / 1000)
            .refine((end) => !Number.isNaN(end), 'must be a day of the calendar'),
        )
        .optional(),
    }),
  )
  .min(1)
  .superRefine((departments, context) => {
    departments.forEach(({ types, formerTypes = {} }, i) => {
      if (types.some((type) => Object.hasOwn(formerTypes, type)))
        context.addIssue({
          code: 'custom',
          path: [i, 'formerTypes'],
          message: 'names a type of the present',
        });
    });
    for (const key of ['id', 'creditCode'] as const) {
      const values = departments.map((department) => department[key]);
      values.forEach((value, i) => {
        if (values.indexOf(value) < i)
          context.addIssue({ code: 'custom', path: [i, key], message: 'is used twice' });
      });
    }
  });

/** Throws an Error that names every fault. */
export const readDepartments = (file: string): IssuerInfo[] => {
  const document = parseDocument(readFileSync(file, 'utf8'));
  if (document.errors.length > 0)
    throw new Error(`${file}: ${document.errors.map((e) => e.message).join('\n')}`);
  const parsed = departmentsSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${file}: ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The departments have ${lines.length} fault(s):\n${lines.join('\n')}`);
};
