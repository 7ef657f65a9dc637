/**
 * Families 亲属代办: a guardian 监护人 acts for a child under 14, a relative for an adult who agreed to it (ZLB-5).
 * Owns src/families. May import: the public faces of accounts, credentials, registration, officials, audit, wallet (its
 * card), my-account (its pages), storage's ports, http, identifiers, clock, errors.
 */
export type { NamedPerson } from './add-child.ts';
export { birthDateOf, fourteenthBirthday, isChild } from './age.ts';
export type { Act } from './context.ts';
export { createFamilies, type Families, type FamiliesDeps } from './create-families.ts';
export { type CounterRecord, type EndReason, type Link, mostLinks } from './family.ts';
export { type FamilyPagesDeps, familyPages } from './pages/family-pages.ts';
export type { CounterInput } from './record-at-counter.ts';
export { openFileGuardianRegister } from './register/file-guardian-register.ts';
export {
  type GuardianRegister,
  noGuardianRegister,
  openHttpGuardianRegister,
} from './register/guardian-register.ts';
export { type FamilyRoutesDeps, familyRoutes } from './routes.ts';
export type { FamilyView, LinkView } from './write-views.ts';
