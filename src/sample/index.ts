/**
 * Sample: the invented province of config/sample loaded into an empty store, and the sample apps beside the server.
 * Development only. Owns src/sample. May import: the public faces of accounts, credentials and oidc, storage.
 */

export { greeting, sandboxGreeting } from './greeting.ts';
export { loadSampleOrganisation } from './load-sample-organisation.ts';
export {
  type LoadedPerson,
  loadSampleProvince,
  renewPasswords,
  type SampleDeps,
} from './load-sample-province.ts';
export { type SampleApp, startSampleApps } from './start-sample-apps.ts';
