import { LocalDatabase } from '../shared/database.ts';

/** All the wallet keeps. `saved` and `copies` are sealed by the vault; `lock` is what opens it. */
export const database = new LocalDatabase(
  'onecert-wallet',
  [
    { name: 'saved' },
    { name: 'copies', keyPath: 'id', autoIncrement: true },
    { name: 'key-check' },
    { name: 'lock' },
  ],
  2,
);
