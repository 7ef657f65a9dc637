/** Batches over the API: a clerk proposes, another person of the unit approves, and the server works it off slowly. */
import { createHash } from 'node:crypto';
import type { BatchDocument, BatchProgress, FileFormat } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import { type Acting, contextOf, type Dependencies } from './dependencies.ts';
import { holdsRole, mayActOnIssuer } from './issuer-scope.ts';

/** Two rows at once: signing is CPU, and people sign in on the same cores. The command line joins in for a large one. */
const width = 2;

/** The departments of this type for which this office acts; a batch leaves rows of others alone. */
const issuersInReach = async (deps: Dependencies, { official }: Acting, type: string): Promise<string[]> => {
  const organisation = await deps.officials.tree.current();
  const { issuers } = deps.catalogue.get(type);
  return issuers.filter((issuer) => mayActOnIssuer(organisation, official.capacity, 'issuer_clerk', issuer));
};

/** The id is made from who asks and her key: a repeated request finds the batch it made. */
export const proposeBatch = async (
  deps: Dependencies,
  input: Acting & { type: string; copies?: FileFormat; key: string },
): Promise<BatchDocument> => {
  const { official, type, copies } = input;
  const issuers = await issuersInReach(deps, input, type);
  if (issuers.length === 0) throw new ServiceError('not_found');
  const made = createHash('sha256').update(JSON.stringify([official.accountId, input.key]));
  const id = `ib_${made.digest('base64url').slice(0, 22)}`;
  try {
    return await deps.batches.create({
      id,
      type,
      copies,
      issuers,
      actor: contextOf(input).actor,
      proposed: { unit: official.capacity.unit.id, by: official.accountId },
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const known = await deps.batches.get(id);
    const isSame =
      known?.unit === official.capacity.unit.id && known.type === type && known.copies === copies;
    if (!known || !isSame) throw new ServiceError('idempotency_key_reused');
    return known;
  }
};

/** What the unit proposed, newest first. */
export const listBatches = (deps: Dependencies, { official }: Acting): Promise<BatchDocument[]> =>
  deps.batches.ofUnit(official.capacity.unit.id);

const ownBatch = async (deps: Dependencies, { official, batch }: Acting & { batch: string }) => {
  const found = await deps.batches.get(batch);
  if (!found || found.unit !== official.capacity.unit.id) throw new ServiceError('not_found');
  return found;
};

/** How far it is, and every row that was refused, by line and reason (SHR-4). */
export const showBatch = async (deps: Dependencies, input: Acting & { batch: string }) => {
  const { id } = await ownBatch(deps, input);
  return { ...(await deps.batches.progress(id)), refusals: await deps.batches.refusals(id) };
};

/** Throws second_person_needed for one's own, proposal_ended. */
export const decideBatch = async (
  deps: Dependencies,
  input: Acting & { batch: string; to: 'running' | 'declined' },
): Promise<BatchProgress> => {
  const batch = await ownBatch(deps, input);
  const by = input.official.accountId;
  if (batch.proposedBy === by) throw new ServiceError('second_person_needed');
  // An approver of part of the unit's region does not answer for the rest of it.
  const organisation = await deps.officials.tree.current();
  const { capacity } = input.official;
  if (!batch.issuers?.every((issuer) => mayActOnIssuer(organisation, capacity, 'approver', issuer)))
    throw new ServiceError('not_found');
  // Who proposed has to be a clerk of that unit still.
  if (input.to === 'running' && !(await holdsRole(deps, batch.unit!, batch.proposedBy!, 'issuer_clerk')))
    throw new ServiceError('proposal_ended');
  await deps.batches.decide(batch.id, input.to, by);
  if (input.to === 'running') void workBatch(deps, batch.id);
  return deps.batches.progress(batch.id);
};

/** In the background. What stops it is in the audit; the batch goes on at the next start or on the command line. */
export const workBatch = async ({ batches, audit }: Dependencies, id: string): Promise<void> => {
  try {
    await batches.run(id, { width });
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : 'internal_error';
    await audit
      .append({ action: 'batch.stopped', actor: 'system', object: id, result: 'failed', details: { code } })
      .catch(() => undefined); // the store is closed: the server is stopping
  }
};

/** Goes on with what the unit's people approved before the server stopped. */
export const resumeBatches = async (deps: Dependencies): Promise<void> => {
  for (const batch of await deps.batches.running())
    if (batch.unit !== undefined) void workBatch(deps, batch.id);
};
