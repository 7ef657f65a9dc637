/**
 * Admin: the departments' API: their certificates with two pairs of eyes, offers, registers, posts and administrators.
 * Owns src/admin. May import: officials', credentials', accounts' and audit's public faces, storage, http, clock.
 */
export { type Access, access, isAllowed, type RouteName } from './access.ts';
export { type Admin, type CreateAdminInput, createAdmin } from './create-admin.ts';
export { exportRecord } from './export-metadata.ts';
export { reasonWords } from './reasons.ts';
export { type AdminRoutesDeps, adminRoutes } from './routes.ts';
