/**
 * Enterprises: accounts of enterprises, their managers, and mandates 授权委托 to delegates and agent firms; the source of
 * a person's capacities in enterprises. Owns src/enterprises. May import: the public faces of accounts, audit, items and
 * credentials (its CSV reader), storage's ports, http, identifiers, clock, errors.
 */
export type { AcceptCodeInput, CodeOverride } from './accept-credit-code.ts';
export type { Holdings } from './close-person.ts';
export type { Act, NamedPerson } from './context.ts';
export {
  createEnterprises,
  type Enterprises,
  type EnterprisesDeps,
  type ReconcileReport,
} from './create-enterprises.ts';
export { type Enterprise, type Mandate, maxManagers, maxMandateSeconds, type Post } from './enterprise.ts';
export { type GiveMandateInput, itemsForMandates, type MandateTerms } from './give-mandate.ts';
export { loadSampleEnterprises } from './load-sample-enterprises.ts';
export {
  type EnterpriseRecord,
  type EnterpriseRegister,
  noEnterpriseRegister,
} from './register/enterprise-register.ts';
export { openFileEnterpriseRegister } from './register/file-enterprise-register.ts';
export { type EnterpriseRoutesDeps, enterpriseRoutes, enterpriseScope } from './routes.ts';
export type { EndedCapacity, EndListener, Notice } from './tell-events.ts';
export { writeEnterprise, writeMandate, writeNotice } from './write-views.ts';
