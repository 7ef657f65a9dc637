import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict, DataKeyDestroyed, type Versioned } from '../storage/index.ts';
import { type CopyDocument, everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import type { ActContext } from './index.ts';

/** After the theft of a key: copies it signed, and how far their replacement has come. */
export interface ReissueReport {
  kid: string;
  /** All it ever signed. */
  copies: number;
  /** Of these, still in their time. */
  due: number;
  /** Of these, marked in this run. */
  marked: number;
  /** Certificates the due ones belong to; none of them changed. */
  certificates: number;
  /** Of these, such with a copy by another key since, of every format and view that was due. */
  fetchedAnew: number;
}

/**
 * After a department's key was stolen: every copy it signed that is still in its time is marked, so that its wallet fetches
 * another one, signed by the key that took over. The certificates stay as they are, and so do the status entries: online an
 * older copy still counts by its digest (judge-online). Marks are set once, so a run that was stopped is run again.
 */
export const markForReissue = async (
  deps: Dependencies,
  input: { kid: string; context: ActContext; onProgress?: (done: number) => void },
): Promise<ReissueReport> => {
  const { store, keyring, clock, audit } = deps;
  const { kid, context } = input;
  const key = keyring.find(kid);
  if (key?.purpose !== 'certificate') throw new ServiceError('not_found');
  // Of a key that still signs there would always be one more.
  if (key.state === 'active')
    throw new ServiceError('conflict', {
      detail: 'This key still signs: mark it compromised, or retire it, first.',
    });
  const now = seconds(clock);
  const report: ReissueReport = { kid, copies: 0, due: 0, marked: 0, certificates: 0, fetchedAnew: 0 };
  /** By certificate: what there is to fetch, and since when. */
  const due = new Map<string, Map<string, number>>();
  for await (const copy of everyOf(store.copies, 'kid', kid)) {
    report.copies += 1;
    if (report.copies % progressStep === 0) input.onProgress?.(report.copies);
    if (copy.expiresAt <= now) continue;
    const marked = copy.reissueDueSince === undefined ? await mark(deps, copy, now) : copy;
    if (!marked) continue;
    report.due += 1;
    if (marked !== copy) report.marked += 1;
    const kinds = due.get(copy.certificate) ?? new Map<string, number>();
    due.set(copy.certificate, kinds.set(kindOf(copy), marked.reissueDueSince!));
  }
  report.certificates = due.size;
  for (const [id, kinds] of due) if (await hasAllAnew(deps, id, kid, kinds)) report.fetchedAnew += 1;
  input.onProgress?.(report.copies);
  await audit.append({
    action: 'key.copies_marked',
    actor: context.actor,
    object: kid,
    result: 'ok',
    details: { copies: report.copies, marked: report.marked, certificates: report.certificates },
    ...(context.requestId ? { requestId: context.requestId } : {}),
  });
  return report;
};

const progressStep = 500;

/** Undefined when there is nothing to mark any more: the holder's account was closed. */
const mark = async (
  { store }: Dependencies,
  copy: Versioned<CopyDocument>,
  now: number,
): Promise<CopyDocument | undefined> => {
  for (let current: Versioned<CopyDocument> | undefined = copy; current; ) {
    if (current.reissueDueSince !== undefined) return current;
    try {
      return await store.copies.replace({ ...current, reissueDueSince: now, reissueDueTo: current.holder });
    } catch (error) {
      if (error instanceof DataKeyDestroyed) return undefined;
      if (!(error instanceof Conflict)) throw error;
      current = await store.copies.get(copy.id);
    }
  }
  return undefined;
};

const kindOf = ({ format, view }: CopyDocument): string => `${format} ${view ?? ''}`;

const hasAllAnew = async (
  { store }: Dependencies,
  certificate: string,
  kid: string,
  kinds: ReadonlyMap<string, number>,
): Promise<boolean> => {
  const missing = new Map(kinds);
  for await (const copy of everyOf(store.copies, 'certificate', certificate)) {
    const since = missing.get(kindOf(copy));
    if (since !== undefined && copy.kid !== kid && copy.state === 'released' && copy.issuedAt >= since)
      missing.delete(kindOf(copy));
  }
  return missing.size === 0;
};

/** Keys whose copies this holder's wallet should fetch anew: none of the time but after a theft. */
export const reissueKeysOf = async (
  { store, clock }: Pick<Dependencies, 'store' | 'clock'>,
  holder: string,
): Promise<string[]> => {
  const kids = new Set<string>();
  for await (const copy of everyOf(store.copies, 'reissueDueTo', holder))
    if (copy.expiresAt > seconds(clock)) kids.add(copy.kid);
  return [...kids];
};
