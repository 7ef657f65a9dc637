/**
 * Developers: the public pages under /developers: how to connect an app, the quick starts that CI runs, the inspector,
 * the error codes. Owns src/developers and examples/quick-start. May import: the public faces of oidc, items and
 * credentials, http, errors, clock, the storage ports' types.
 */
export type { AppFacts, DeveloperDeps } from './dependencies.ts';
export { developerRoutes } from './routes.ts';
