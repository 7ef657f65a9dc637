import { seconds } from '../clock.ts';
import { appendForEach } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { concernedOf, type Filing, type ObjectionDeps } from './dependencies.ts';
import { type AskedOf, filedBy, isOpen, newObjectionId, type Objection } from './objection.ts';

export type Filed =
  | { kind: 'wrong_field'; certificate: string; field: string; words: string; link?: string | undefined }
  | { kind: 'not_accepted'; certificate: string; where: string; words: string; link?: string | undefined }
  | { kind: 'delete_data'; of: AskedOf; words?: string | undefined };

/** So many may wait at one time: an office is not flooded. */
const mostOpen = 20;

const routed = async (
  deps: ObjectionDeps,
  filing: Filing,
  input: Filed,
): Promise<Omit<Objection, 'id' | 'account' | 'state' | 'filedAt'>> => {
  const { link, ...said } = { link: undefined, ...input };
  const { holder, office, mayHave } = await concernedOf(deps, filing, link);
  if (input.kind === 'delete_data') {
    // Her data is her own affair, whoever employs her.
    if (office) throw new ServiceError('wrong_capacity');
    const answering = await deps.answering(input.of);
    if (!answering) throw new ServiceError('not_found');
    const { kind, of, words } = input;
    return { kind, holder: holder.id, unit: answering.unit, askedOf: of, ...(words ? { words } : {}) };
  }
  const certificate = await deps.credentials.certificate(input.certificate, holder.id);
  // Another person's is simply not there.
  if (!certificate?.holders.includes(holder.id) || !mayHave(certificate.type))
    throw new ServiceError('not_found');
  const { type, issuer, identifier } = certificate;
  if (
    input.kind === 'wrong_field' &&
    !deps.catalogue.get(type).fields.some(({ name }) => name === input.field)
  )
    throw new ServiceError('invalid_request', { detail: 'the certificate has no such field' });
  return { ...said, holder: holder.id, unit: issuer, type, identifier, ...(link ? { link } : {}) };
};

const isSame = (one: Objection, other: Omit<Objection, 'id' | 'account' | 'state' | 'filedAt'>): boolean =>
  isOpen(one) &&
  one.kind === other.kind &&
  one.certificate === other.certificate &&
  one.field === other.field &&
  one.kind !== 'not_accepted' &&
  one.askedOf?.id === other.askedOf?.id;

/** Sends it to the office that answers. The same one sent again while it waits is the one that waits. */
export const fileObjection = async (
  deps: ObjectionDeps,
  filing: Filing,
  input: Filed,
): Promise<{ objection: Objection; isNew: boolean }> => {
  const what = await routed(deps, filing, input);
  const mine = await filedBy(deps.store, filing.accountId);
  const known = mine.find((one) => isSame(one, what));
  if (known) return { objection: known, isNew: false };
  if (mine.filter(isOpen).length >= mostOpen) throw new ServiceError('too_many_requests');
  const objection = await deps.store.insert({
    ...what,
    id: newObjectionId(),
    account: filing.accountId,
    state: 'open',
    filedAt: seconds(deps.clock),
  });
  await appendForEach(deps.audit, [filing.accountId, what.holder], {
    action: 'objection.filed',
    ...filing.context,
    object: objection.id,
    ...(what.field ? { fields: [what.field] } : {}),
    result: 'ok',
    details: {
      kind: what.kind,
      unit: what.unit,
      ...(what.type ? { type: what.type } : {}),
      ...(what.link ? { link: what.link } : {}),
    },
  });
  return { objection, isNew: true };
};
