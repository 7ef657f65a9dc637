/** Reads the certificate types: one YAML file each. Every fault of every file is reported in one go. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import type { Catalogue, CertificateType } from './certificate-type.ts';
import { type CatalogueFault, checkAcrossTypes, checkType } from './check-type.ts';
import { type Publication, readPublications, vocabularyOf } from './published.ts';
import { typeFileSchema } from './type-file-schema.ts';

/** The catalogue cannot be used; `faults` has all of them. */
export class CatalogueError extends Error {
  readonly faults: CatalogueFault[];

  constructor(faults: CatalogueFault[]) {
    const lines = faults.map(
      (fault) => `  ${fault.file}: ${fault.path ? `${fault.path}: ` : ''}${fault.message}`,
    );
    super(`The certificate types have ${faults.length} fault(s):\n${lines.join('\n')}`);
    this.name = 'CatalogueError';
    this.faults = faults;
  }
}

const pathText = (path: PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  );

const issueFaults = (file: string, issue: z.core.$ZodIssue): CatalogueFault[] => {
  if (issue.code !== 'unrecognized_keys') {
    const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return [{ file, path: pathText(issue.path), message: missing ? 'is missing' : issue.message }];
  }
  return issue.keys.map((key) => ({
    file,
    path: pathText([...issue.path, key]),
    message: 'is not a known key',
  }));
};

const readType = (dir: string, file: string): { type?: CertificateType; faults: CatalogueFault[] } => {
  const id = basename(file, extname(file));
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(id)) {
    return {
      faults: [{ file, path: '', message: 'the file name must be snake_case: it is the id of the type' }],
    };
  }
  const document = parseDocument(readFileSync(join(dir, file), 'utf8'));
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map((error) => ({ file, path: '', message: error.message.split('\n')[0]! })),
    };
  }
  const parsed = typeFileSchema.safeParse(document.toJS());
  if (!parsed.success) return { faults: parsed.error.issues.flatMap((issue) => issueFaults(file, issue)) };
  const type: CertificateType = { id, ...parsed.data };
  return { type, faults: checkType(file, type) };
};

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
};

/** A catalogue of types made in memory. */
export const catalogueOf = (types: CertificateType[], published: readonly Publication[] = []): Catalogue => {
  const byId = new Map(types.map((type) => [type.id, freeze(type)]));
  return {
    types: () => [...byId.values()],
    find: (id) => byId.get(id),
    get: (id) => {
      const type = byId.get(id);
      if (!type) throw new ServiceError('unknown_certificate_type');
      return type;
    },
    vocabularies: (id) => {
      const type = byId.get(id);
      if (!type) return [];
      const earlier = published
        .map(({ vocabulary }) => vocabulary)
        .filter((vocabulary) => vocabulary.id === id && vocabulary.version < type.version);
      return [...earlier, vocabularyOf(type)];
    },
  };
};

export interface ReadOptions {
  /** The ids of the departments; when given, a type that names another is a fault. */
  issuers?: Iterable<string>;
}

/** Reads `<dir>/*.yaml`: the types that can be read, and all faults. */
export const readTypes = (
  dir: string,
  options: ReadOptions = {},
): { types: { file: string; type: CertificateType }[]; faults: CatalogueFault[] } => {
  const files = readdirSync(dir)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();
  if (files.length === 0)
    return { types: [], faults: [{ file: dir, path: '', message: 'has no certificate type' }] };
  const read = files.map((file) => ({ file, ...readType(dir, file) }));
  const types = read.flatMap(({ file, type }) => (type ? [{ file, type }] : []));
  const issuers = options.issuers && new Set(options.issuers);
  return { types, faults: [...read.flatMap(({ faults }) => faults), ...checkAcrossTypes(types, issuers)] };
};

/** Reads `<dir>/*.yaml` and what was published before. Throws CatalogueError with all faults. */
export const readCatalogue = (dir: string, options: ReadOptions = {}): Catalogue => {
  const { types, faults } = readTypes(dir, options);
  if (faults.length > 0) throw new CatalogueError(faults);
  return catalogueOf(
    types.map(({ type }) => type),
    readPublications(dir),
  );
};
