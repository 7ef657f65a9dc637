/** oidc-provider's adapter over a Collection. */
import { type AdapterPayload, errors } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import { AlreadyExists, Conflict, type Versioned } from '../../storage/index.ts';
import { actOf, actorsOf } from '../exchange/act.ts';
import { sameSuccessorSeconds } from '../refresh-successor.ts';
import type { ModelAdapter } from './create-adapter.ts';
import { currentRequest } from './current-request.ts';
import type { DurableModel, OidcDocument } from './oidc-document.ts';
import { keyOf, type OidcStore } from './oidc-store.ts';

export interface DurableDeps {
  store: OidcStore;
  clock: Clock;
  baseUrl: string;
  /** Whether what an app was given at this time (Unix seconds) still counts. */
  counts(clientId: string, issuedAt: number): Promise<boolean>;
}

/** Not given to an app but held by who manages it: a suspension does not end them. */
const managing: readonly DurableModel[] = ['InitialAccessToken', 'RegistrationAccessToken'];

/** oidc-provider accepts what expired this long ago (its clockTolerance): the record must still be there. */
export const clockToleranceSeconds = 15;
/** A second redemption that comes after the code's own minute must still find what to revoke. */
const rememberedCodeSeconds = 900;

const attempts = 8;

const toDocument = (id: string, payload: AdapterPayload, expiresAt: number | undefined): OidcDocument => {
  const { jti: _jti, consumed: _consumed, ...kept } = payload;
  return {
    id: keyOf(id),
    payload: kept,
    ...(payload.grantId === undefined ? {} : { grantId: payload.grantId }),
    ...(payload.uid === undefined ? {} : { uid: payload.uid }),
    ...(payload.accountId === undefined ? {} : { accountId: payload.accountId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

const toPayload = (document: OidcDocument, id: string): AdapterPayload => ({
  ...document.payload,
  jti: id,
  ...(document.consumed === undefined ? {} : { consumed: document.consumed }),
});

/** Same session, same person: apps signed in to by a parallel request are not lost. */
const withOtherApps = (mine: AdapterPayload, theirs: AdapterPayload | undefined): AdapterPayload =>
  theirs?.accountId !== undefined &&
  theirs.accountId === mine.accountId &&
  theirs.authorizations !== undefined
    ? { ...mine, authorizations: { ...theirs.authorizations, ...mine.authorizations } }
    : mine;

/** An adapter for one durable kind; `consume` and every save are compare-and-set. */
export const createDurableAdapter = (
  model: DurableModel,
  { store, clock, baseUrl, counts }: DurableDeps,
): ModelAdapter => {
  const collection = store.collection(model);
  const savedAgain = model === 'Session' || model === 'Grant';

  const expiryOf = (ttl: number | undefined): number | undefined => {
    if (ttl === undefined) return undefined;
    const remembered = model === 'AuthorizationCode' ? rememberedCodeSeconds : 0;
    return seconds(clock) + Math.max(1, ttl) + clockToleranceSeconds + remembered;
  };

  const write = async (
    id: string,
    payload: AdapterPayload,
    present: Versioned<OidcDocument> | undefined,
    ttl?: number,
  ) => {
    if (present === undefined) return collection.insert(toDocument(id, payload, expiryOf(ttl)));
    const merged = model === 'Session' ? withOtherApps(payload, present.payload) : payload;
    const next = { ...toDocument(id, merged, expiryOf(ttl)), ver: present.ver };
    return collection.replace(
      present.consumed === undefined ? next : { ...next, consumed: present.consumed },
    );
  };

  /** A session gets a new id at each sign-in; two doing so at once must end as one. */
  const adoptTwin = async (id: string, payload: AdapterPayload): Promise<AdapterPayload> => {
    if (payload.uid === undefined) return payload;
    const twin = await store.sessionByUid(payload.uid);
    if (twin === undefined || twin.id === keyOf(id)) return payload;
    await store.endSession(twin.id);
    return withOtherApps(payload, twin.payload);
  };

  const refreshedJustNow = ({ consumed }: OidcDocument): boolean =>
    model === 'RefreshToken' && consumed !== undefined && seconds(clock) - consumed <= sameSuccessorSeconds;

  /**
   * Whoever repeats a refresh must show the app's secret or key, which the library asks for at each. A public app's token
   * that is bound to no key is refused when repeated, and its family lives.
   */
  const repeatable = ({ payload }: OidcDocument): boolean =>
    payload?.jkt !== undefined || currentRequest()?.authenticated === true;

  /** The app it was given to, and those it was passed on to. */
  const allCount = async (payload: AdapterPayload): Promise<boolean> => {
    const apps = [payload.clientId, ...actorsOf(actOf(payload))];
    for (const app of apps) if (app !== undefined && !(await counts(app, payload.iat ?? 0))) return false;
    return true;
  };

  const redeemable = async (document: Versioned<OidcDocument>): Promise<boolean> => {
    const request = currentRequest();
    if (request?.route !== 'token') return true;
    const { clientId, grantId } = document.payload ?? {};
    // CVE-2026-55672 class: a code or refresh token in the hands of another app is stolen.
    const stolen = request.clientId !== undefined && clientId !== undefined && clientId !== request.clientId;
    if (stolen || (model === 'AuthorizationCode' && document.consumed !== undefined)) {
      if (grantId !== undefined) await store.revokeGrant(grantId);
      return false;
    }
    return !refreshedJustNow(document) || repeatable(document);
  };

  return {
    async upsert(id, payload, ttl) {
      let mine = payload;
      let present = savedAgain ? await collection.get(keyOf(id)) : undefined;
      if (model === 'Session' && present === undefined) mine = await adoptTwin(id, payload);
      for (let attempt = 1; ; attempt += 1) {
        if (present?.endedAt !== undefined) {
          currentRequest()?.supersedeSession();
          return;
        }
        try {
          await write(id, mine, present, ttl);
          return;
        } catch (error) {
          // A repeated refresh comes to the same successor: what the first wrote stands, used or not.
          if (model === 'RefreshToken' && error instanceof AlreadyExists) return;
          const lost = error instanceof Conflict || error instanceof AlreadyExists;
          if (!lost || attempt === attempts) throw error;
          present = await collection.get(keyOf(id));
        }
      }
    },

    async find(id) {
      const document = await collection.get(keyOf(id));
      if (document?.payload === undefined) return undefined;
      if (!managing.includes(model) && !(await allCount(document.payload))) return undefined;
      const redeemed = model === 'AuthorizationCode' || model === 'RefreshToken';
      if (redeemed && !(await redeemable(document))) return undefined;
      const payload = toPayload(document, id);
      // As if for the first time: the library then rotates it to the same successor.
      if (refreshedJustNow(document) && currentRequest()?.route === 'token') delete payload.consumed;
      // Our audience is this server, and userinfo is part of it; the library knows only tokens without one there.
      if (model === 'AccessToken' && payload.aud === baseUrl && currentRequest()?.route === 'userinfo')
        delete payload.aud;
      return payload;
    },

    async findByUid(uid) {
      const session = await store.sessionByUid(uid);
      return session?.payload === undefined ? undefined : { ...session.payload };
    },

    async consume(id) {
      const document = await collection.get(keyOf(id));
      const refused = (): Error =>
        model === 'PushedAuthorizationRequest'
          ? new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
          : new errors.InvalidGrant('already redeemed');
      if (document === undefined) throw refused();
      if (document.consumed === undefined) {
        try {
          await collection.replace({ ...document, consumed: seconds(clock) });
          return;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
      const used = await collection.get(keyOf(id));
      if (used === undefined || !refreshedJustNow(used) || !repeatable(used)) throw refused();
    },

    async destroy(id) {
      const key = keyOf(id);
      if (model === 'Session') return store.endSession(key);
      // CVE-2020-15223 class: what hangs on the same grant goes first. Should the store fail half-way, the token is still
      // there to be revoked again, or to show once more that it was stolen.
      const isToken = model === 'AccessToken' || model === 'RefreshToken';
      const grantId = isToken ? (await collection.get(key))?.grantId : undefined;
      if (grantId !== undefined) await store.revokeGrant(grantId);
      await collection.delete(key);
    },

    revokeByGrantId: (grantId) => store.revokeModel(model, grantId),
  };
};
