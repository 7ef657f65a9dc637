/**
 * Ceremony: keys of the province made, and statements of its root signed, from one reviewed file, before two persons,
 * with a transcript that binds all of it. Owns src/ceremony. May import: keyring, trust, verifier/core, clock, errors.
 * A further operation is an entry of `operations.ts`: its schema, its line of the plan, what it does.
 */
export { type CeremonyFile, readCeremonyFile } from './ceremony-file.ts';
export { hashPassphrase } from './passphrase.ts';
export { type CeremonyPerson, type Confirm, confirmByBoth } from './persons.ts';
export { type CeremonyPlan, planCeremony } from './plan-ceremony.ts';
export { type ProvinceFile, readProvinceFile } from './province-file.ts';
export { type CeremonyReport, runCeremony } from './run-ceremony.ts';
export { type Transcript, transcriptText } from './transcript.ts';
export { tryCeremony } from './try-ceremony.ts';
