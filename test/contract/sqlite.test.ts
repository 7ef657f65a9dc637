import { describeCollection } from './collection.contract.ts';
import { describeEphemeral } from './ephemeral.contract.ts';
import { describeKeyChange } from './key-change.contract.ts';
import { describeSealing } from './sealing.contract.ts';
import { sqliteStore } from './test-stores.ts';
import { describeUpgrades } from './upgrade.contract.ts';

describeCollection('SQLite', sqliteStore);
describeSealing('SQLite', sqliteStore);
describeKeyChange('SQLite', sqliteStore);
describeUpgrades('SQLite', sqliteStore, sqliteStore);
describeEphemeral('SQLite', async () => {
  const store = sqliteStore();
  const { ephemeral } = await store.open();
  return {
    ephemeral,
    pass: async (seconds) => store.clock.advance(seconds),
    again: async () => (await store.open()).ephemeral,
    dispose: () => store.dispose(),
  };
});
