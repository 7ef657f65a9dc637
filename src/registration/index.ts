/**
 * Registration: how an account comes to be, at a phone or at a counter, and how its proofing level rises.
 * Owns src/registration. May import: accounts' public face, credentials' population list and way of asking, items, storage, audit,
 * identifiers, http, clock, errors.
 */
export {
  type CertificateCheck,
  createCertificateCheck,
  openHttpRevocation,
} from './certificate-check.ts';
export { comparableName, isSameName, standardName } from './compare-names.ts';
export { createRegistration, type Registration, type RegistrationDeps } from './create-registration.ts';
export {
  createSampleFaceCheck,
  type FaceAnswer,
  type FaceCheck,
  isSampleFaceCheck,
} from './face-check.ts';
export { openFilePopulationCheck } from './file-population-check.ts';
export { type HttpPopulationSettings, openHttpPopulationCheck } from './http-population-check.ts';
export { type Identity, judgeIdentity } from './judge-identity.ts';
export { claimExists, levelAttributes, levelTable, proofingLevels } from './levels.ts';
export type { OfficerOpening } from './open-by-officer.ts';
export { passwordFields } from './pages/opening-pages.ts';
export { identityFaultTexts } from './pages/words.ts';
export { noPopulation, type PopulationAnswer, type PopulationCheck } from './population-check.ts';
export { neededPurpose, purposeTexts } from './privacy-notice.ts';
export type { GivenConsent } from './registration-store.ts';
export { type RegistrationRoutesDeps, registrationRoutes } from './routes.ts';
export type { StartSlip } from './start-codes.ts';
export { slipHtml, slipText } from './start-slip.ts';
export { todayInChina } from './today.ts';
export { writeLevels } from './write-levels.ts';
