/**
 * Counters 窗口: enrolled devices, officers' shifts, what an item may see of whoever stands there, results of offline days,
 * posters (docs/counters.md). Owns src/counters. May import: the public faces of accounts, annotated-copies, audit,
 * credentials, items, officials, portal (its cases), registration (its face check), storage's ports, http, identifiers,
 * clock, errors.
 */
export type { BulkLimits } from './context.ts';
export type { Poster } from './counter-store.ts';
export { type Counters, type CountersDeps, createCounters } from './create-counters.ts';
export { type RevokeReason, revokeReasons } from './manage-counters.ts';
export type { Presented } from './posters.ts';
export * as counterSchema from './schema.ts';
