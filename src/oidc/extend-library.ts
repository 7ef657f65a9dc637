/** Overrides on the library's own classes: few, and each tested. */
import { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { type Clock, seconds } from '../clock.ts';
import type { Storage } from '../storage/index.ts';
import { clockToleranceSeconds } from './adapter/durable-adapter.ts';
import { keyOf } from './adapter/oidc-store.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import { appSecretMatches } from './apps/app-secret.ts';
import {
  type InteractionResult,
  type LoginResult,
  type OidcContext,
  ownGrantMembers,
  ownSessionMembers,
  type SessionLike,
} from './library.ts';
import type { EndedAuthorization } from './logout/create-logouts.ts';
import { deviceOf } from './sessions/device-words.ts';
import { answeredSignIn, timesOf } from './sign-in-state.ts';

export interface LibraryDeps {
  storage: Storage;
  clock: Clock;
  logger: Logger;
  /** Keyed hash of the network a request comes from. */
  networkOf(address: string): string;
  /** The refresh token that follows the one presented: see refresh-successor.ts. */
  successorOf(presented: string): string;
  intendLogout(ended: readonly EndedAuthorization[]): Promise<void>;
}

interface Payloads {
  readonly IN_PAYLOAD: string[];
  prototype: object;
}

interface LibraryClasses {
  OIDCContext: { prototype: object };
  Client: { prototype: object };
  Session: Payloads;
  Grant: Payloads;
  RefreshToken: { prototype: { generateTokenId(): string } };
  ReplayDetection: { unique(iss: string, jti: string, exp: number): Promise<boolean> };
}

interface RequestContext {
  oidc?: OidcContext;
  ip?: string;
  get?(header: string): string;
}

const keepAlso = (model: Payloads, members: readonly string[]): void => {
  const kept = [...model.IN_PAYLOAD, ...members];
  Object.defineProperty(model, 'IN_PAYLOAD', { get: () => kept });
};

const present = (): RequestContext | undefined => Provider.ctx as unknown as RequestContext | undefined;

/** Merges a sign-in or a further factor into the session: it is never lowered, and each method keeps its own time. */
const loginAccount = (deps: LibraryDeps) =>
  function (this: SessionLike, details: LoginResult & { loginTs?: number; transient?: boolean }): void {
    const ctx = present();
    const interaction = ctx?.oidc?.entities.Interaction as { result?: InteractionResult } | undefined;
    const given = interaction?.result?.login;
    const at = details.loginTs ?? seconds(deps.clock);
    const before = this.accountId === details.accountId ? timesOf(this) : {};
    Object.assign(this, {
      accountId: details.accountId,
      acr: details.acr,
      amr: details.amr,
      methods: { ...before, ...given?.methods },
      loginTs: at,
      ...(given?.stepUp && this.signedInAt !== undefined ? {} : { signedInAt: at }),
      ...(details.transient ? { transient: true } : {}),
      device: deviceOf(ctx?.get?.('user-agent') ?? ''),
      network: deps.networkOf(ctx?.ip ?? ''),
    });
  };

export const extendLibrary = (provider: Provider, deps: LibraryDeps): void => {
  const library = provider as unknown as LibraryClasses;
  const now = (): number => seconds(deps.clock);
  keepAlso(library.Session, ownSessionMembers);
  keepAlso(library.Grant, ownGrantMembers);
  Object.defineProperties(library.Session.prototype, {
    loginAccount: { value: loginAccount(deps) },
    authTime: {
      value(this: SessionLike) {
        const oidc = present()?.oidc;
        return (oidc?.session && answeredSignIn(oidc, now()).authTime) ?? this.loginTs;
      },
    },
  });
  Object.defineProperties(library.OIDCContext.prototype, {
    // Endpoint URLs and assertion audiences come from the issuer, never from the request's Host.
    urlFor: { value: (name: string, options?: Record<string, unknown>) => provider.urlFor(name, options) },
    acr: {
      get(this: OidcContext) {
        return answeredSignIn(this, now()).acr;
      },
    },
    amr: {
      get(this: OidcContext) {
        return answeredSignIn(this, now()).amr;
      },
    },
  });
  Object.defineProperties(library.Client.prototype, {
    compareClientSecret: {
      value(this: { clientSecret?: string }, given: unknown) {
        return appSecretMatches(this.clientSecret, given, now());
      },
    },
    // The library would send here, once, and let the person wait for it. It is stored instead, and sent by our outbox.
    backchannelLogout: {
      value(this: { clientId: string }, accountId: string, sid: string) {
        const { clientId } = this;
        const { capacity } = present()?.oidc?.session?.authorizations?.[clientId] ?? {};
        const ended = { accountId, clientId, sid, capacity };
        return whileStoreAnswers(deps.logger, () => deps.intendLogout([ended]));
      },
    },
  });
  // The library goes on when an app cannot be told. Here nothing is ended before it is stored that the app must be.
  provider.on('backchannel.error', (_ctx, error) => {
    throw error;
  });
  const { generateTokenId } = library.RefreshToken.prototype;
  Object.defineProperty(library.RefreshToken.prototype, 'generateTokenId', {
    value() {
      const rotated = present()?.oidc?.entities.RotatedRefreshToken as { jti: string } | undefined;
      return rotated === undefined ? generateTokenId.call(this) : deps.successorOf(rotated.jti);
    },
  });
  // The library looks first and writes then: two at the same moment both pass. Insert-only decides.
  library.ReplayDetection.unique = (iss, jti, exp) =>
    whileStoreAnswers(deps.logger, () =>
      deps.storage.ephemeral.setIfAbsent(
        `oidc:replay:${keyOf(JSON.stringify([iss, jti]))}`,
        '1',
        Math.max(1, exp - now()) + clockToleranceSeconds,
      ),
    );
};
