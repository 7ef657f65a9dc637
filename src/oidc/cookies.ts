import type { Configuration } from 'oidc-provider';
import { type InstanceKind, ownCookie } from '../http/index.ts';

/** The library's cookies: signed, unreadable to scripts, bound to the host where a browser lets them be. */
export const cookieSettings = (
  https: boolean,
  keys: string[],
  kind: InstanceKind,
): NonNullable<Configuration['cookies']> => ({
  keys,
  // The library binds the short cookies to a path, which __Host- does not allow.
  names: {
    session: ownCookie(https ? '__Host-session' : 'onecert_session', kind),
    interaction: ownCookie(https ? '__Secure-interaction' : 'onecert_interaction', kind),
    resume: ownCookie(https ? '__Secure-resume' : 'onecert_resume', kind),
  },
  long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/', ...(https ? { secure: true } : {}) },
  short: { signed: true, httpOnly: true, sameSite: 'lax', ...(https ? { secure: true } : {}) },
});
