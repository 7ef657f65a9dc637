/**
 * Use log 使用记录 in the wallet: who used what of hers, with "stop" and whom to ask to delete it (ZLB-6), and what changed
 * since she last opened it. Owns src/use-log. May import: the public faces of accounts, audit, credentials, families,
 * my-account (its words), officials, oidc and wallet (its guard), storage's ports, http, clock, errors.
 */
export { createUseLog, type UseLog, type UseLogDeps } from './create-use-log.ts';
export { type UseLogRoutesDeps, useLogRoutes } from './routes.ts';
