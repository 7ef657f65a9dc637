/** The typed store under the adapter: what spans more than one record of oidc-provider. */
import { createHash } from 'node:crypto';
import { type Clock, seconds } from '../../clock.ts';
import { type Collection, Conflict, NotFound, type Storage, type Versioned } from '../../storage/index.ts';
import type { SessionApp } from '../library.ts';
import type { EndedAuthorization } from '../logout/create-logouts.ts';
import {
  type DurableModel,
  durableModels,
  grantedModels,
  type OidcDocument,
  oidcSpec,
} from './oidc-document.ts';

export type OidcCollection = Collection<OidcDocument>;

const pageSize = 100;
/** Longer than any request that could still hold the old session. */
const tombstoneSeconds = 600;

export const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url');

export interface OidcStore {
  collection(model: DurableModel): OidcCollection;
  /** Removes every record of the kind that hangs on the grant. */
  revokeModel(model: DurableModel, grantId: string): Promise<void>;
  /** Codes, tokens and the grant itself. */
  revokeGrant(grantId: string): Promise<void>;
  /** Puts a tombstone in place of the session, so that a parallel request cannot save it back. */
  endSession(key: string): Promise<void>;
  /** Every session of a person, those that ended lately among them. */
  sessionsOf(accountId: string): Promise<OidcDocument[]>;
  /** The live session of a uid; the newest, should there be two. */
  sessionByUid(uid: string): Promise<Versioned<OidcDocument> | undefined>;
  /** Ends the session of a uid and revokes its grants, except those meant to outlive it (offline_access). */
  endSessionByUid(uid: string): Promise<void>;
  /** Ends all sessions, grants and tokens of a person: for a block, a closure or a lost phone. */
  endAllOf(accountId: string): Promise<void>;
  /** Ends all of a person but one session and its grants: also what was meant to outlive the others (offline_access). */
  endAllBut(accountId: string, uid: string): Promise<void>;
  /** Ends the sessions in which the person acted as an official. */
  endOfficeSessions(accountId: string): Promise<void>;
  /** Ends all grants and tokens one app holds for a person: for a withdrawn consent. */
  endAppAccess(accountId: string, clientId: string): Promise<void>;
  /** Ends what was given to a person acting in this capacity: for a mandate that is over. */
  endCapacity(accountId: string, ref: string): Promise<void>;
}

export interface OidcStoreDeps {
  storage: Storage;
  clock: Clock;
  /** Told before a session, or an app's part of one, ends: the one place that all ways of ending pass. */
  intendLogout(ended: readonly EndedAuthorization[]): Promise<void>;
}

const authorizationsOf = (session: OidcDocument): [string, SessionApp][] =>
  Object.entries((session.payload?.authorizations ?? {}) as Record<string, SessionApp>);

const endedOf = (
  session: OidcDocument,
  which: (clientId: string, authorization: SessionApp) => boolean = () => true,
): EndedAuthorization[] =>
  authorizationsOf(session).flatMap(([clientId, authorization]) => {
    const { sid, capacity } = authorization;
    const accountId = session.payload?.accountId;
    if (sid === undefined || accountId === undefined || !which(clientId, authorization)) return [];
    return [{ accountId, clientId, sid, capacity }];
  });

const dropVersion = ({ ver: _ver, ...document }: Versioned<OidcDocument>): OidcDocument => document;

