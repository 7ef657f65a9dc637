/** Certificates as metadata records for another system: for a purpose, each reading in the log of whom it is about. */
import { type Certificate, type Metadata, type MetadataOf, writeMetadata } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

type Deps = Pick<Dependencies, 'audit' | 'catalogue' | 'credentials' | 'holders' | 'officials'>;

/** In one answer; the next page begins after the last id. */
const pageSize = 100;

export interface MetadataPage {
  records: Metadata[];
  next?: string;
}

/** One record, once its reading stands in the log. */
export const exportRecord = async (
  deps: Deps,
  certificate: Certificate,
  by: { actor: string; requestId?: string | undefined; purpose: string; unit?: string },
): Promise<Metadata> => {
  const type = deps.catalogue.get(certificate.type);
  const organisation = await deps.officials.tree.current();
  const unit = organisation.unit(certificate.issuer);
  const { actor, requestId, purpose } = by;
  for (const subject of certificate.holders)
    await deps.audit.append({
      action: 'certificate.metadata_exported',
      actor,
      subject,
      object: certificate.id,
      fields: type.fields.filter(({ kind }) => kind !== 'photo').map(({ name }) => name),
      result: 'ok',
      details: { purpose, ...(by.unit === undefined ? {} : { unit: by.unit }) },
      requestId,
    });
  return writeMetadata({
    certificate,
    type,
    issuer: {
      name: unit?.name ?? { zh: certificate.issuer, en: certificate.issuer },
      creditCode: unit?.creditCode ?? '',
    },
    holders: await holdersOf(deps, certificate),
  });
};

const holdersOf = async (deps: Deps, { id, holders }: Certificate): Promise<MetadataOf['holders']> => {
  const found: MetadataOf['holders'] = [];
  for (const holder of holders) {
    const known = await deps.holders.byId(holder);
    const hers = await deps.credentials.certificate(id, holder);
    if (known && hers) found.push({ kind: known.documentKind, fields: hers.fields });
  }
  return found;
};

/** One certificate, or a page of a type; only what the office's own departments issued. */
export const exportMetadata = async (
  deps: Dependencies,
  input: Acting & { certificate?: string; type?: string; after?: string; purpose: string },
): Promise<MetadataPage> => {
  const { capacity } = input.official;
  const organisation = await deps.officials.tree.current();
  const inReach = (issuer: string) => mayActOnIssuer(organisation, capacity, 'issuer_clerk', issuer);
  const by = { ...contextOf(input), purpose: input.purpose, unit: capacity.unit.id };
  if (input.certificate !== undefined) {
    const one = await deps.credentials.certificate(input.certificate);
    if (!one || !inReach(one.issuer)) throw new ServiceError('not_found');
    return { records: [await exportRecord(deps, one, by)] };
  }
  const type = deps.catalogue.get(input.type ?? '').id;
  const issuers = organisation.units.map(({ id }) => id).filter(inReach);
  const { after } = input;
  const page = await deps.credentials.pageOfIssuers({
    issuers,
    type,
    ...(after === undefined ? {} : { after }),
    limit: pageSize + 1,
  });
  const records: Metadata[] = [];
  for (const { id } of page.slice(0, pageSize)) {
    const one = await deps.credentials.certificate(id);
    if (one) records.push(await exportRecord(deps, one, by));
  }
  return { records, ...(page.length > pageSize ? { next: page[pageSize - 1]!.id } : {}) };
};
