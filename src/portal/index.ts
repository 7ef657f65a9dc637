/**
 * Portal: the seed of the one website for individuals and enterprises: service items and the cases people start.
 * Owns src/portal. May import: the public faces of accounts and credentials, catalogue, storage, audit, http, clock.
 */

export { type Case, openCaseStore } from './case-store.ts';
export { type PortalDeps, portalRoutes } from './routes.ts';
export { itemScope, serviceItems } from './service-items.ts';
