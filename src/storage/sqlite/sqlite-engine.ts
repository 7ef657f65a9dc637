import { join } from 'node:path';
import type { RecordEngine, TableDefinition } from '../record-store.ts';
import { SqliteConnection } from './connection.ts';
import { documentFile } from './open-database.ts';
import { SqliteTable } from './sqlite-table.ts';

/** Opens `onecert.db` in the data folder, or makes it. */
export async function openSqliteEngine(dataDir: string, busyTimeoutMs: number): Promise<RecordEngine> {
  const connection = await SqliteConnection.open(join(dataDir, 'onecert.db'), documentFile, busyTimeoutMs);
  return {
    name: 'sqlite',
    table: (definition: TableDefinition) => new SqliteTable(connection, definition),
    scrub: () => connection.checkpoint(),
    ping: () => connection.run(() => void connection.statement('SELECT 1').get()),
    close: async () => connection.close(),
  };
}
