/**
 * A person who has nothing left to sign in with. Whoever holds the slip has the account, so no officer has it alone: one
 * has checked the card and proposes, another of the same unit checks again, agrees and gets the slip to hand over.
 */
import { randomBytes } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { StartSlip } from '../registration/index.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { assertHoldsNoOffice } from './people-at-counter.ts';
import type { Reset } from './reset-store.ts';

/** The person stands at the counter. */
const proposalSeconds = 3_600;

type ResetInput = Acting & { reset: string };

const record = (deps: Dependencies, reset: Reset, action: string, input: Acting) =>
  deps.audit.append({
    action,
    ...contextOf(input),
    subject: reset.account,
    object: reset.id,
    result: 'ok',
    details: { purpose: reset.purpose, phone: reset.phone, unit: reset.unit },
  });

/** Nobody resets herself, and no counter resets an official: with her account would go her office. */
const assertResettable = async (deps: Dependencies, accountId: string): Promise<void> => {
  const account = await deps.accounts.get(accountId);
  if (account?.state !== 'active') throw new ServiceError('not_found');
  await assertHoldsNoOffice(deps, accountId);
};

export const proposeReset = async (
  deps: Dependencies,
  input: Acting & Pick<Reset, 'account' | 'purpose' | 'phone'>,
): Promise<Reset> => {
  const { account, purpose, phone, official } = input;
  if (account === official.accountId) throw new ServiceError('second_person_needed');
  await assertResettable(deps, account);
  const proposedAt = seconds(deps.clock);
  const reset = await deps.resets.insert({
    id: `ar_${randomBytes(16).toString('base64url')}`,
    account,
    purpose,
    phone,
    unit: official.capacity.unit.id,
    proposedBy: official.accountId,
    proposedAt,
    expiresAt: proposedAt + proposalSeconds,
    state: 'open',
  });
  await record(deps, reset, 'reset.proposed', input);
  await deps.recoveries.announceReset(account);
  return reset;
};

/** Throws not_found outside the unit, proposal_ended, second_person_needed for her own. */
const openReset = async (deps: Dependencies, input: ResetInput): Promise<Versioned<Reset>> => {
  const { capacity, accountId } = input.official;
  const reset = await deps.resets.get(input.reset);
  if (reset === undefined || reset.unit !== capacity.unit.id) throw new ServiceError('not_found');
  // Broken off after she agreed: she may finish it.
  const isOwnRemainder = reset.state === 'approved' && reset.decidedBy === accountId;
  if ((reset.state !== 'open' && !isOwnRemainder) || seconds(deps.clock) >= reset.expiresAt)
    throw new ServiceError('proposal_ended');
  if (reset.proposedBy === accountId) throw new ServiceError('second_person_needed');
  return reset;
};

const put = async (
  deps: Dependencies,
  reset: Versioned<Reset>,
  state: Reset['state'],
  by: string,
): Promise<Versioned<Reset>> => {
  try {
    return await deps.resets.replace({ ...reset, state, decidedBy: by, decidedAt: seconds(deps.clock) });
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('proposal_ended');
    throw error;
  }
};

/** Of parallel approvals one counts. The slip is in this answer and nowhere else. */
export const approveReset = async (
  deps: Dependencies,
  input: ResetInput,
): Promise<{ reset: Reset; slip: StartSlip }> => {
  const open = await openReset(deps, input);
  const { accountId } = input.official;
  const offices = await deps.officials.capacities.of(open.proposedBy, []);
  const isLead = offices.some(
    (office) =>
      office.kind === 'office' && office.unit.id === open.unit && office.roles.includes('counter_lead'),
  );
  if (!isLead) throw new ServiceError('proposal_ended');
  await assertResettable(deps, open.account);
  const approved = await put(deps, open, 'approved', accountId);
  await record(deps, approved, 'reset.approved', input);
  const { actor } = contextOf(input);
  await deps.recoveries.resetAuthenticators(approved.account, actor);
  if (approved.phone === 'end') await deps.recoveries.endLostPhone(approved.account, actor);
  const slip = await deps.registration.makeStartCode(approved.account, accountId);
  return { reset: await put(deps, approved, 'done', accountId), slip };
};

export const declineReset = async (deps: Dependencies, input: ResetInput): Promise<Reset> => {
  const open = await openReset(deps, input);
  if (open.state !== 'open') throw new ServiceError('proposal_ended');
  const declined = await put(deps, open, 'declined', input.official.accountId);
  await record(deps, declined, 'reset.declined', input);
  return declined;
};

/** What waits in the officer's unit, oldest first. */
export const listResets = async (deps: Dependencies, { official }: Acting): Promise<Reset[]> => {
  const now = seconds(deps.clock);
  const found: Reset[] = [];
  for (let after: string | undefined; ; ) {
    const page = await deps.resets.find('unit', official.capacity.unit.id, { after, limit: 500 });
    found.push(...page.filter(({ state, expiresAt }) => state === 'open' && now < expiresAt));
    if (page.length < 500) return found.sort((a, b) => a.proposedAt - b.proposedAt);
    after = page.at(-1)!.id;
  }
};
