/** How long everything of the login lives. Functions must be synchronous: the library does not wait for them. */
import type { Configuration } from 'oidc-provider';
import { type Clock, seconds } from '../clock.ts';
import type { SessionLike } from './library.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const sessionIdleSeconds = 30 * minute;
export const sessionAbsoluteSeconds = 12 * hour;
/** Once an official's capacity was used in a session. */
export const officeIdleSeconds = 15 * minute;
export const officeAbsoluteSeconds = 8 * hour;
export const refreshSeconds = 30 * day;

type Ttl = NonNullable<Configuration['ttl']>;

/** A family of refresh tokens ends 30 days after consent, however often it is rotated. */
const refreshTtl: NonNullable<Ttl['RefreshToken']> = (ctx) => {
  const { RotatedRefreshToken: rotated } = (ctx?.oidc?.entities ?? {}) as {
    RotatedRefreshToken?: { remainingTTL: number };
  };
  return Math.max(1, rotated?.remainingTTL ?? refreshSeconds);
};

/** The ttl configuration of oidc-provider. */
export const lifetimes = (clock: Clock): Ttl => ({
  AccessToken: 15 * minute,
  ClientCredentials: 15 * minute,
  InitialAccessToken: 30 * day,
  AuthorizationCode: 60,
  IdToken: 10 * minute,
  Interaction: 10 * minute,
  PreAuthorizedCode: 15 * minute,
  RefreshToken: refreshTtl,
  // A grant lives as long as the last token on it.
  Grant: (_ctx, grant) =>
    grant.getOIDCScope().split(' ').includes('offline_access')
      ? refreshSeconds + hour
      : sessionAbsoluteSeconds + hour,
  // The library saves the session at each authorization and would let it slide for ever.
  Session: (_ctx, session) => {
    if (session.loginTs === undefined) return 10 * minute;
    const { office, signedInAt = session.loginTs } = session as unknown as SessionLike;
    const idle = office ? officeIdleSeconds : sessionIdleSeconds;
    const absolute = office ? officeAbsoluteSeconds : sessionAbsoluteSeconds;
    return Math.max(1, Math.min(idle, signedInAt + absolute - seconds(clock)));
  },
});
