import { describeCollection } from './collection.contract.ts';
import { describeKeyChange } from './key-change.contract.ts';
import { describeSealing } from './sealing.contract.ts';
import { describeWith } from './server-suites.ts';
import { mongoStore, sqliteStore } from './test-stores.ts';
import { describeUpgrades } from './upgrade.contract.ts';

describeWith('MONGODB_URL', 'the contract suites on MongoDB', (url) => {
  describeCollection('MongoDB', mongoStore(url));
  describeSealing('MongoDB', mongoStore(url));
  describeKeyChange('MongoDB', mongoStore(url));
  describeUpgrades('MongoDB', mongoStore(url), sqliteStore);
  describeUpgrades('SQLite, with restores into MongoDB', sqliteStore, mongoStore(url));
});
