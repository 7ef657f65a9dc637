// The two storage ports on each engine at hand; SQLite beside the bare driver with the same settings.
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'libsql';
import { systemClock } from '../dist/clock.js';
import { openStorage } from '../dist/storage/index.js';
import { ownDatabase, temporaryFolder } from './leftovers.mjs';
import { compare } from './measure.mjs';

const spec = {
  name: 'bench_copies',
  schemaVersion: 1,
  indexes: ['certificate'],
  owner: 'holder',
  sealed: ['signed'],
};
const signed = randomBytes(750).toString('base64url');
const newDocument = () => ({
  id: randomUUID(),
  certificate: `c_${randomUUID()}`,
  holder: 'p_bench',
  state: 'intended',
  signed,
});

const open = async (engines) => {
  const storage = await openStorage({
    dataDir: temporaryFolder(),
    personalDataMaster: randomBytes(32),
    indexKeys: [{ version: 1, key: randomBytes(32) }],
    clock: systemClock,
    ...engines,
  });
  const collection = storage.collection(spec);
  await storage.prepare();
  return { storage, collection };
};

/** The same row by the driver alone: no sealing, no version rules, no conversions. */
const bareDriver = () => {
  const database = new Database(join(temporaryFolder(), 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE copies (id TEXT PRIMARY KEY, ver INTEGER, body TEXT, certificate TEXT)');
  database.exec('CREATE INDEX copies_certificate ON copies (certificate)');
  const insert = database.prepare('INSERT INTO copies VALUES (?, ?, ?, ?)');
  const get = database.prepare('SELECT id, ver, body FROM copies WHERE id = ?');
  const replace = database.prepare('UPDATE copies SET ver = ?, body = ? WHERE id = ? AND ver = ?');
  const add = () => {
    const document = newDocument();
    insert.run(document.id, 1, JSON.stringify(document), document.certificate);
    return document;
  };
  const kept = add();
  let ver = 1;
  return {
    insert: add,
    get: () => JSON.parse(get.get(kept.id).body),
    replace() {
      replace.run(ver + 1, JSON.stringify(kept), kept.id, ver);
      ver += 1;
    },
    close: () => database.close(),
  };
};

const benchDocuments = async (engines, bare, settings) => {
  const { storage, collection } = await open(engines);
  const more = { ...settings, more: { engine: storage.engines.documents } };
  const peer = (act) => (bare ? [{ subject: 'libsql alone', peer: true, run: act }] : []);
  const note = 'durable when it answers; one lookup index, one field of 1 KB sealed (AES-256-GCM)';
  try {
    let kept = await collection.insert(newDocument());
    await compare(
      'store-insert',
      [{ subject: 'onecert', run: () => collection.insert(newDocument()), note }, ...peer(bare?.insert)],
      more,
    );
    await compare(
      'store-get',
      [{ subject: 'onecert', run: () => collection.get(kept.id) }, ...peer(bare?.get)],
      more,
    );
    await compare(
      'store-compare-and-set',
      [
        {
          subject: 'onecert',
          async run() {
            kept = await collection.replace(kept);
          },
          note,
        },
        ...peer(bare?.replace),
      ],
      more,
    );
  } finally {
    await storage.close();
    bare?.close();
  }
};

const benchEphemeral = async (engines, settings) => {
  const { storage } = await open(engines);
  const { ephemeral } = storage;
  const more = { ...settings, more: { engine: storage.engines.ephemeral } };
  const run = randomUUID();
  let next = 0;
  const ours = (act, note) => [{ subject: 'onecert', run: act, note }];
  try {
    await compare(
      'short-memory-set-if-absent',
      ours(() => {
        next += 1;
        return ephemeral.setIfAbsent(`bench:${run}:${next}`, '1', 60);
      }, 'may be lost with the machine, by design'),
      more,
    );
    await compare(
      'short-memory-get',
      ours(() => ephemeral.get(`bench:${run}:1`)),
      more,
    );
  } finally {
    await storage.close();
  }
};

export const benchStorage = async (settings) => {
  await benchDocuments({}, bareDriver(), settings);
  await benchEphemeral({}, settings);
  const { MONGODB_URL: mongodbUrl } = await ownDatabase();
  if (mongodbUrl) await benchDocuments({ mongodbUrl }, undefined, settings);
  const { REDIS_URL: redisUrl } = process.env;
  if (redisUrl) await benchEphemeral({ redisUrl, redisPrefix: `onecert-bench-${process.pid}:` }, settings);
};
