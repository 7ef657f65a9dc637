import type { OfficeCapacity } from '../accounts/index.ts';
import { mayAct, type Organisation, type Role } from '../officials/index.ts';

/** Whether an office may act, in this role, on what that department issues: its unit and its region (GRS-2). */
export const mayActOnIssuer = (
  organisation: Organisation,
  capacity: OfficeCapacity,
  role: Role,
  issuer: string,
): boolean => {
  const unit = organisation.unit(issuer);
  return unit !== undefined && mayAct(organisation, capacity, role, { unit: unit.id, region: unit.region });
};

/** Whether an office may look at what that department issues: as clerk or as approver. */
export const mayLookAtIssuer = (
  organisation: Organisation,
  capacity: OfficeCapacity,
  issuer: string,
): boolean =>
  mayActOnIssuer(organisation, capacity, 'issuer_clerk', issuer) ||
  mayActOnIssuer(organisation, capacity, 'approver', issuer);
