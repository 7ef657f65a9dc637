import type { OfficeCapacity } from '../accounts/index.ts';
import { mayAct, type Organisation, type Role } from '../officials/index.ts';
import type { Dependencies } from './dependencies.ts';

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

/** Whether somebody holds a role in a unit at this moment: what she proposed or agreed to hangs on it. */
export const holdsRole = async (
  { officials }: Pick<Dependencies, 'officials'>,
  unit: string,
  account: string,
  role: Role,
): Promise<boolean> =>
  (await officials.capacities.of(account, [])).some(
    (office) => office.kind === 'office' && office.unit.id === unit && office.roles.includes(role),
  );

/** Whether an office may look at what that department issues: as clerk or as approver. */
export const mayLookAtIssuer = (
  organisation: Organisation,
  capacity: OfficeCapacity,
  issuer: string,
): boolean =>
  mayActOnIssuer(organisation, capacity, 'issuer_clerk', issuer) ||
  mayActOnIssuer(organisation, capacity, 'approver', issuer);
