/** The reviewed file by which two persons take over what another province says about its issuers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { ProvinceImport } from '../trust/index.ts';
import { type CeremonyPerson, personsSchema } from './persons.ts';
import { day, dayStart, text } from './schema.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

const schema = z.strictObject({
  format: z.literal(1),
  id,
  name: z.strictObject({ zh: text, en: text }),
  region: z.string().regex(/^\d{2}0000$/, 'the code of a province (GB/T 2260)'),
  root: text,
  /** Files with the two signed documents, relative to this one. */
  statement: text,
  list: text,
  issuers: z.array(z.strictObject({ id, types: z.array(text).min(1) })).min(1),
  until: day,
  persons: personsSchema,
});

export interface ProvinceFile {
  input: ProvinceImport;
  persons: CeremonyPerson[];
  /** What both read before they confirm. */
  plan: { text: string; sha256: string };
}

/** Throws invalid_request that names every fault. */
export const readProvinceFile = (path: string): ProvinceFile => {
  const bytes = readFileSync(path);
  const parsed = schema.safeParse(parse(bytes.toString('utf8')));
  if (!parsed.success)
    throw new ServiceError('invalid_request', {
      detail: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    });
  const { persons, until, format: _, ...file } = parsed.data;
  const at = (name: string) => (isAbsolute(name) ? name : join(dirname(resolve(path)), name));
  const hash = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
  const sha256 = hash(bytes);
  const [statement, list] = [file.statement, file.list].map((name) => readFileSync(at(name), 'utf8').trim());
  const plan = [
    `province   ${file.name.zh} ${file.name.en} (${file.id}), region ${file.region}`,
    `file       sha256 ${sha256}`,
    `root       ${file.root}`,
    `statement  sha256 ${hash(statement!)}`,
    `list       sha256 ${hash(list!)}`,
    ...file.issuers.map((issuer) => `issuer     ${issuer.id}: ${issuer.types.join(', ')}`),
    `until      ${until}`,
    ...persons.map(({ name, office }) => `person     ${name}, ${office}`),
    '',
  ].join('\n');
  return {
    input: {
      ...file,
      statement: statement!,
      list: list!,
      until: dayStart(until),
      reviewed: { sha256, persons: persons.map(({ name }) => name) },
    },
    persons,
    plan: { text: plan, sha256: hash(plan) },
  };
};
