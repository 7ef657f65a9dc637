/**
 * Annotated copies 加注件 (CTR-3): an office, or the app of a case, takes the fields of its item into the file, with maker,
 * time, purpose and expiry. Owns src/annotated-copies. May import: the public faces of accounts, audit, credentials, items,
 * officials, portal (its cases), storage's ports, http, identifiers, clock, errors.
 */
export { type AnnotatedCopyDesk, createAnnotatedCopyDesk, type DeskDeps } from './make-for-case.ts';
export { annotatedCopyRoutes } from './routes.ts';
export { makeCopyBody } from './schema.ts';
