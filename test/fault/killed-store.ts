import { systemClock } from '../../src/clock.ts';
import { type Collection, openStorage, type Storage } from '../../src/storage/index.ts';

export interface Entry {
  id: string;
  account: string;
  slug: string;
  note: string;
}

/** The store that is killed and opened again; its keys are the same in every process. */
export async function openEntries(
  dataDir: string,
): Promise<{ storage: Storage; collection: Collection<Entry> }> {
  const storage = await openStorage({
    dataDir,
    personalDataMaster: Buffer.alloc(32, 1),
    indexKeys: [{ version: 1, key: Buffer.alloc(32, 2) }],
    clock: systemClock,
  });
  const collection = storage.collection<Entry>({
    name: 'entries',
    schemaVersion: 1,
    unique: ['slug'],
    owner: 'account',
    sealed: ['note'],
  });
  await storage.prepare();
  return { storage, collection };
}
