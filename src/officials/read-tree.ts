/** Reads an organisation tree from YAML. Every fault is reported, not only the first. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { checkCreditCode } from '../identifiers/index.ts';
import type { OrgUnit } from './organisation.ts';
import { coversRegion, isKnownRegion } from './region.ts';

const text = z.string().trim().min(1).max(200);
const unitId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens');

const unitSchema = z.strictObject({
  id: unitId,
  creditCode: z
    .string()
    .refine(
      (code) => checkCreditCode(code).ok,
      'must be a credit code with a right check character (GB 32100)',
    ),
  name: z.strictObject({ zh: text, en: text }),
  region: z.string().refine(isKnownRegion, 'must be a present region code (GB/T 2260)'),
  parent: unitId.optional(),
});

/** All faults of a tree at once; `message` is ready to print. */
export class OrganisationError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The organisation tree has ${faults.length} fault(s):\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'OrganisationError';
    this.faults = faults;
  }
}

interface Issuer {
  id: string;
  creditCode: string;
}

/** The units of a tree file; `issuers` are the departments that have to be in it. Throws OrganisationError. */
export const readTree = (yaml: string, issuers: readonly Issuer[] = []): OrgUnit[] => {
  const document = parseDocument(yaml);
  if (document.errors.length > 0)
    throw new OrganisationError(document.errors.map((error) => error.message.split('\n')[0]!));
  const entries: unknown = document.toJS();
  if (!Array.isArray(entries) || entries.length === 0)
    throw new OrganisationError(['the file must be a list of units']);
  const faults: string[] = [];
  const units: OrgUnit[] = [];
  entries.forEach((entry: unknown, index) => {
    const parsed = unitSchema.safeParse(entry);
    const label = labelOf(entry, index);
    if (parsed.success) units.push(parsed.data);
    else {
      for (const issue of parsed.error.issues)
        faults.push(`${label}: ${issue.path.join('.') || 'unit'}: ${issue.message}`);
    }
  });
  const ids = entries.map((entry: unknown, index) => labelOf(entry, index));
  faults.push(
    ...repeated(units, 'id'),
    ...repeated(units, 'creditCode'),
    ...parentFaults(units, new Set(ids)),
    ...cycles(units),
    ...issuerFaults(units, new Set(ids), issuers),
  );
  if (faults.length > 0) throw new OrganisationError(faults);
  return units;
};

const labelOf = (entry: unknown, index: number): string => {
  const id = (entry as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : `unit ${index + 1}`;
};

const repeated = (units: readonly OrgUnit[], key: 'id' | 'creditCode'): string[] => {
  const seen = new Set<string>();
  return units.flatMap((unit) => {
    if (seen.has(unit[key])) return [`${unit.id}: ${key}: is used twice`];
    seen.add(unit[key]);
    return [];
  });
};

const parentFaults = (units: readonly OrgUnit[], ids: ReadonlySet<string>): string[] => {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  return units.flatMap(({ id, parent, region }) => {
    if (parent === undefined) return [];
    if (!ids.has(parent)) return [`${id}: parent: there is no unit ${parent}`];
    const above = byId.get(parent);
    return above && !coversRegion(above.region, region)
      ? [`${id}: region: lies outside the region of its parent ${parent}`]
      : [];
  });
};

const cycles = (units: readonly OrgUnit[]): string[] => {
  const parentOf = new Map(units.map((unit) => [unit.id, unit.parent]));
  const judged = new Set<string>();
  const faults: string[] = [];
  for (const { id } of units) {
    const path: string[] = [];
    let at: string | undefined = id;
    while (at !== undefined && !judged.has(at) && !path.includes(at)) {
      path.push(at);
      at = parentOf.get(at);
    }
    if (at !== undefined && path.includes(at))
      faults.push(
        `${at}: parent: goes round in a circle: ${[...path.slice(path.indexOf(at)), at].join(' < ')}`,
      );
    for (const step of path) judged.add(step);
  }
  return faults;
};

/** A certificate names its issuer by credit code, so both files have to say the same one. */
const issuerFaults = (
  units: readonly OrgUnit[],
  ids: ReadonlySet<string>,
  issuers: readonly Issuer[],
): string[] =>
  issuers.flatMap(({ id, creditCode }) => {
    if (!ids.has(id)) return [`${id}: this issuing department is not in the tree`];
    const unit = units.find((candidate) => candidate.id === id);
    return unit && unit.creditCode !== creditCode
      ? [`${id}: creditCode: differs from the one in the list of departments`]
      : [];
  });
