/** The sample's relations, `guardians.csv`: read again at every question, so that a change shows at once. */
import { readFileSync } from 'node:fs';
import { readCsv } from '../../credentials/index.ts';
import { documentKey } from '../../identifiers/index.ts';
import { canonical, type GuardianRegister } from './guardian-register.ts';

const columns = ['child_kind', 'child_number', 'guardian_kind', 'guardian_number'];

export const openFileGuardianRegister = (file: string): GuardianRegister => ({
  adapter: 'file (sample)',
  async guardiansOf(child) {
    const csv = readCsv(readFileSync(file));
    if (columns.some((column) => !csv.columns.includes(column))) {
      throw new Error(`${file}: the columns must be ${columns.join(', ')}`);
    }
    const key = documentKey(canonical(child));
    return csv.lines.flatMap(({ line, cells }) => {
      if (!cells) throw new Error(`${file}: line ${line} cannot be read`);
      const of = canonical({ kind: cells.child_kind!, number: cells.child_number! });
      const guardian = canonical({ kind: cells.guardian_kind!, number: cells.guardian_number! });
      return documentKey(of) === key ? [guardian] : [];
    });
  },
});
