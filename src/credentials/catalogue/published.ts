/**
 * What was published of each type stays as it was: wallets and verifiers elsewhere keep it for ever. Each version of a
 * vocabulary is recorded in `published/<type>.v<version>.json` beside the types, with the digests of the documents that
 * are written from it, so that neither a file nor our own code changes a published word unseen (decision 0016).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CertificateType, Vocabulary } from './certificate-type.ts';
import type { CatalogueFault } from './check-type.ts';
import { writeJsonLdContext, writeSdJwtTypeMetadata } from './write-type-documents.ts';

export interface Publication {
  vocabulary: Vocabulary;
  context_sha256: string;
  metadata_sha256: string;
}

const localText = z.strictObject({ zh: z.string(), en: z.string() });
const publicationSchema = z.strictObject({
  vocabulary: z.strictObject({
    id: z.string(),
    version: z.number().int().positive(),
    name: localText,
    w3cType: z.string(),
    fields: z.array(
      z.strictObject({
        name: z.string(),
        label: localText,
        kind: z.enum(['text', 'day', 'code', 'flag', 'number', 'photo']),
        required: z.boolean(),
        selective: z.boolean(),
      }),
    ),
  }),
  context_sha256: z.string(),
  metadata_sha256: z.string(),
});

/** The part of a type that others build on. */
export const vocabularyOf = ({ id, version, name, w3cType, fields }: CertificateType): Vocabulary => ({
  id,
  version,
  name,
  w3cType,
  fields: fields.map(({ name, label, kind, required, selective }) => ({
    name,
    label,
    kind,
    required,
    selective,
  })),
});

/** Stands in for the address of an instance, which is not part of a vocabulary. */
const anyBaseUrl = 'https://onecert.invalid';

const digestOf = (document: object): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('hex');

const publicationOf = (vocabulary: Vocabulary): Publication => ({
  vocabulary,
  context_sha256: digestOf(writeJsonLdContext(vocabulary, anyBaseUrl)),
  metadata_sha256: digestOf(writeSdJwtTypeMetadata(vocabulary, anyBaseUrl)),
});

const folderOf = (dir: string): string => join(dir, 'published');
const fileOf = ({ id, version }: Pick<Vocabulary, 'id' | 'version'>): string => `${id}.v${version}.json`;

/** Every recorded version, ascending. Throws for a record that cannot be read. */
export const readPublications = (dir: string): Publication[] => {
  const folder = folderOf(dir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const parsed = publicationSchema.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      if (!parsed.success || fileOf(parsed.data.vocabulary) !== file)
        throw new Error(`${join(folder, file)} is not a record of a published version`);
      return parsed.data;
    })
    .sort((a, b) => a.vocabulary.version - b.vocabulary.version);
};

/** Records the present version of every type that has no record yet; returns the files it wrote. */
export const publishVocabularies = (dir: string, types: readonly CertificateType[]): string[] => {
  mkdirSync(folderOf(dir), { recursive: true });
  return types
    .filter((type) => !existsSync(join(folderOf(dir), fileOf(type))))
    .map((type) => {
      const record = publicationOf(vocabularyOf(type));
      writeFileSync(join(folderOf(dir), fileOf(type)), `${JSON.stringify(record, null, 2)}\n`);
      return fileOf(type);
    });
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const differences = (before: Vocabulary, now: Vocabulary): { path: string; message: string }[] => {
  const found: { path: string; message: string }[] = [];
  for (const key of ['name', 'w3cType'] as const)
    if (!same(before[key], now[key]))
      found.push({ path: key, message: `was ${JSON.stringify(before[key])} when it was published` });
  for (const field of before.fields) {
    const i = now.fields.findIndex(({ name }) => name === field.name);
    if (i < 0) found.push({ path: 'fields', message: `had the field ${field.name} when it was published` });
    for (const key of ['label', 'kind', 'required', 'selective'] as const)
      if (i >= 0 && !same(field[key], now.fields[i]![key]))
        found.push({
          path: `fields[${i}].${key}`,
          message: `was ${JSON.stringify(field[key])} when it was published`,
        });
  }
  now.fields.forEach(({ name }, i) => {
    if (!before.fields.some((field) => field.name === name))
      found.push({ path: `fields[${i}].name`, message: 'was not there when it was published' });
  });
  if (found.length === 0 && !same(before, now))
    found.push({ path: 'fields', message: 'stood in another order when it was published' });
  return found;
};

/** Faults of one type against what was published of it. */
export const checkPublished = (
  file: string,
  type: CertificateType,
  published: readonly Publication[],
): CatalogueFault[] => {
  const own = published.filter(({ vocabulary }) => vocabulary.id === type.id);
  const faults: CatalogueFault[] = [];
  const report = (path: string, message: string) => faults.push({ file, path, message });
  const now = vocabularyOf(type);
  const record = own.find(({ vocabulary }) => vocabulary.version === type.version);
  if (!record)
    report(
      'version',
      `${type.version} has no record: run \`onecert certificate-types publish\` to record it`,
    );
  for (const { path, message } of record ? differences(record.vocabulary, now) : [])
    report(
      path,
      `${message} as version ${type.version}: change it back, or set version to ${type.version + 1}`,
    );
  for (const { vocabulary, ...digests } of own) {
    const { vocabulary: _, ...written } = publicationOf(vocabulary);
    if (!same(digests, written))
      report('version', `${vocabulary.version}: the program writes other documents than were published`);
    if (vocabulary.version > type.version)
      report('version', `must not go back: version ${vocabulary.version} is published`);
    // All versions share the address of a term, so its meaning must not move.
    vocabulary.fields.forEach(({ name, kind }) => {
      const i = now.fields.findIndex((field) => field.name === name);
      if (vocabulary.version < type.version && i >= 0 && now.fields[i]!.kind !== kind)
        report(
          `fields[${i}].kind`,
          `was ${kind} in version ${vocabulary.version}: take another name for another kind`,
        );
    });
  }
  return faults;
};
