/** The people of the sample province that the README names, for the first start and the sign-in hints. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { checkDocument, documentKinds } from '../../identifiers/index.ts';

const text = z.string().trim().min(1);
const localText = z.strictObject({ zh: text, en: text });
const level = z.union([z.literal(1), z.literal(2), z.literal(3)]);

const peopleSchema = z.array(
  z.strictObject({
    /** Short name for tests and the tour: `lin`. */
    id: z.string().regex(/^[a-z]+$/),
    name: text,
    role: localText,
    /** What to try as this person. */
    try: localText,
    document: z
      .strictObject({ kind: z.enum(documentKinds.map(({ kind }) => kind)), number: text })
      .refine(({ kind, number }) => checkDocument(kind, number).ok, 'must pass the check of its kind'),
    phone: z.string().regex(/^1990000\d{4}$/, 'must be in the range of the sample'),
    proofingLevel: level,
  }),
);

export type SamplePerson = z.infer<typeof peopleSchema>[number];

/** Reads `people.yaml`. Throws an Error that names every fault. */
export const readSamplePeople = (file: string): SamplePerson[] => {
  const document = parseDocument(readFileSync(file, 'utf8'));
  if (document.errors.length > 0)
    throw new Error(`${file}: ${document.errors.map((e) => e.message).join('\n')}`);
  const parsed = peopleSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${file}: ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The sample people have ${lines.length} fault(s):\n${lines.join('\n')}`);
};
