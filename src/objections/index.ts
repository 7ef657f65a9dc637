/**
 * Objections 异议: a field is wrong, somebody did not accept it, data is to be deleted. Each goes to the office that answers,
 * is answered there, and the person sees how far it is (SHR-3, credentials §5). Owns src/objections. May import: the
 * public faces of accounts, audit, credentials and wallet (its guard), storage's ports, http, clock, errors.
 */
export type { Answer } from './answer-objection.ts';
export { createObjections, type Objections, type ShownObjection } from './create-objections.ts';
export type { Filing, ObjectionDeps } from './dependencies.ts';
export type { Filed } from './file-objection.ts';
export type { AskedOf, Objection, ObjectionKind } from './objection.ts';
export { type ObjectionRoutesDeps, objectionRoutes } from './routes.ts';
