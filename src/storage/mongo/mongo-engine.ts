import mongoose from 'mongoose';
import { type RecordEngine, type TableDefinition, UnusableStore } from '../record-store.ts';
import { asServiceError } from './mongo-errors.ts';
import { type Concerns, MongoTable } from './mongo-table.ts';

const ANSWER_MS = 2_000;
const SOCKET_MS = 5_000;

/** How long we wait, unless the address says otherwise: the driver lets its options win over the address. */
const LIMITS = {
  connectTimeoutMS: ANSWER_MS,
  serverSelectionTimeoutMS: ANSWER_MS,
  waitQueueTimeoutMS: ANSWER_MS,
  socketTimeoutMS: SOCKET_MS,
};

/** Connects to MongoDB. On a replica set writes wait for a majority and its journals, and reads see only such writes. */
export async function openMongoEngine(url: string, requireReplicaSet: boolean): Promise<RecordEngine> {
  const connection = mongoose.createConnection(url, {
    dbName: databaseName(url),
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    ...limitsBeside(url),
  });
  // The failure reaches whoever sends the next command; without a listener it would end the process as well.
  connection.on('error', () => undefined);
  try {
    await connection.asPromise();
    const hello = await connection.db!.admin().command({ hello: 1 });
    const replicated = typeof hello.setName === 'string' || hello.msg === 'isdbgrid';
    if (requireReplicaSet && !replicated) {
      throw new UnusableStore(
        `MongoDB at ${place(url)} is a single server. Production needs a replica set, so that what was acknowledged outlives a machine.`,
      );
    }
    const concerns: Concerns = {
      read: replicated ? 'majority' : 'local',
      write: { w: replicated ? 'majority' : 1, journal: true, wtimeoutMS: SOCKET_MS },
    };
    return {
      name: 'mongodb',
      table: (definition: TableDefinition) => new MongoTable(connection, definition, concerns),
      scrub: async () => undefined,
      ping: async () => {
        try {
          await connection.db!.admin().ping();
        } catch (error) {
          throw asServiceError(error);
        }
      },
      close: () => connection.close(),
    };
  } catch (cause) {
    await connection.close().catch(() => undefined);
    if (cause instanceof UnusableStore) throw cause;
    throw new UnusableStore(
      `MongoDB at ${place(url)} does not answer. Check MONGODB_URL and that the server runs.`,
      {
        cause,
      },
    );
  }
}

/** The limits that the address does not name; names in an address are not case-sensitive. */
const limitsBeside = (url: string): Partial<typeof LIMITS> => {
  const named = [...new URLSearchParams(url.split('?')[1]).keys()].map((name) => name.toLowerCase());
  return Object.fromEntries(Object.entries(LIMITS).filter(([name]) => !named.includes(name.toLowerCase())));
};

/** The database named in the address, else `onecert`. */
const databaseName = (url: string): string =>
  /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? 'onecert';

/** The address without user, password and options. */
const place = (url: string): string => url.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');
