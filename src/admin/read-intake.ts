import type { IntakeReport } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import type { IntakeDay } from './intake-history.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

/** A report covers a whole register, so its steward's office has to cover every department that issues from it. */
const registersInReach = async (deps: Dependencies, { official }: Acting) => {
  const organisation = await deps.officials.tree.current();
  return deps.registers.all().filter(({ id }) => {
    const types = deps.catalogue.types().filter(({ register }) => register === id);
    const issuers = types.flatMap((type) => type.issuers);
    return (
      issuers.length > 0 &&
      issuers.every((issuer) => mayActOnIssuer(organisation, official.capacity, 'register_steward', issuer))
    );
  });
};

export const listRegisters = async (deps: Dependencies, input: Acting) =>
  (await registersInReach(deps, input)).map(({ id, adapter }) => ({
    id,
    adapter,
    types: deps.catalogue.types().flatMap((type) => (type.register === id ? [type.id] : [])),
  }));

/** Faulty rows by line and reason (SHR-4), without values, and the counts of the days before. Reading it is audited. */
export const readIntake = async (
  deps: Dependencies,
  input: Acting & { register: string },
): Promise<IntakeReport & { history: IntakeDay[] }> => {
  const register = (await registersInReach(deps, input)).find(({ id }) => id === input.register);
  if (!register) throw new ServiceError('not_found');
  const report = await register.intake();
  await deps.intakeHistory.note(report);
  await deps.audit.append({
    action: 'register.intake_read',
    ...contextOf(input),
    object: register.id,
    result: 'ok',
    details: { rows: report.rows, blocked: report.blocked },
  });
  return { ...report, history: await deps.intakeHistory.of(register.id) };
};
