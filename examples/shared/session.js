// Sessions of the sample apps, in memory: a restart signs everyone out of the app, not out of the province.
import { randomBytes } from 'node:crypto';

const most = 10_000;

/** `name` must differ between apps on one host: cookies do not know ports. */
export const createSessions = (name, secure) => {
  const sessions = new Map();
  const pattern = new RegExp(`(?:^|; )${name}=([\\w-]{43})(?:;|$)`);
  const find = (req) => sessions.get(pattern.exec(req.headers.cookie ?? '')?.[1]);
  return {
    find,
    /** Always under a new id, so that nobody can have known it before. */
    begin(req, res, content) {
      sessions.delete(find(req)?.id);
      const id = randomBytes(32).toString('base64url');
      if (sessions.size >= most) sessions.delete(sessions.keys().next().value);
      sessions.set(id, { id, since: Date.now(), ...content });
      res.cookie(name, id, { httpOnly: true, sameSite: 'lax', secure });
    },
    /** A token that is refused right after sign-in would be refused again: no second round then. */
    mayRenew(req) {
      const session = find(req);
      return session?.accessToken !== undefined && Date.now() - session.since > 60_000;
    },
    end(req, res) {
      const session = find(req);
      sessions.delete(session?.id);
      res.clearCookie(name);
      return session;
    },
  };
};
