/** The organisation tree 组织架构 at one moment: units, each with its credit code and region, and who stands above whom. */
export interface OrgUnit {
  /** Short id; the issuing department of the same id is this unit: `zj-police`. */
  id: string;
  /** GB 32100 */
  creditCode: string;
  name: { zh: string; en: string };
  /** 6, 9 or 12 digits */
  region: string;
  parent?: string;
}

export interface Organisation {
  /** Of the imported tree; 0 when there is none. */
  number: number;
  units: readonly OrgUnit[];
  unit(id: string): OrgUnit | undefined;
  /** True for the unit itself and for every unit below `above`. */
  isWithin(id: string, above: string): boolean;
}

/** The units were checked before: no cycle, every parent is there. */
export const organisationOf = (number: number, units: readonly OrgUnit[]): Organisation => {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  return {
    number,
    units,
    unit: (id) => byId.get(id),
    isWithin(id, above) {
      for (let at = byId.get(id); at; at = at.parent === undefined ? undefined : byId.get(at.parent)) {
        if (at.id === above) return true;
      }
      return false;
    },
  };
};
