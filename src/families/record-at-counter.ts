/**
 * At the counter: an officer who has seen the guardianship paper, the relative herself or the court's decision records it
 * by its reference number; another officer confirms. Confirmed is the intent, the link follows, and a crash between the
 * two is finished by the periodic job.
 */
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { isSameName } from '../registration/index.ts';
import { Conflict, type Versioned } from '../storage/index.ts';
import { ensureChildAccount, type NamedPerson, readIdentity } from './add-child.ts';
import { birthdayOf, isChild } from './age.ts';
import { type Act, actingAccount, type CounterAct, countTry, type FamiliesContext } from './context.ts';
import { actingProofing, type CounterRecord, recordSeconds } from './family.ts';
import { newId } from './family-store.ts';
import { startLink } from './start-link.ts';

export interface CounterInput {
  basis: CounterRecord['basis'];
  actor: NamedPerson;
  holder: NamedPerson;
  evidence: string;
}

/** A file number, nobody's name. */
const evidencePattern = /^[\p{L}\p{N}〔〕（）()[\]\-/.:#号 ]{4,60}$/u;

const audited = (
  { audit }: FamiliesContext,
  act: Act,
  record: CounterRecord,
  verb: 'recorded' | 'confirmed' | 'declined' | 'failed',
) =>
  audit.append({
    action: `family_record.${verb}`,
    actor: `account:${act.accountId}`,
    subject: record.holder,
    object: record.id,
    result: verb === 'failed' ? 'failed' : 'ok',
    details: { basis: record.basis },
    ...(act.requestId ? { requestId: act.requestId } : {}),
  });

const findNamed = async (context: FamiliesContext, named: NamedPerson): Promise<Account> => {
  const { kind, number, name } = readIdentity(context, named);
  const found = await context.accounts.findByDocument(kind, number);
  if (found?.state !== 'active' || !isSameName(found.name, name)) throw new ServiceError('person_not_found');
  return found;
};

const findHolder = async (context: FamiliesContext, act: Act, input: CounterInput): Promise<Account> => {
  const identity = readIdentity(context, input.holder);
  const child = isChild(identity, seconds(context.clock));
  if (input.basis === 'guardianship') {
    if (!child) throw new ServiceError('not_a_child');
    const by = { actor: `account:${act.accountId}`, requestId: act.requestId };
    const account = await ensureChildAccount(context, identity, by);
    if (!account) throw new ServiceError('person_not_found');
    return account;
  }
  if (child) throw new ServiceError('child_needs_guardian');
  const holder = await findNamed(context, input.holder);
  const needed = input.basis === 'counter_consent' ? actingProofing : 2;
  if (holder.proofingLevel < needed) throw new ServiceError('proofing_too_low');
  return holder;
};

/** The first officer. Nobody records for herself. */
export const recordAtCounter = async (
  context: FamiliesContext,
  act: CounterAct,
  input: CounterInput,
): Promise<CounterRecord> => {
  const { store, clock } = context;
  const officer = await actingAccount(context, act);
  await countTry(context, officer.id);
  const evidence = input.evidence.trim();
  if (!evidencePattern.test(evidence)) {
    throw new ServiceError('invalid_request', {
      detail: 'evidence: the number of the paper, 4 to 60 characters',
    });
  }
  const actor = await findNamed(context, input.actor);
  if (actor.proofingLevel < actingProofing) throw new ServiceError('proofing_too_low');
  const holder = await findHolder(context, act, input);
  if (actor.id === holder.id || [actor.id, holder.id].includes(officer.id))
    throw new ServiceError('forbidden');
  const now = seconds(clock);
  const record = await store.records.insert({
    id: newId('fr'),
    basis: input.basis,
    actor: actor.id,
    holder: holder.id,
    evidence,
    unit: act.unit,
    recordedBy: officer.id,
    recordedAt: now,
    expiresAt: now + recordSeconds,
    state: 'recorded',
  });
  await audited(context, act, record, 'recorded');
  return record;
};

const carryOut = async (
  context: FamiliesContext,
  record: Versioned<CounterRecord>,
): Promise<CounterRecord> => {
  const holder = await context.accounts.get(record.holder);
  const birthday = holder && birthdayOf({ kind: holder.documentKind, number: holder.documentNumber });
  await startLink(context, {
    actor: record.actor,
    kind: record.basis === 'guardianship' ? 'guardian' : 'relative',
    state: 'active',
    holder: record.holder,
    ...(record.basis === 'guardianship' && birthday ? { birthday } : {}),
    basis: record.basis,
    record: record.id,
    by: `account:${record.decidedBy}`,
  });
  const { pending: _, ...done } = record;
  try {
    return await context.store.records.replace({ ...done, state: 'done' });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return (await context.store.records.get(record.id))!; // the job and the officer met
  }
};

/** The second officer. Four eyes of one unit: neither the first one, nor somebody whom it concerns. */
export const decideRecord = async (
  context: FamiliesContext,
  act: CounterAct,
  input: { record: string; decision: 'confirm' | 'decline' },
): Promise<CounterRecord> => {
  const { store, clock } = context;
  const officer = await actingAccount(context, act);
  const record = await store.records.get(input.record);
  if (record?.unit !== act.unit) throw new ServiceError('not_found');
  if (record.state !== 'recorded' || record.expiresAt <= seconds(clock))
    throw new ServiceError('proposal_ended');
  const confirms = input.decision === 'confirm';
  if (confirms && record.recordedBy === officer.id) throw new ServiceError('second_person_needed');
  if ([record.actor, record.holder].includes(officer.id)) throw new ServiceError('forbidden');
  const decided = { decidedBy: officer.id, decidedAt: seconds(clock) };
  let next: Versioned<CounterRecord>;
  try {
    next = await store.records.replace(
      confirms
        ? { ...record, ...decided, state: 'confirmed', pending: 'yes' }
        : { ...record, ...decided, state: 'declined' },
    );
  } catch (error) {
    if (error instanceof Conflict) throw new ServiceError('proposal_ended');
    throw error;
  }
  await audited(context, act, next, confirms ? 'confirmed' : 'declined');
  return confirms ? finishRecord(context, next) : next;
};

/** Writes the link of a confirmed record. What the rules refuse by now (ten links, linked already) ends the record. */
export const finishRecord = async (
  context: FamiliesContext,
  record: Versioned<CounterRecord>,
): Promise<CounterRecord> => {
  try {
    return await carryOut(context, record);
  } catch (error) {
    if (!(error instanceof ServiceError && error.code !== 'store_unavailable')) throw error;
    const { pending: _, ...over } = record;
    await context.store.records.replace({ ...over, state: 'declined' });
    await audited(context, { accountId: record.decidedBy! }, record, 'failed');
    throw error;
  }
};

/** What waits for the second officer, everywhere. */
export const waitingRecords = async ({ store, clock }: FamiliesContext): Promise<CounterRecord[]> => {
  const waiting: CounterRecord[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.records.find('state', 'recorded', { limit: 500, ...(after ? { after } : {}) });
    waiting.push(...page.filter(({ expiresAt }) => expiresAt > seconds(clock)));
    if (page.length < 500) return waiting;
    after = page.at(-1)!.id;
  }
};
