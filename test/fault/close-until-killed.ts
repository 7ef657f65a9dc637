/** Child of close-kill.test.ts: closes the account of a sample person, and is killed on the way. */
import { writeSync } from 'node:fs';
import { readConfig } from '../../src/config.ts';
import { openCore } from '../../src/core.ts';
import { createLogger } from '../../src/log.ts';

const core = await openCore(readConfig(), { logger: createLogger('fatal'), busyTimeoutMs: 5000 });
writeSync(1, 'begins\n');
const { state } = await core.personalData.closings.closeNow(process.argv[2]!, { actor: 'cli' });
writeSync(1, `${state}\n`);
await core.close();
