import type { Configuration } from 'oidc-provider';

/** The library's cookies: signed, unreadable to scripts, bound to the host where a browser lets them be. */
export const cookieSettings = (https: boolean, keys: string[]): NonNullable<Configuration['cookies']> => ({
  keys,
  // The library binds the short cookies to a path, which __Host- does not allow.
  names: https
    ? { session: '__Host-session', interaction: '__Secure-interaction', resume: '__Secure-resume' }
    : { session: 'onecert_session', interaction: 'onecert_interaction', resume: 'onecert_resume' },
  long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/', ...(https ? { secure: true } : {}) },
  short: { signed: true, httpOnly: true, sameSite: 'lax', ...(https ? { secure: true } : {}) },
});
