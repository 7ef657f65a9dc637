/** What people ask of an office: a field is wrong, somebody did not accept it, data is to be deleted. Answered by one. */
import { ServiceError } from '../errors.ts';
import { maskName } from '../identifiers/index.ts';
import type { Answer, Objection } from '../objections/index.ts';
import { mayAct } from '../officials/index.ts';
import type { Versioned } from '../storage/index.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { proposeDecision } from './propose-decision.ts';

/** A reviewer of apps answers for what an app has; a clerk for certificates and for the office itself. */
const inReach = async (deps: Dependencies, { official }: Acting, unit: string, kind: Objection['kind']) => {
  const organisation = await deps.officials.tree.current();
  const { capacity } = official;
  return (
    mayAct(organisation, capacity, 'issuer_clerk', { unit }) ||
    (kind === 'delete_data' && mayAct(organisation, capacity, 'app_reviewer', { unit }))
  );
};

/** A proposal that came to nothing leaves it to be answered again. */
const isUnderWay = async (deps: Dependencies, { state, decision }: Objection): Promise<boolean> => {
  if (state !== 'correcting' || decision === undefined) return false;
  const proposed = await deps.decisions.get(decision);
  return proposed?.state === 'open' || proposed?.state === 'approved';
};

const shownLine = async (deps: Dependencies, input: Acting, objection: Objection) => {
  const { id, kind, unit, certificate, type: typeId, field, askedOf, filedAt, account } = objection;
  const type = typeId === undefined ? undefined : deps.catalogue.find(typeId);
  const person = await deps.accounts.get(account);
  return {
    id,
    kind,
    unit,
    certificate,
    type: typeId,
    field: field && (type?.fields.find(({ name }) => name === field)?.label ?? { zh: field, en: field }),
    of: askedOf,
    filedAt,
    underWay: await isUnderWay(deps, objection),
    /** Nobody decides on her own. */
    own: account === input.official.accountId,
    ...(person ? { person: maskName(person.name) } : {}),
  };
};

/** Of the office's unit and all below it, oldest first: no word of what people wrote. */
export const listObjections = async (deps: Dependencies, input: Acting) => {
  const { units, isWithin } = await deps.officials.tree.current();
  const own = units.filter(({ id }) => isWithin(id, input.official.capacity.unit.id));
  const waiting = (await Promise.all(own.map(({ id }) => deps.objections.waitingIn(id)))).flat();
  const reached: Objection[] = [];
  for (const one of waiting) if (await inReach(deps, input, one.unit, one.kind)) reached.push(one);
  reached.sort((a, b) => a.filedAt - b.filedAt);
  return { objections: await Promise.all(reached.map((one) => shownLine(deps, input, one))) };
};

const find = async (
  deps: Dependencies,
  input: Acting & { objection: string },
): Promise<Versioned<Objection>> => {
  const found = await deps.objections.get(input.objection);
  if (!found || !(await inReach(deps, input, found.unit, found.kind))) throw new ServiceError('not_found');
  return found;
};

/** What she wrote. The reading is in the log she sees. */
export const readObjection = async (deps: Dependencies, input: Acting & { objection: string }) => {
  const found = await find(deps, input);
  await deps.audit.append({
    action: 'objection.read',
    ...contextOf(input),
    subject: found.account,
    object: found.id,
    result: 'ok',
    details: { unit: found.unit },
  });
  return { ...(await shownLine(deps, input, found)), where: found.where, words: found.words };
};

/**
 * A wrong field is put right in the register first; then the correction is proposed here, by the same act as any other, and
 * a second official agrees to it.
 */
export const answerObjection = async (
  deps: Dependencies,
  input: Acting & { objection: string } & Omit<Answer, 'decision'>,
) => {
  const found = await find(deps, input);
  const { outcome, reason, text, official } = input;
  if (found.account === official.accountId) throw new ServiceError('second_person_needed');
  if (!(found.state === 'open' || (found.state === 'correcting' && !(await isUnderWay(deps, found)))))
    throw new ServiceError('conflict');
  const corrects = outcome === 'correct';
  if (corrects !== (corrects && found.kind === 'wrong_field') || (outcome === 'refuse' && !reason))
    throw new ServiceError('invalid_request', { detail: 'this answer does not fit what was asked' });
  const proposed =
    corrects &&
    (await proposeDecision(deps, {
      ...input,
      verb: 'correct',
      certificate: found.certificate!,
      reason: 'wrong_entry',
      key: `${found.id}-${found.ver}`,
    }));
  const answered = await deps.objections.answer(found, {
    outcome,
    reason,
    text,
    ...(proposed ? { decision: proposed.decision.id } : {}),
    by: official.accountId,
    context: contextOf(input),
  });
  const { id, state, decision } = answered;
  return { id, state, decision };
};
