/**
 * What an item must agree on with itself, with the certificate types and departments, and with the other items.
 * Every check looks only at what could be read, so that one fault of shape does not hide the others.
 */
import type { Catalogue, CertificateType } from '../credentials/index.ts';
import type { ItemFault } from './item-fault.ts';
import type { ItemFile } from './item-file-schema.ts';
import type { ItemCertificate } from './service-item.ts';

/** An item as far as it could be read; a certificate that could not is undefined and keeps its place. */
export type ReadableItem = Partial<Omit<ItemFile, 'certificates'>> & {
  certificates?: (ItemCertificate | undefined)[];
};

export interface ItemSurroundings {
  catalogue: Catalogue;
  /** Ids of the departments. */
  units: ReadonlySet<string>;
}

type Report = (path: string, wrong: string, todo: string) => void;

const repeated = (values: readonly unknown[]): number[] =>
  values.flatMap((value, i) => (value !== undefined && values.indexOf(value) < i ? [i] : []));

const oneOf = (names: Iterable<string>): string => `use one of ${[...names].join(', ')}`;

const checkUnit = ({ unit }: ReadableItem, { units }: ItemSurroundings, report: Report): void => {
  if (unit !== undefined && !units.has(unit))
    report('unit', `names no department that we know (“${unit}”)`, oneOf(units));
};

const checkLegalBasis = ({ legalBasis }: ReadableItem, report: Report): void => {
  if (legalBasis && !/《[^》]+》/.test(legalBasis.zh))
    report('legalBasis.zh', 'names no law', 'write the name of the law in 《》');
};

const checkWho = ({ who, delegate }: ReadableItem, report: Report): void => {
  for (const i of repeated(who ?? [])) report(`who[${i}]`, 'is said twice', 'take one out');
  if (delegate && who?.every((kind) => kind === 'official')) {
    report(
      'delegate',
      'lets somebody act for an official',
      'write false, because an official acts in her own name',
    );
  }
};

const checkCertificate = (
  { fields }: ItemCertificate,
  path: string,
  { type, who }: { type: CertificateType; who: ReadableItem['who'] },
  report: Report,
): void => {
  const known = type.fields.map(({ name }) => name);
  fields.forEach((field, i) => {
    if (!known.includes(field))
      report(`${path}.fields[${i}]`, `is no field of ${type.id} (“${field}”)`, oneOf(known));
  });
  for (const i of repeated(fields)) report(`${path}.fields[${i}]`, 'is named twice', 'take one out');
  // An official reads other people's certificates; everybody else her own.
  const holders = type.holderKind === 'either' ? (['person', 'enterprise'] as const) : [type.holderKind];
  if (who && !who.includes('official') && !holders.some((kind) => who.includes(kind))) {
    report(
      `${path}.type`,
      `is held by a kind of user who may not use the item (${type.holderKind})`,
      `add ${type.holderKind} to who, or take the certificate out`,
    );
  }
};

const checkCertificates = (item: ReadableItem, { catalogue }: ItemSurroundings, report: Report): void => {
  const certificates = item.certificates ?? [];
  certificates.forEach((certificate, i) => {
    if (!certificate) return;
    const path = `certificates[${i}]`;
    const type = catalogue.find(certificate.type);
    if (type) checkCertificate(certificate, path, { type, who: item.who }, report);
    else {
      const ids = catalogue.types().map(({ id }) => id);
      report(`${path}.type`, `names no certificate type (“${certificate.type}”)`, oneOf(ids));
    }
  });
  for (const i of repeated(certificates.map((certificate) => certificate?.type))) {
    report(`certificates[${i}].type`, 'is listed twice', 'put all of its fields into one entry');
  }
};

const checkLevel = (
  { level, certificates }: ReadableItem,
  { catalogue }: ItemSurroundings,
  report: Report,
) => {
  if (!level) return;
  const types = (certificates ?? []).flatMap((certificate) => {
    const type = certificate && catalogue.find(certificate.type);
    return type ? [type] : [];
  });
  for (const number of ['proofing', 'authenticator'] as const) {
    const [strictest] = types.toSorted((a, b) => b.level[number] - a.level[number]);
    const asked = strictest?.level[number] ?? 0;
    if (level[number] < asked) {
      report(
        `level.${number}`,
        `is ${level[number]}, and the certificate type ${strictest!.id} asks for ${asked}`,
        `write ${asked} or more`,
      );
    }
  }
};

const checkCosts = (item: ReadableItem, report: Report): void => {
  for (const cost of ['visits', 'papers'] as const) {
    const { before, now } = item[cost] ?? { before: 0, now: 0 };
    if (now > before) {
      report(`${cost}.now`, `is more than before (${now} > ${before})`, `write a number from 0 to ${before}`);
    }
  }
  if (item.handled === 'online' && item.visits && item.visits.now > 0) {
    report(
      'visits.now',
      `asks for ${item.visits.now} visit(s) of an item that is handled online only`,
      'write 0, or make handled both',
    );
  }
};

const checkPrefill = ({ prefill, certificates, handled }: ReadableItem, report: Report): void => {
  if (!prefill) return;
  if (certificates?.length === 0)
    report('prefill', 'has nothing to fill in with', 'list a certificate with its fields, or write false');
  if (handled === 'counter')
    report('prefill', 'fills in a form of an item that has none online', 'write false, or make handled both');
};

/** Faults inside one item, and of what it refers to. */
export const checkItem = (file: string, item: ReadableItem, surroundings: ItemSurroundings): ItemFault[] => {
  const faults: ItemFault[] = [];
  const report: Report = (path, wrong, todo) => faults.push({ file, path, wrong, todo });
  checkUnit(item, surroundings, report);
  checkLegalBasis(item, report);
  checkWho(item, report);
  checkCertificates(item, surroundings, report);
  checkLevel(item, surroundings, report);
  checkCosts(item, report);
  checkPrefill(item, report);
  return faults;
};

/** Faults between items: what must be unique in the province. */
export const checkAcrossItems = (
  items: readonly { file: string; code: string; item: ReadableItem }[],
): ItemFault[] => {
  const faults: ItemFault[] = [];
  const owners = new Map<string, string>();
  const claim = (fault: Omit<ItemFault, 'wrong'>, space: string, value: string | undefined): void => {
    if (value === undefined) return;
    const key = `${space} ${value}`;
    const owner = owners.get(key);
    if (owner) faults.push({ ...fault, wrong: `is taken by ${owner}` });
    else owners.set(key, fault.file);
  };
  for (const { file, code, item } of items) {
    claim({ file, path: 'the code', todo: 'rename the file' }, 'code', code);
    // People choose by name on the consent page and in a mandate.
    const todo = 'give it a name that people can tell apart';
    claim({ file, path: 'name.zh', todo }, 'zh', item.name?.zh);
    claim({ file, path: 'name.en', todo }, 'en', item.name?.en);
  }
  return faults;
};
