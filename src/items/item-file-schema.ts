/** What a file `config/items/<code>.yaml` may say. Unknown keys are faults. */
import { z } from 'zod';

const text = z.string().trim().min(1).max(200);
const localText = z.strictObject({ zh: text, en: text });
const step = z.int().min(1).max(3);
const count = z.int().min(0).max(99);
const cost = z.strictObject({ before: count, now: count });

const certificate = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/),
  fields: z.array(text).min(1),
});

export const itemFileSchema = z.strictObject({
  name: localText,
  unit: z.string().regex(/^[a-z][a-z0-9-]*$/),
  legalBasis: localText,
  who: z.array(z.enum(['person', 'enterprise', 'official'])).min(1),
  delegate: z.boolean(),
  certificates: z.array(certificate),
  level: z.strictObject({ proofing: step, authenticator: step }),
  visits: cost,
  papers: cost,
  handled: z.enum(['online', 'counter', 'both']),
  prefill: z.boolean(),
  state: z.enum(['active', 'retired']),
});

export type ItemFile = z.infer<typeof itemFileSchema>;

/** What belongs at a path of the file, as the end of the sentence “write …”. */
const places: [pattern: RegExp, what: string][] = [
  [/^name$/, 'zh and en: the name that people read'],
  [/^legalBasis$/, 'zh and en: the name of the law, and the article when it is certain'],
  [/\.zh$/, 'the Chinese text'],
  [/\.en$/, 'the English text'],
  [/^unit$/, 'the id of a department, like zj-police'],
  [/^who$/, 'a list of person, enterprise or official'],
  [/^who\[/, 'person, enterprise or official'],
  [/^(delegate|prefill)$/, 'true or false'],
  [/^certificates$/, 'a list of type and fields; [] when the item reads no certificate'],
  [/^certificates\[\d+\]$/, 'type and fields'],
  [/\.type$/, 'the id of a certificate type, like driving_licence'],
  [/\.fields$/, 'a list of the fields that the item needs, one at least'],
  [/\.fields\[/, 'the name of a field'],
  [/^level$/, 'proofing and authenticator'],
  [/^level\./, 'a whole number from 1 to 3'],
  [/^(visits|papers)$/, 'before and now'],
  [/^(visits|papers)\./, 'a whole number from 0 to 99'],
  [/^handled$/, 'online, counter or both'],
  [/^state$/, 'active or retired'],
];

export const whatBelongsAt = (path: string): string =>
  places.find(([pattern]) => pattern.test(path))?.[1] ?? 'a map of keys and values';

/** The keys known at a place of the file. */
export const knownKeysAt = (path: readonly PropertyKey[]): string[] => {
  let schema: unknown = itemFileSchema;
  for (const part of path) {
    if (schema instanceof z.ZodArray) schema = schema.element;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(part)];
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
};
