/** Child of key-change-kill.test.ts: wraps and indexes again, and says so after every page until it is killed. */
import { writeSync } from 'node:fs';
import { openFolk } from './key-change-store.ts';

const { storage } = await openFolk(process.argv[2]!, 'both');
const report = (what: string) => (progress: { done: number }) => writeSync(1, `${what} ${progress.done}\n`);
await storage.keys.rewrap(report('rewrap'));
await storage.keys.reindex(report('reindex'));
await storage.close();
writeSync(1, 'finished\n');
