import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Officials, readTree } from '../officials/index.ts';

/** Imports the sample's organisation tree into a store that has none. */
export const loadSampleOrganisation = async (input: {
  officials: Officials;
  sampleDir: string;
}): Promise<void> => {
  const { officials, sampleDir } = input;
  if ((await officials.tree.current()).number > 0) return;
  const units = readTree(readFileSync(join(sampleDir, 'organisation.yaml'), 'utf8'));
  await officials.tree.import(units, { actor: 'system' });
};
