import type { ServiceItem } from '../items/index.ts';
import { coversRegion, type Organisation } from '../officials/index.ts';

/**
 * Whether a unit may handle an item: its own, that of the department it is a branch of, that of a unit below it, and, in
 * the hall of a local government 一窗受理, that of a department of the government above.
 */
export const worksFor = (organisation: Organisation, unit: string, item: ServiceItem): boolean => {
  if (organisation.isWithin(unit, item.unit) || organisation.isWithin(item.unit, unit)) return true;
  const department = organisation.unit(item.unit);
  for (let at = organisation.unit(unit); at?.parent && department; at = organisation.unit(at.parent)) {
    const isLocal = at.region !== department.region && coversRegion(department.region, at.region);
    if (isLocal && organisation.isWithin(item.unit, at.parent)) return true;
  }
  return false;
};
