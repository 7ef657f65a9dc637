/** Sessions of one token, logged in and handed out one at a time; closed and opened anew when the module fails. */
import { ServiceError } from '../errors.ts';
import {
  alreadyDone,
  ck,
  codeOf,
  type Handle,
  loadModule,
  type Pkcs11,
  type Pkcs11Library,
  pinRefused,
} from './pkcs11-module.ts';

export interface TokenSettings {
  /** Path of the PKCS#11 module. */
  module: string;
  /** Label of the token. */
  token: string;
  /** Signatures made at once. */
  sessions?: number;
}

export interface Connection {
  p11: Pkcs11;
  slot: Handle;
  /** Key handles found so far, by key id. */
  keys: Map<string, Handle>;
}

export interface SessionPool {
  /** Runs with a session nobody else has; when that fails, once more on a connection opened anew. */
  use<R>(work: (connection: Connection, session: Handle) => Promise<R> | R): Promise<R>;
}

const defaultSessions = 8;

interface OpenConnection extends Connection {
  sessions: Handle[];
  free: Handle[];
  waiting: ((session: Handle) => void)[];
}

/** Opens nothing yet: a token that is away when the server starts is found once it is back. */
export const createSessionPool = (
  Library: Pkcs11Library,
  pin: string,
  { module, token, sessions = defaultSessions }: TokenSettings,
): SessionPool => {
  let current: Promise<OpenConnection> | undefined;
  let refused: unknown;

  const slotOf = (p11: Pkcs11): Handle => {
    const slot = p11.C_GetSlotList(true).find((each) => p11.C_GetTokenInfo(each).label.trim() === token);
    if (!slot) throw new Error(`the module has no token ${token}`);
    return slot;
  };

  const quietly = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (!alreadyDone.has(codeOf(error) ?? 0)) throw error;
    }
  };

  const finalize = (p11: Pkcs11): void => {
    try {
      p11.C_Finalize();
    } catch {
      // The module is gone altogether; what follows finds out.
    }
  };

  const connect = async (): Promise<OpenConnection> => {
    if (refused) throw refused;
    const p11 = loadModule(Library, module);
    quietly(() => p11.C_Initialize({ flags: ck.osLocking }));
    try {
      const slot = slotOf(p11);
      const open = Array.from({ length: sessions }, () => p11.C_OpenSession(slot, ck.sessionFlags));
      quietly(() => p11.C_Login(open[0]!, ck.user, pin));
      return { p11, slot, keys: new Map(), sessions: open, free: [...open], waiting: [] };
    } catch (error) {
      if (pinRefused.has(codeOf(error) ?? 0)) refused = error;
      // A module looks for its tokens when it is initialised, and only then.
      finalize(p11);
      throw error;
    }
  };

  const take = (connection: OpenConnection): Promise<Handle> => {
    const session = connection.free.pop();
    return session ? Promise.resolve(session) : new Promise((resolve) => connection.waiting.push(resolve));
  };

  const give = (connection: OpenConnection, session: Handle): void => {
    const next = connection.waiting.shift();
    if (next) next(session);
    else connection.free.push(session);
  };

  /** PKCS#11 §5.4: a module is not finalised while a call is under way, so every session is waited for. */
  const drop = (failed: Promise<OpenConnection>): void => {
    if (current !== failed) return;
    current = (async () => {
      const connection = await failed.catch(() => undefined);
      if (connection) {
        await Promise.all(connection.sessions.map(() => take(connection)));
        finalize(connection.p11);
      }
      return connect();
    })();
    const next = current;
    next.catch(() => {
      if (current === next) current = undefined;
    });
  };

  const once = async <R>(work: (connection: Connection, session: Handle) => Promise<R> | R): Promise<R> => {
    current ??= connect();
    const used = current;
    let connection: OpenConnection;
    try {
      connection = await used;
    } catch (error) {
      if (current === used) current = undefined;
      throw error;
    }
    const session = await take(connection);
    try {
      return await work(connection, session);
    } catch (error) {
      if (!(error instanceof ServiceError)) drop(used);
      throw error;
    } finally {
      give(connection, session);
    }
  };

  return {
    async use(work) {
      try {
        return await once(work);
      } catch (error) {
        if (refused || error instanceof ServiceError) throw error;
        return once(work);
      }
    },
  };
};
