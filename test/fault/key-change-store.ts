import { systemClock } from '../../src/clock.ts';
import { type Collection, openStorage, type Storage } from '../../src/storage/index.ts';

export interface Folk {
  id: string;
  number: string;
}

const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const [one, two] = [
  { version: 1, key: Buffer.alloc(32, 3) },
  { version: 2, key: Buffer.alloc(32, 4) },
];
/** Before, during and after a change of master and index key. */
const keys = {
  old: { personalDataMaster: older, indexKeys: [one] },
  both: { personalDataMaster: newer, olderMasters: [older], indexKeys: [two, one] },
  new: { personalDataMaster: newer, indexKeys: [two] },
};

export const numberOf = (n: number): string => `N-${n}`;

export async function openFolk(
  dataDir: string,
  stage: keyof typeof keys,
): Promise<{ storage: Storage; folk: Collection<Folk> }> {
  const storage = await openStorage({ dataDir, ...keys[stage], busyTimeoutMs: 5000, clock: systemClock });
  const folk = storage.collection<Folk>({
    name: 'folk',
    schemaVersion: 1,
    owner: 'id',
    sealed: ['number'],
    keyed: { number: { value: ({ number }) => number, unique: true } },
  });
  await storage.prepare();
  return { storage, folk };
}
