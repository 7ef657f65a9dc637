import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../errors.ts';
import { type CeremonyFile, outputNames } from './ceremony-file.ts';
import { kindOf } from './operations.ts';

export interface CeremonyPlan {
  /** What two persons read and agree to; the same file and software always give the same bytes. */
  text: string;
  sha256: string;
}

/** Refuses when anything it would write is there already. */
export const planCeremony = (file: CeremonyFile, software: string): CeremonyPlan => {
  const present = outputNames(file).filter((name) => existsSync(join(file.outputsDir, name)));
  if (present.length > 0)
    throw new ServiceError('already_exists', { detail: `nothing is written over: ${present.join(', ')}` });
  const lines = [
    `ceremony   ${file.title}`,
    `file       ${file.name}`,
    `sha256     ${file.sha256}`,
    `software   ${software}`,
    `date       ${file.date}`,
    `issuer     ${file.base_url}`,
    ...file.persons.map(({ name, office }) => `person     ${name}, ${office}`),
    ...file.inputs.map((input) => `input      ${input.file} ${input.sha256}`),
    ...(file.expected_root ? [`root       ${file.expected_root}`] : []),
    `keys       ${file.keys_folder}`,
    ...(file.pkcs11
      ? [`token      ${file.pkcs11.token} (${file.pkcs11.module}) holds: ${file.pkcs11.purposes.join(', ')}`]
      : []),
    `outputs    ${file.outputs_folder}`,
    ...file.operations.map(
      (operation, at) =>
        `${String(at + 1).padStart(3)}. ${kindOf(operation).plan(operation, file.date)} -> ${operation.out}`,
    ),
  ];
  const text = `${lines.join('\n')}\n`;
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
};
