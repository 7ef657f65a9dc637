import { randomUUID } from 'node:crypto';
import { Schema } from 'mongoose';
import type { RawRecord, StoredRecord, TableDefinition } from '../record-store.ts';

/** The body is text: no key of a person's document is ever read as a path or an operator. */
export interface Row {
  _id: string;
  ver: number;
  schema: number;
  /** Identifies the write, to find out whether it happened when the answer was lost. */
  op: string;
  exp?: Date;
  k: Record<string, string>;
  body: string;
}

/** The server's own removal is garbage collection only: reads go by the port's clock. */
const REMOVAL_SLACK_SECONDS = 86_400;

/** Unknown paths are errors, in documents and in filters: an unknown filter that was dropped would match everything. */
export function schemaOf({ name, unique, lookup }: TableDefinition): Schema {
  const keys = Object.fromEntries([...unique, ...lookup].map((key) => [key, String]));
  return new Schema(
    {
      _id: String,
      ver: Number,
      schema: Number,
      op: String,
      exp: Date,
      k: new Schema(keys, { _id: false, strict: 'throw', minimize: false }),
      body: String,
    },
    {
      versionKey: false,
      id: false,
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      minimize: false,
      strict: 'throw',
      strictQuery: 'throw',
      collection: name,
    },
  );
}

/** A unique index covers only the documents that have the value: MongoDB would take a missing one for null. */
export function indexesOf({ unique, lookup }: TableDefinition) {
  return [
    ...unique.map((key) => ({
      key: { [`k.${key}`]: 1 as const },
      options: {
        name: `unique|${key}`,
        unique: true,
        partialFilterExpression: { [`k.${key}`]: { $exists: true } },
      },
    })),
    ...lookup.map((key) => ({
      key: { [`k.${key}`]: 1 as const, _id: 1 as const },
      options: { name: `lookup|${key}` },
    })),
    { key: { exp: 1 as const }, options: { name: 'expires_at', expireAfterSeconds: REMOVAL_SLACK_SECONDS } },
  ];
}

export function rowOf(record: RawRecord, indexes: readonly string[]): Row {
  const k: Record<string, string> = {};
  for (const key of indexes) {
    const value = record.keys[key];
    if (value !== undefined) k[key] = value;
  }
  return {
    _id: record.id,
    ver: record.ver,
    schema: record.schema,
    op: randomUUID(),
    ...(record.expiresAt !== undefined && { exp: new Date(record.expiresAt * 1000) }),
    k,
    body: record.body,
  };
}

export const stored = (row: Pick<Row, '_id' | 'ver' | 'schema' | 'body'>): StoredRecord => ({
  id: row._id,
  ver: row.ver,
  schema: row.schema,
  body: row.body,
});
