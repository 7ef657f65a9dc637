/** Child of storage-kill.test.ts: inserts until it is killed, and writes each id once it is acknowledged. */
import { writeSync } from 'node:fs';
import { openEntries } from './killed-store.ts';

const [, , dataDir, round] = process.argv as [string, string, string, string];
const { collection } = await openEntries(dataDir);
for (let n = 0; ; n += 1) {
  const id = `${round}-${n}`;
  const inserted = await collection.insert({
    id,
    account: `account-${n % 5}`,
    slug: id,
    note: 'x'.repeat(n % 700),
  });
  if (n % 3 === 0) await collection.replace({ ...inserted, note: 'replaced' });
  writeSync(1, `${id}\n`);
}
