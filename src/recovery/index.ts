/**
 * Recovery's pages: a forgotten password, and stopping one that waits. What they do is decided in src/accounts/recovery.
 * Owns src/recovery. May import: the public faces of accounts, registration and oidc, http, storage, errors.
 */
export { type RecoveryRoutesDeps, recoveryRoutes } from './routes.ts';
