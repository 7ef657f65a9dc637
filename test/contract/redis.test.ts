import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeEphemeral } from './ephemeral.contract.ts';
import { describeWith } from './server-suites.ts';
import { sqliteStore } from './test-stores.ts';

describeWith('REDIS_URL', 'the contract suite on Redis', (redisUrl) => {
  describeEphemeral('Redis', async () => {
    const store = sqliteStore();
    const settings = { redisUrl, redisPrefix: `onecert-test-${randomUUID()}:` };
    const { ephemeral } = await store.open(settings);
    return {
      ephemeral,
      pass: async (seconds) => void (await sleep(seconds * 1000)),
      again: async () => (await store.open(settings)).ephemeral,
      dispose: () => store.dispose(),
    };
  });
});
