/** The sample's population register: lists in memory. Production refuses it (config.ts). */
import type { PopulationRegister } from '../credentials/index.ts';
import { isSameName } from './compare-names.ts';
import type { PopulationCheck } from './population-check.ts';

/** Compared with when there is nobody, so that the work is the same. */
const nobody = '无此人';

/** Looks into every list: which one a person stands in must not show in the time. */
export const openFilePopulationCheck = (lists: readonly PopulationRegister[]): PopulationCheck => ({
  adapter: 'file (sample)',
  async match({ kind, number, name }) {
    const found = await Promise.all(lists.map((list) => list.find(kind, number)));
    const resident = found.find((one) => one !== undefined);
    const same = isSameName(resident?.name ?? nobody, name);
    if (resident === undefined) return 'unknown';
    return same ? 'match' : 'mismatch';
  },
});
