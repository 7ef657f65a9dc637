import type { OfficeCapacity } from '../accounts/index.ts';
import type { Organisation } from './organisation.ts';
import { coversRegion } from './region.ts';
import type { Role } from './roles.ts';

export interface Target {
  /** Unit id: the capacity's own unit or one below it. */
  unit?: string;
  /** Region code within the capacity's region (GRS-2). */
  region?: string;
}

/** Whether an official in this capacity may do this role's work on the target. All that is named has to hold. */
export const mayAct = (
  organisation: Organisation,
  capacity: OfficeCapacity,
  role: Role,
  target: Target,
): boolean => {
  if (!capacity.roles.includes(role)) return false;
  if (target.unit !== undefined && !organisation.isWithin(target.unit, capacity.unit.id)) return false;
  return target.region === undefined || coversRegion(capacity.unit.region, target.region);
};