export const createOidcStore = ({ storage, clock, intendLogout }: OidcStoreDeps): OidcStore => {
  const collections = new Map(
    durableModels.map((model) => [model, storage.collection<OidcDocument>(oidcSpec(model))] as const),
  );
  const collection = (model: DurableModel): OidcCollection => collections.get(model)!;

  const each = async (
    model: DurableModel,
    index: 'grantId' | 'accountId',
    value: string,
    act: (document: Versioned<OidcDocument>) => Promise<unknown>,
  ): Promise<void> => {
    let after: string | undefined;
    for (;;) {
      const found = await collection(model).find(index, value, {
        limit: pageSize,
        ...(after ? { after } : {}),
      });
      for (const document of found) await act(document);
      if (found.length < pageSize) return;
      after = found.at(-1)!.id;
    }
  };

  const revokeModel = (model: DurableModel, grantId: string): Promise<void> =>
    each(model, 'grantId', grantId, ({ id }) => collection(model).delete(id));

  const revokeGrant = async (grantId: string): Promise<void> => {
    // The grant first: without it no token of it is accepted any more, even if the rest fails half-way.
    await collection('Grant').delete(keyOf(grantId));
    for (const model of grantedModels) await revokeModel(model, grantId);
  };

  const endSession = async (key: string): Promise<void> => {
    const now = seconds(clock);
    const tombstone: OidcDocument = { id: key, endedAt: now, expiresAt: now + tombstoneSeconds };
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const present = await collection('Session').get(key);
      if (present?.endedAt !== undefined) return;
      try {
        if (present) await collection('Session').replace({ ...tombstone, ver: present.ver });
        else await collection('Session').insert(tombstone);
        return;
      } catch (error) {
        if (attempt === 7) throw error;
      }
    }
    throw new Conflict('oidc_sessions');
  };

  const sessionByUid = async (uid: string): Promise<Versioned<OidcDocument> | undefined> => {
    const found = await collection('Session').find('uid', uid, { limit: 10 });
    const live = found.filter((session) => session.endedAt === undefined);
    return live.sort(
      (a, b) => (b.payload?.iat ?? 0) - (a.payload?.iat ?? 0) || (b.expiresAt ?? 0) - (a.expiresAt ?? 0),
    )[0];
  };

  const endSessionDocument = async (session: OidcDocument): Promise<void> => {
    await intendLogout(endedOf(session));
    await endSession(session.id);
    for (const [, { grantId, persistsLogout }] of authorizationsOf(session)) {
      if (grantId !== undefined && persistsLogout !== true) await revokeGrant(grantId);
    }
  };

  /** Ends apps' parts of a person's sessions, which go on without them. */
  const endParts = (
    accountId: string,
    which: (clientId: string, authorization: SessionApp) => boolean,
  ): Promise<void> =>
    each('Session', 'accountId', accountId, async (session) => {
      const ended = endedOf(session, which);
      if (ended.length === 0 || session.payload === undefined) return;
      await intendLogout(ended);
      const left = Object.fromEntries(authorizationsOf(session).filter(([id, one]) => !which(id, one)));
      const next = { ...session, payload: { ...session.payload, authorizations: left } };
      // Who changed the session meanwhile may have put the app back: at worst it is told once more.
      await collection('Session')
        .replace(next)
        .catch((error: unknown) => {
          if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
        });
    });

  return {
    collection,
    revokeModel,
    revokeGrant,
    endSession,
    async sessionsOf(accountId) {
      const found: OidcDocument[] = [];
      await each('Session', 'accountId', accountId, async (session) => found.push(session));
      return found;
    },
    sessionByUid,
    async endSessionByUid(uid) {
      const session = await sessionByUid(uid);
      if (session) await endSessionDocument(dropVersion(session));
    },
    async endAllOf(accountId) {
      await each('Session', 'accountId', accountId, endSessionDocument);
      await each('Grant', 'accountId', accountId, ({ id }) => collection('Grant').delete(id));
      for (const model of grantedModels) {
        await each(model, 'accountId', accountId, ({ id }) => collection(model).delete(id));
      }
    },
    async endAllBut(accountId, uid) {
      const kept = await sessionByUid(uid);
      const grants = Object.values(kept?.payload?.authorizations ?? {}).map(({ grantId }) => grantId);
      const keptIds = new Set(grants.filter((id) => id !== undefined).map(keyOf));
      await each('Session', 'accountId', accountId, async (session) => {
        if (session.payload?.uid !== uid) await endSessionDocument(session);
      });
      // A grant that is gone takes its tokens with it.
      await each('Grant', 'accountId', accountId, async ({ id }) => {
        if (!keptIds.has(id)) await collection('Grant').delete(id);
      });
    },
    endOfficeSessions: (accountId) =>
      each('Session', 'accountId', accountId, async (session) => {
        if (session.payload?.office === true) await endSessionDocument(session);
      }),
    async endAppAccess(accountId, clientId) {
      await endParts(accountId, (id) => id === clientId);
      await each('Grant', 'accountId', accountId, async (grant) => {
        if (grant.payload?.clientId === clientId) await collection('Grant').delete(grant.id);
      });
      for (const model of grantedModels) {
        await each(model, 'accountId', accountId, async (document) => {
          if (document.payload?.clientId === clientId) await collection(model).delete(document.id);
        });
      }
    },
    async endCapacity(accountId, ref) {
      await endParts(accountId, (_id, { capacity }) => capacity === ref);
      // A grant that is gone takes its tokens with it.
      await each('Grant', 'accountId', accountId, async ({ id, payload }) => {
        if (payload?.capacity === ref) await collection('Grant').delete(id);
      });
    },
  };
};
