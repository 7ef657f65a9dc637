/** What the person sees of what she asked for: what, of whom, how far it is, what was answered. */
import { maskName } from '../identifiers/index.ts';
import { type Filing, filedHere, type ObjectionDeps } from './dependencies.ts';
import type { Objection } from './objection.ts';

/** `corrected` is not written down anywhere: the certificate's own chain of versions says it. */
export const correctedBy = async (
  { credentials }: Pick<ObjectionDeps, 'credentials'>,
  { kind, identifier }: Objection,
): Promise<string | undefined> => {
  const next = kind === 'wrong_field' && identifier ? await credentials.superseded(identifier) : undefined;
  return next?.operation === 'correction' ? next.supersededBy : undefined;
};

export const showObjection = async (deps: ObjectionDeps, objection: Objection) => {
  const { id, kind, unit, certificate, type: typeId, field, askedOf, state, reason } = objection;
  const holder = objection.link && (await deps.families.actsFor(objection.account, objection.link));
  const { where, words, answer, filedAt, answeredAt } = objection;
  const type = typeId === undefined ? undefined : deps.catalogue.find(typeId);
  const corrected = state === 'correcting' ? await correctedBy(deps, objection) : undefined;
  return {
    id,
    kind,
    state: corrected ? 'corrected' : state,
    /** The office that answers. */
    office: await deps.unitName(unit),
    certificate,
    /** Of a child's or relative's certificate: the name, masked. */
    person: holder ? maskName(holder.name) : undefined,
    typeName: type?.name,
    field: type?.fields.find(({ name }) => name === field)?.label,
    of: askedOf && { ...askedOf, name: (await deps.answering(askedOf))?.name },
    where,
    words,
    filedAt,
    answeredAt,
    reason: reason === undefined ? undefined : (deps.reasonWords(reason) ?? { zh: reason, en: reason }),
    answer,
    /** Identifier of the version that put it right. */
    correctedBy: corrected,
  };
};

/** Newest first, of the capacity she acts in. */
export const listObjections = async (deps: ObjectionDeps, filing: Filing) => {
  const shown = (await filedHere(deps, filing)).sort(
    (a, b) => b.filedAt - a.filedAt || (a.id < b.id ? 1 : -1),
  );
  return { objections: await Promise.all(shown.map((one) => showObjection(deps, one))) };
};
