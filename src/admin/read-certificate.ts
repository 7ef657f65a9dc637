/** One certificate as its department sees it: masked, with its life; opened for a purpose that the holder can read. */
import type { AuditEntry } from '../audit/index.ts';
import { seconds } from '../clock.ts';
import type { Certificate, CertificateType, Holder } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { maskName, maskNumber, maskValue } from '../identifiers/index.ts';
import { stateNames } from '../wallet/index.ts';
import { listDecisions } from './decide.ts';
import { verbsFrom } from './decision-store.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer, mayLookAtIssuer } from './issuer-scope.ts';

type CertificateInput = Acting & { certificate: string };

/** Throws not_found outside the office's reach. */
export const certificateInReach = async (
  deps: Dependencies,
  input: CertificateInput,
): Promise<Certificate> => {
  const certificate = await deps.credentials.certificate(input.certificate);
  const organisation = await deps.officials.tree.current();
  if (!certificate || !mayLookAtIssuer(organisation, input.official.capacity, certificate.issuer))
    throw new ServiceError('not_found');
  return certificate;
};

const presentFields = (type: CertificateType, { fields }: Certificate) =>
  type.fields
    .filter(({ name }) => fields[name] !== undefined)
    .map((field) => ({ field, value: String(fields[field.name]) }));

/** What the certificate's own log says of its life. Who looked at it and where its holder keeps it is not told here. */
const notOfItsLife =
  /^certificate\.(issued|opened|read|copied|delivery|applied_for|application|looked_up)|^device\.|^offer\./;

const actorKind = (actor: string, holder: string): 'holder' | 'official' | 'system' => {
  if (actor === `account:${holder}`) return 'holder';
  return actor.startsWith('account:') ? 'official' : 'system';
};

const lifeOf = (entries: readonly AuditEntry[], { id, holders: [holder] }: Certificate) =>
  entries
    .filter(({ object, details }) => object === id || details?.certificate === id)
    .filter(({ action }) => !notOfItsLife.test(action))
    .map(({ action, actor, at, details = {} }) => {
      const { from, to, reason, verb } = details;
      const by = actorKind(actor, holder!);
      return { action, at: Math.floor(at / 1000), by, from, to, reason, verb };
    });

const copiesOf = async (deps: Dependencies, { id, holders }: Certificate) => {
  const now = seconds(deps.clock);
  const counts = new Map<string, { format: string; view?: string; signed: number; inForce: number }>();
  const copies = await Promise.all(holders.map((holder) => deps.credentials.copiesOf(holder)));
  for (const copy of copies.flat()) {
    if (copy.certificate !== id) continue;
    const { format, view, expiresAt } = copy;
    const key = `${format} ${view ?? ''}`;
    const count = counts.get(key) ?? { format, ...(view ? { view } : {}), signed: 0, inForce: 0 };
    count.signed += 1;
    if (expiresAt > now) count.inForce += 1;
    counts.set(key, count);
  }
  return [...counts.values()];
};

/** A firm's name and credit code are public. */
const shownHolder = ({ kind, name, documentNumber }: Holder) =>
  kind === 'enterprise'
    ? { name, number: documentNumber }
    : { name: maskName(name), number: maskNumber(documentNumber) };

/** What may be proposed now: whether one official is enough, and of state 99 the reasons that the type knows. */
const actsOn = ({ life }: CertificateType, { state, cardLostAt }: Certificate) => [
  ...verbsFrom(state)
    .filter((verb) => verb !== 'other' || life?.otherStates)
    .map((verb) => ({
      verb: verb as string,
      alone: life?.alone?.includes(verb) === true,
      ...(verb === 'other'
        ? { reasons: Object.fromEntries(life!.otherStates!.map(({ code, text }) => [code, text])) }
        : {}),
    })),
  ...(life?.physical && state === '01' && cardLostAt === undefined
    ? [{ verb: 'card_lost', alone: true }]
    : []),
];

/** Longer than any certificate's life in one person's log. */
const lifeEntries = 2_000;

export const readCertificate = async (deps: Dependencies, input: CertificateInput) => {
  const certificate = await certificateInReach(deps, input);
  const { id, identifier, type: typeId, issuer, state, stateReason, stateChangedAt } = certificate;
  const { validFrom, validUntil, createdAt } = certificate;
  const type = deps.catalogue.get(typeId);
  const [holders, entries, copies, organisation, waiting] = await Promise.all([
    Promise.all(certificate.holders.map((holder) => deps.holders.byId(holder))),
    deps.audit.about(certificate.holders[0]!, lifeEntries),
    copiesOf(deps, certificate),
    deps.officials.tree.current(),
    listDecisions(deps, input),
  ]);
  const mayPropose = mayActOnIssuer(organisation, input.official.capacity, 'issuer_clerk', issuer);
  return {
    id,
    identifier,
    type: typeId,
    typeName: type.name,
    issuer,
    state,
    stateName: stateNames[state],
    ...(stateReason === undefined ? {} : { stateReason }),
    stateChangedAt,
    validFrom,
    ...(validUntil === undefined ? {} : { validUntil }),
    createdAt,
    holders: holders.flatMap((holder) => (holder ? [shownHolder(holder)] : [])),
    fields: presentFields(type, certificate).map(({ field: { name, label, kind, mask }, value }) => ({
      name,
      label,
      masked: kind === 'photo' ? '****' : mask ? maskValue(mask, value) : value,
    })),
    life: lifeOf(entries, certificate),
    copies,
    /** What was proposed in this office's unit and waits. */
    waiting: waiting
      .filter(({ certificate: of }) => of === id)
      .map(({ id: decision, verb, proposedAt }) => ({ id: decision, verb, proposedAt })),
    /** What this office may do now. */
    acts: mayPropose ? actsOn(type, certificate) : [],
  };
};

/** The values, for a purpose. Rows of registers hold people's data, so every opening is written to each holder's log. */
export const openCertificate = async (deps: Dependencies, input: CertificateInput & { purpose: string }) => {
  const certificate = await certificateInReach(deps, input);
  const present = presentFields(deps.catalogue.get(certificate.type), certificate);
  for (const subject of certificate.holders)
    await deps.audit.append({
      action: 'certificate.opened_by_official',
      ...contextOf(input),
      subject,
      object: certificate.id,
      fields: present.map(({ field }) => field.name),
      result: 'ok',
      details: { purpose: input.purpose, unit: input.official.capacity.unit.id },
    });
  return {
    fields: present.map(({ field: { name, label, kind }, value }) => ({ name, label, kind, value })),
  };
};
