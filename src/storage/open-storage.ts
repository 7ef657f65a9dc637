import { DocumentStorage, type EphemeralEngine } from './document-storage.ts';
import type { Storage, StorageSettings } from './index.ts';
import type { RecordEngine } from './record-store.ts';
import { openSqliteEngine } from './sqlite/sqlite-engine.ts';
import { SqliteEphemeral } from './sqlite/sqlite-ephemeral.ts';

const SERVER_BUSY_MS = 100;

/** Opens the engines the settings ask for. The drivers of MongoDB and Redis are loaded only when they are used. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  const { personalDataMaster, olderMasters = [], indexKeys, clock } = settings;
  const engine = await openDocuments(settings);
  let ephemeral: EphemeralEngine | undefined;
  try {
    ephemeral = await openEphemeral(settings);
    const ephemeralName = settings.redisUrl ? 'redis' : 'sqlite';
    return await new DocumentStorage({
      engine,
      ephemeral,
      ephemeralName,
      personalDataMaster,
      olderMasters,
      indexKeys,
      clock,
    }).open();
  } catch (error) {
    await ephemeral?.close();
    await engine.close();
    throw error;
  }
}

async function openDocuments(settings: StorageSettings): Promise<RecordEngine> {
  if (settings.mongodbUrl) {
    const { openMongoEngine } = await import('./mongo/mongo-engine.ts');
    return openMongoEngine(settings.mongodbUrl, settings.requireReplicaSet ?? false);
  }
  return openSqliteEngine(settings.dataDir, settings.busyTimeoutMs ?? SERVER_BUSY_MS);
}

async function openEphemeral(settings: StorageSettings): Promise<EphemeralEngine> {
  if (settings.redisUrl) {
    const { RedisEphemeral } = await import('./redis/redis-ephemeral.ts');
    return RedisEphemeral.open(settings.redisUrl, settings.redisPrefix ?? 'onecert:', settings.clock);
  }
  return SqliteEphemeral.open(settings.dataDir, settings.clock, settings.busyTimeoutMs ?? SERVER_BUSY_MS);
}
