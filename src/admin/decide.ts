/** The second pair of eyes: an approver of the same unit, another person than the clerk. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import { type Decision, verbs } from './decision-store.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { mayActOnIssuer } from './issuer-scope.ts';

type DecisionInput = Acting & { decision: string };

/** Throws not_found outside the approver's unit and reach, proposal_ended, second_person_needed for her own. */
const openDecision = async (deps: Dependencies, input: DecisionInput): Promise<Versioned<Decision>> => {
  const { capacity, accountId } = input.official;
  const decision = await deps.decisions.get(input.decision);
  const organisation = await deps.officials.tree.current();
  if (
    !decision ||
    decision.unit !== capacity.unit.id ||
    !mayActOnIssuer(organisation, capacity, 'approver', decision.issuer)
  )
    throw new ServiceError('not_found');
  if (decision.state !== 'open' || seconds(deps.clock) >= decision.expiresAt)
    throw new ServiceError('proposal_ended');
  if (decision.proposedBy === accountId) throw new ServiceError('second_person_needed');
  return decision;
};

const put = async (
  deps: Dependencies,
  decision: Versioned<Decision>,
  state: Decision['state'],
  by: string,
  reason?: string,
): Promise<Versioned<Decision>> => {
  try {
    return await deps.decisions.replace({
      ...decision,
      state,
      decidedBy: by,
      decidedAt: seconds(deps.clock),
      ...(reason === undefined ? {} : { decidedReason: reason }),
    });
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('proposal_ended');
    throw error;
  }
};

const record = (deps: Dependencies, decision: Decision, action: string, input: Acting) =>
  deps.audit.append({
    action,
    ...contextOf(input),
    object: decision.id,
    result: 'ok',
    details: {
      verb: decision.verb,
      certificate: decision.certificate,
      unit: decision.unit,
      ...(decision.decidedReason === undefined ? {} : { reason: decision.decidedReason }),
    },
  });

/** Carries out what was approved; safe to run again. */
const carryOut = async (
  deps: Dependencies,
  approved: Versioned<Decision>,
  requestId?: string,
): Promise<Decision> => {
  const to = verbs[approved.verb];
  const by = approved.decidedBy!;
  try {
    const certificate = await deps.credentials.certificate(approved.certificate);
    if (certificate?.state !== to)
      await deps.credentials.changeState(approved.certificate, to, approved.reason, {
        actor: `account:${by}`,
        requestId,
      });
  } catch (error) {
    // The certificate is in another state by now: this decision has no object any more.
    if (error instanceof ServiceError && (error.code === 'certificate_state' || error.code === 'not_found'))
      await put(deps, approved, 'failed', by);
    throw error;
  }
  return put(deps, approved, 'done', by);
};

/** Approves, and the certificate changes state. Of parallel approvals one counts. */
export const approveDecision = async (deps: Dependencies, input: DecisionInput): Promise<Decision> => {
  const decision = await openDecision(deps, input);
  // Who proposed has to be a clerk of that unit still.
  const offices = await deps.officials.capacities.of(decision.proposedBy, []);
  const isClerk = offices.some(
    (office) =>
      office.kind === 'office' && office.unit.id === decision.unit && office.roles.includes('issuer_clerk'),
  );
  if (!isClerk) throw new ServiceError('proposal_ended');
  const approved = await put(deps, decision, 'approved', input.official.accountId);
  await record(deps, approved, 'decision.approved', input);
  return carryOut(deps, approved, input.requestId);
};

export const declineDecision = async (
  deps: Dependencies,
  input: DecisionInput & { reason?: string },
): Promise<Decision> => {
  const { accountId } = input.official;
  const declined = await put(deps, await openDecision(deps, input), 'declined', accountId, input.reason);
  await record(deps, declined, 'decision.declined', input);
  return declined;
};

/** What waits in the official's unit, oldest first. */
export const listDecisions = async (deps: Dependencies, input: Acting): Promise<Decision[]> => {
  const now = seconds(deps.clock);
  const found: Decision[] = [];
  for (let after: string | undefined; ; ) {
    const page = await deps.decisions.find('unit', input.official.capacity.unit.id, { after, limit: 500 });
    found.push(...page.filter(({ state, expiresAt }) => state === 'open' && now < expiresAt));
    if (page.length < 500) return found.sort((a, b) => a.proposedAt - b.proposedAt);
    after = page.at(-1)!.id;
  }
};

/** Carries out what was approved when a crash came between; returns how many. */
export const resumeDecisions = async (deps: Dependencies): Promise<number> => {
  let count = 0;
  for (const decision of await deps.decisions.find('state', 'approved', { limit: 500 })) {
    try {
      await carryOut(deps, decision);
      count += 1;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  return count;
};
