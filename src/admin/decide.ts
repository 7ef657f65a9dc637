/** The second pair of eyes: an approver of the same unit, another person than the clerk. */

import { seconds } from '../clock.ts';
import type { Certificate, RenewOperation } from '../credentials/index.ts';
import { type ErrorCode, ServiceError } from '../errors.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import { byRegister, type Decision, effects, startsFrom } from './decision-store.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { holdsRole, mayActOnIssuer } from './issuer-scope.ts';
import { registerDifference } from './register-difference.ts';

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
  if (decision.proposedBy === accountId || decision.firstBy === accountId)
    throw new ServiceError('second_person_needed');
  return decision;
};

const put = async (
  deps: Dependencies,
  decision: Versioned<Decision>,
  change: Partial<Decision>,
): Promise<Versioned<Decision>> => {
  try {
    return await deps.decisions.replace({ ...decision, ...change });
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('proposal_ended');
    throw error;
  }
};

const decided = (deps: Dependencies, state: Decision['state'], by: string): Partial<Decision> => ({
  state,
  decidedBy: by,
  decidedAt: seconds(deps.clock),
});

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
export const carryOut = async (
  deps: Dependencies,
  approved: Versioned<Decision>,
  requestId?: string,
): Promise<Decision> => {
  const by = approved.decidedBy!;
  const context = { actor: by === byRegister ? byRegister : `account:${by}`, requestId };
  const effect = effects[approved.verb];
  try {
    const certificate = await deps.credentials.certificate(approved.certificate);
    if (!certificate) throw new ServiceError('not_found');
    if ('operation' in effect) await renew(deps, approved, certificate, effect.operation, context);
    else if (certificate.state !== effect.to)
      await deps.credentials.changeState(certificate.id, effect.to, approved.reason, context);
  } catch (error) {
    // The certificate is in another state by now: this decision has no object any more.
    if (error instanceof ServiceError && objectless.includes(error.code))
      await put(deps, approved, decided(deps, 'failed', by));
    throw error;
  }
  return put(deps, approved, decided(deps, 'done', by));
};

const objectless: readonly ErrorCode[] = ['certificate_state', 'not_found', 'nothing_to_renew'];

const renew = async (
  deps: Dependencies,
  { decidedAt }: Decision,
  { id, holders, operation: last, stateChangedAt }: Certificate,
  operation: RenewOperation,
  context: { actor: string; requestId?: string | undefined },
): Promise<void> => {
  // Begun before a crash, and done.
  if (last === operation && stateChangedAt >= decidedAt!) return;
  // Of several holders one whom the register still names, and of whom it says something new.
  for (const holder of holders) {
    const account = await deps.holders.byId(holder);
    if (!account) continue;
    const given = { account, certificateId: id, operation, context };
    if ((await deps.credentials.renew(given)) === 'reissued') return;
  }
  throw new ServiceError('nothing_to_renew');
};

/** Approves, and the certificate changes state. Of parallel approvals one counts. */
export const approveDecision = async (deps: Dependencies, input: DecisionInput): Promise<Decision> => {
  const decision = await openDecision(deps, input);
  const by = input.official.accountId;
  // Who proposed has to be a clerk of that unit still.
  if (
    decision.proposedBy !== byRegister &&
    !(await holdsRole(deps, decision.unit, decision.proposedBy, 'issuer_clerk'))
  )
    throw new ServiceError('proposal_ended');
  if (decision.second && decision.firstBy === undefined) {
    const agreed = await put(deps, decision, { firstBy: by });
    await record(deps, agreed, 'decision.approved', input);
    return agreed;
  }
  if (decision.firstBy !== undefined && !(await holdsRole(deps, decision.unit, decision.firstBy, 'approver')))
    throw new ServiceError('proposal_ended');
  if (decision.proposedBy === byRegister) await requireSameDifference(deps, decision, by);
  const approved = await put(deps, decision, decided(deps, 'approved', by));
  await record(deps, approved, 'decision.approved', input);
  return carryOut(deps, approved, input.requestId);
};

/** The register may have taken back what it proposed. What it does not answer stays open. */
const requireSameDifference = async (
  deps: Dependencies,
  decision: Versioned<Decision>,
  by: string,
): Promise<void> => {
  const certificate = await deps.credentials.certificate(decision.certificate);
  const effect = effects[decision.verb];
  const isMoot = !certificate || !startsFrom(decision.verb).includes(certificate.state);
  if (isMoot || ('to' in effect && certificate.state === effect.to)) return; // carryOut says what becomes of it
  const difference = await registerDifference(deps, certificate);
  if (difference?.verb === decision.verb) return;
  // Should the register say it again, it is proposed again.
  await put(deps, decision, { ...decided(deps, 'failed', by), once: `ended|${decision.id}` });
  throw new ServiceError('nothing_to_renew');
};

/** Declines; what the register proposes is sent back with a reason, a code. */
export const declineDecision = async (
  deps: Dependencies,
  input: DecisionInput & { reason?: string | undefined },
): Promise<Decision> => {
  const decision = await openDecision(deps, input);
  const { reason } = input;
  if (decision.proposedBy === byRegister && reason === undefined)
    throw new ServiceError('invalid_request', { detail: 'a reason is needed to send this back' });
  const declined = await put(deps, decision, {
    ...decided(deps, 'declined', input.official.accountId),
    ...(reason === undefined ? {} : { decidedReason: reason }),
  });
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
  for (let after: string | undefined; ; ) {
    const page = await deps.decisions.find('state', 'approved', { after, limit: 500 });
    for (const decision of page) {
      try {
        await carryOut(deps, decision);
        count += 1;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
      }
    }
    if (page.length < 500) return count;
    after = page.at(-1)!.id;
  }
};
