// The least adapter that keeps what it is given: one table, JSON, write-ahead log, every write on the disk before it is
// answered. No sealing, no compare-and-set, no tombstones: what storage costs by itself.
import Database from 'libsql';

export const plainSqliteAdapter = (file) => {
  const db = new Database(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec(
    'CREATE TABLE records (model TEXT, id TEXT, grant_id TEXT, uid TEXT, payload TEXT, PRIMARY KEY (model, id)); CREATE INDEX grants ON records (grant_id); CREATE INDEX uids ON records (model, uid)',
  );
  const put = db.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)');
  const byId = db.prepare('SELECT payload FROM records WHERE model = ? AND id = ?');
  const byUid = db.prepare('SELECT payload FROM records WHERE model = ? AND uid = ?');
  const remove = db.prepare('DELETE FROM records WHERE model = ? AND id = ?');
  const removeGrant = db.prepare('DELETE FROM records WHERE grant_id = ?');
  const read = (row) => (row === undefined ? undefined : JSON.parse(row.payload));
  return (model) => ({
    async upsert(id, payload) {
      put.run(model, id, payload.grantId ?? null, payload.uid ?? null, JSON.stringify(payload));
    },
    find: async (id) => read(byId.get(model, id)),
    findByUid: async (uid) => read(byUid.get(model, uid)),
    async consume(id) {
      const payload = { ...read(byId.get(model, id)), consumed: Math.floor(Date.now() / 1000) };
      put.run(model, id, payload.grantId ?? null, payload.uid ?? null, JSON.stringify(payload));
    },
    async destroy(id) {
      remove.run(model, id);
    },
    async revokeByGrantId(grantId) {
      removeGrant.run(grantId);
    },
  });
};
