/**
 * VC-API: issue and verify as W3C's test suites call it, so that the whole data model is checked from outside. It signs only
 * with keys made at its start, which are in no trust list; off unless `vcApi` is true, and refused in production.
 * Owns src/vc-api; it stores nothing. May import: verifier/core, http, clock, errors.
 */
export { createVcApi } from './create-vc-api.ts';
