/**
 * Portal: the seed of the one website for individuals and enterprises: service items and the cases people start.
 * Owns src/portal. May import: the public faces of accounts, credentials and items, storage, audit, http, clock.
 */

export { type Case, openCaseStore } from './case-store.ts';
export { publicPages } from './public-pages.ts';
export { type PortalDeps, portalRoutes } from './routes.ts';
