/**
 * Certificates that a department approves one by one: the person who asked proposes, an approver of the department
 * decides. They stand in the same work list as the changes that clerks propose.
 */
import type { Application } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { maskName } from '../identifiers/index.ts';
import type { Acting, Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

/** As the work list shows it: her name masked, the register is read elsewhere. */
export interface ApplicationDecision {
  id: string;
  verb: 'issue';
  type: string;
  issuer: string;
  unit: string;
  applicant: string;
  proposedBy: string;
  proposedAt: number;
  expiresAt: number;
  state: 'open' | 'done' | 'declined';
  decidedBy?: string;
  decidedAt?: number;
  decidedReason?: string;
}

export const isApplication = (decision: string): boolean => decision.startsWith('ca_');

const shown = async (deps: Dependencies, one: Application): Promise<ApplicationDecision> => {
  const { id, type, issuer, holder, createdAt, expiresAt, state } = one;
  const { decidedBy, decidedAt, decidedReason } = one;
  const account = await deps.holders.byId(holder);
  return {
    id,
    verb: 'issue',
    type,
    issuer,
    unit: issuer,
    applicant: account ? maskName(account.name) : '',
    proposedBy: holder,
    proposedAt: createdAt,
    expiresAt,
    state: state === 'approved' ? 'done' : state,
    ...(decidedBy === undefined ? {} : { decidedBy, decidedAt }),
    ...(decidedReason === undefined ? {} : { decidedReason }),
  };
};

/** What waits for the office's own unit. */
export const listApplications = async (
  deps: Dependencies,
  { official }: Acting,
): Promise<ApplicationDecision[]> => {
  const waiting = await deps.credentials.applications.openOf([official.capacity.unit.id]);
  return Promise.all(waiting.map((one) => shown(deps, one)));
};

/** Throws not_found outside the approver's unit and reach, second_person_needed for her own, proposal_ended. */
export const decideApplication = async (
  deps: Dependencies,
  input: Acting & { decision: string; to: 'approved' | 'declined'; reason?: string },
): Promise<ApplicationDecision> => {
  const { capacity, accountId } = input.official;
  const one = await deps.credentials.applications.get(input.decision);
  const organisation = await deps.officials.tree.current();
  if (one?.issuer !== capacity.unit.id || !mayActOnIssuer(organisation, capacity, 'approver', one.issuer))
    throw new ServiceError('not_found');
  if (one.holder === accountId) throw new ServiceError('second_person_needed');
  return shown(
    deps,
    await deps.credentials.applications.decide({
      id: one.id,
      to: input.to,
      by: accountId,
      ...(input.reason === undefined ? {} : { reason: input.reason }),
      ...(input.requestId === undefined ? {} : { requestId: input.requestId }),
    }),
  );
};
