/**
 * Tickets 票据: the old way of signing in (servicecode, ticket, signed back-end calls), kept for apps that have not moved
 * to OpenID Connect, each until a day of its own (NET-6, docs/tickets.md). A client of our own login; it decides nobody's
 * sign-in. Beside it, the ids such apps knew people by. Owns src/tickets.
 * May import: the public faces of oidc, accounts, audit, credentials (CSV), storage, http, identifiers, clock, errors.
 */
export { createTickets, type Tickets } from './create-tickets.ts';
export { createLegacyIds, type LegacyIds } from './legacy-ids.ts';
export { ticketRoutes } from './routes.ts';
