/** A person's sign-ins, as she sees them: device, whether from here, how, when. Ended one by one or all. */
import type { Audit } from '../../audit/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Text } from '../../http/index.ts';
import { keyOf, type OidcStore } from '../adapter/oidc-store.ts';
import type { SessionLike } from '../library.ts';
import { timesOf } from '../sign-in-state.ts';
import { deviceWords } from './device-words.ts';

export interface SessionView {
  /** Opaque; not the session's own id, which is a bearer secret. */
  id: string;
  device: Text;
  /** True: begun from the network the asker is in. Finer places are not kept. */
  thisNetwork: boolean;
  /** The browser that asks. */
  current: boolean;
  methods: string[];
  /** Unix seconds. */
  signedInAt: number;
  expiresAt: number;
  /** Apps signed in to. */
  apps: string[];
}

export interface Sessions {
  of(accountId: string, here?: { uid?: string; address?: string }): Promise<SessionView[]>;
  /** Ends one, with the tokens bound to it. Throws not_found for one that is not hers. */
  end(accountId: string, id: string): Promise<void>;
  /** Ends all, but the one of `exceptUid`. */
  endAll(accountId: string, exceptUid?: string): Promise<void>;
  /** For whoever may have been somebody else: all but this session, with what apps keep to go on without her. */
  endAllButThis(accountId: string, uid: string): Promise<void>;
}

interface Kept extends SessionLike {
  iat?: number;
}

export const createSessions = (deps: {
  store: OidcStore;
  audit: Audit;
  clock: Clock;
  networkOf(address: string): string;
}): Sessions => {
  const { store, audit } = deps;

  const liveOf = async (accountId: string): Promise<{ payload: Kept; expiresAt: number }[]> => {
    return (await store.sessionsOf(accountId))
      .filter((one) => one.endedAt === undefined && one.payload !== undefined)
      .map((one) => ({ payload: one.payload as unknown as Kept, expiresAt: one.expiresAt ?? 0 }))
      .filter(({ expiresAt }) => expiresAt > seconds(deps.clock));
  };

  const ended = (accountId: string, count: number) =>
    audit.append({
      action: 'session.ended',
      actor: `account:${accountId}`,
      subject: accountId,
      result: 'ok',
      details: { count },
    });

  return {
    async of(accountId, here = {}) {
      const network = here.address === undefined ? undefined : deps.networkOf(here.address);
      const views = (await liveOf(accountId)).map(({ payload, expiresAt }) => ({
        id: keyOf(payload.uid).slice(0, 22),
        device: deviceWords(payload.device),
        thisNetwork: network !== undefined && payload.network === network,
        current: payload.uid === here.uid,
        methods: Object.keys(timesOf(payload)),
        signedInAt: payload.signedInAt ?? payload.loginTs ?? 0,
        expiresAt,
        apps: Object.keys(payload.authorizations ?? {}),
      }));
      return views.sort((a, b) => Number(b.current) - Number(a.current) || b.signedInAt - a.signedInAt);
    },
    async end(accountId, id) {
      const hers = (await liveOf(accountId)).find(({ payload }) => keyOf(payload.uid).slice(0, 22) === id);
      if (hers === undefined) throw new ServiceError('not_found');
      await store.endSessionByUid(hers.payload.uid);
      await ended(accountId, 1);
    },
    async endAll(accountId, exceptUid) {
      const others = (await liveOf(accountId)).filter(({ payload }) => payload.uid !== exceptUid);
      for (const { payload } of others) await store.endSessionByUid(payload.uid);
      await ended(accountId, others.length);
    },
    async endAllButThis(accountId, uid) {
      const others = (await liveOf(accountId)).filter(({ payload }) => payload.uid !== uid);
      await store.endAllBut(accountId, uid);
      await ended(accountId, others.length);
    },
  };
};
