/** The reviewed file: everything a ceremony will do, and who is there. Nothing is asked for besides. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { operationSchema } from './operations.ts';
import { personsSchema } from './persons.ts';
import { day, fileName, text } from './schema.ts';

const schema = z.strictObject({
  format: z.literal(1),
  title: text,
  /** The day in China it was reviewed for; it runs on no other. */
  date: day,
  /** Issuer of the province, as its configuration has it. */
  base_url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')),
  /** Where the private keys come to lie; relative to this file. */
  keys_folder: text,
  /** Where public outputs and the transcript come to lie; relative to this file. */
  outputs_folder: text,
  persons: personsSchema,
  /** Files made elsewhere, by their hash. */
  inputs: z.array(z.strictObject({ file: text, sha256: z.string().regex(/^[0-9a-f]{64}$/) })).default([]),
  /** Thumbprint of the root that is in the keys folder already. */
  expected_root: text.optional(),
  /** Private keys that are made in a PKCS#11 token; the PIN comes from ONECERT_PKCS11_PIN or its _FILE. */
  pkcs11: z
    .strictObject({
      module: text,
      token: text,
      purposes: z
        .array(z.enum(['root', 'trust-list', 'certificate', 'status', 'pack', 'audit', 'document-ca']))
        .min(1),
    })
    .optional(),
  transcript: fileName.default('transcript'),
  operations: z.array(operationSchema).min(1),
});

export interface CeremonyFile extends z.infer<typeof schema> {
  /** SHA-256 (hex) of the file's bytes. */
  sha256: string;
  name: string;
  /** Absolute. */
  keysDir: string;
  outputsDir: string;
  /** Content of the inputs by their name, each with the hash the file expects. */
  inputTexts: Record<string, string>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Throws invalid_request that names every fault at once. */
export const readCeremonyFile = (path: string): CeremonyFile => {
  const bytes = readFileSync(path);
  const folder = dirname(resolve(path));
  const at = (name: string): string => (isAbsolute(name) ? name : join(folder, name));
  const parsed = schema.safeParse(parseYaml(bytes.toString('utf8')));
  if (!parsed.success)
    throw faulty(
      parsed.error.issues.map((issue) =>
        issue.code === 'unrecognized_keys'
          ? `${[...issue.path, issue.keys.join(', ')].join('.')}: not known here`
          : `${issue.path.join('.')}: ${issue.message}`,
      ),
    );
  const file = parsed.data;
  const faults: string[] = [];
  const inputTexts: Record<string, string> = {};
  for (const input of file.inputs) {
    try {
      const content = readFileSync(at(input.file));
      if (sha256(content) === input.sha256) inputTexts[input.file] = content.toString('utf8');
      else faults.push(`inputs: ${input.file} has SHA-256 ${sha256(content)}, not the one expected`);
    } catch {
      faults.push(`inputs: ${input.file} cannot be read`);
    }
  }
  const names = outputNames(file);
  if (new Set(names).size !== names.length) faults.push('operations: two outputs have one name');
  if (faults.length > 0) throw faulty(faults);
  return {
    ...file,
    sha256: sha256(bytes),
    name: basename(path),
    keysDir: at(file.keys_folder),
    outputsDir: at(file.outputs_folder),
    inputTexts,
  };
};

/** Everything a ceremony writes into its outputs folder. */
export const outputNames = (file: z.infer<typeof schema>): string[] => [
  ...file.operations.map(({ out }) => out),
  ...['json', 'txt', 'jwt'].map((end) => `${file.transcript}.${end}`),
];

const parseYaml = (content: string): unknown => {
  try {
    return parse(content);
  } catch (error) {
    throw faulty([error instanceof Error ? error.message.split('\n')[0]! : 'is not YAML']);
  }
};

const faulty = (faults: string[]): ServiceError =>
  new ServiceError('invalid_request', { detail: `The ceremony file: ${faults.join('; ')}` });
