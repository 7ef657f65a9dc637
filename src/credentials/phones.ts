/**
 * A person knows "a phone", not keys: device keys are told apart by the sign-in of the wallet that enrolled them. What a
 * lost or replaced phone held ends in one act: its intent is stored first, and finished at the next start if need be.
 */
import { createHash } from 'node:crypto';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, Conflict, type Versioned } from '../storage/index.ts';
import { type DeviceKeyDocument, everyOf, type PhoneEndingDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import type { ActContext, Enrolment, Phone } from './index.ts';
import { opaqueId } from './opaque-id.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

/** The same wallet in the same sign-in is the same phone; what it is named by tells nothing of either. */
export const enrolmentOf = (of: { account: string; client: string; signIn: string }): Enrolment => ({
  id: `w_${createHash('sha256')
    .update(JSON.stringify([of.account, of.client, of.signIn]))
    .digest('base64url')
    .slice(0, 22)}`,
  app: of.client,
});

/** Keys of before enrolments were told apart: one phone, whatever it was. */
const unnamed = 'w_earlier';

const groupOf = ({ enrolment }: DeviceKeyDocument): string => enrolment ?? unnamed;

/** What this person's wallets hold that still counts, the newest phone first. */
export const phonesOf = async ({ store, clock }: Dependencies, account: string): Promise<Phone[]> => {
  const now = seconds(clock);
  const phones = new Map<string, Phone>();
  for await (const key of everyOf(store.deviceKeys, 'holder', account)) {
    if (key.endedAt !== undefined) continue;
    const id = groupOf(key);
    for await (const copy of everyOf(store.copies, 'deviceKey', key.id)) {
      if (copy.expiresAt <= now) continue;
      const known = phones.get(id) ?? {
        id,
        ...(key.app === undefined ? {} : { app: key.app }),
        since: key.firstUsedAt,
        lastFetch: 0,
        copies: 0,
      };
      phones.set(id, {
        ...known,
        since: Math.min(known.since, key.firstUsedAt),
        lastFetch: Math.max(known.lastFetch, copy.issuedAt),
        copies: known.copies + 1,
      });
    }
  }
  return [...phones.values()].sort((a, b) => b.since - a.since);
};

export type PhoneScope = { only: string } | { allBut: string | undefined };

/** Ends one phone of hers, or all but the one in her hand. Returns how many copies it made invalid. */
export const endPhones = async (
  deps: Dependencies,
  input: { account: string; scope: PhoneScope; context: ActContext },
): Promise<number> => {
  const { account, scope, context } = input;
  const { actor, requestId } = context;
  const act = await deps.store.phoneEndings.insert({
    id: opaqueId('pe'),
    account,
    ...('only' in scope ? { only: scope.only } : scope.allBut === undefined ? {} : { allBut: scope.allBut }),
    at: seconds(deps.clock),
    by: { actor, ...(requestId === undefined ? {} : { requestId }) },
    mark: 'ending',
  });
  return finishEndingPhones(deps, act);
};

const isIn = (act: PhoneEndingDocument, group: string): boolean =>
  act.only === undefined ? group !== act.allBut : group === act.only;

/** Safe to run again. The phones are closed first, so that a key being enrolled meanwhile finds its phone closed. */
export const finishEndingPhones = async (
  deps: Dependencies,
  act: Versioned<PhoneEndingDocument>,
): Promise<number> => {
  const { store, audit, statusTable } = deps;
  const groups = new Set<string>();
  for await (const key of everyOf(store.deviceKeys, 'holder', act.account))
    if (key.firstUsedAt <= act.at && isIn(act, groupOf(key))) groups.add(groupOf(key));
  for (const group of groups) await closeGroup(deps, group, act);
  let copies = 0;
  for await (const key of everyOf(store.deviceKeys, 'holder', act.account)) {
    if (!groups.has(groupOf(key))) continue;
    await endKey(deps, key, act);
    for await (const copy of everyOf(store.copies, 'deviceKey', key.id)) {
      for await (const entry of everyOf(store.statusEntries, 'copy', copy.id)) {
        if (entry.ended) continue;
        await endStatusEntry(store, entry);
        copies += 1;
      }
    }
  }
  statusTable.changed();
  await audit.append({
    action: 'wallet.phone_ended',
    actor: act.by.actor,
    subject: act.account,
    object: act.id,
    result: 'ok',
    details: { phones: groups.size, copies },
    requestId: act.by.requestId,
  });
  const { mark: _done, ...done } = act;
  try {
    await store.phoneEndings.replace(done as Versioned<PhoneEndingDocument>);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error; // another process finished the same act
  }
  return copies;
};

/** Keys of before were enrolled by nobody we can name, and none is enrolled like that any more: nothing to close. */
const closeGroup = async (
  { store }: Dependencies,
  group: string,
  { account, at }: PhoneEndingDocument,
): Promise<void> => {
  if (group === unnamed) return;
  try {
    await store.endedEnrolments.insert({ id: group, account, at });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
};

const endKey = async (
  { store, clock }: Dependencies,
  key: Versioned<DeviceKeyDocument>,
  { by }: PhoneEndingDocument,
): Promise<void> => {
  let current: Versioned<DeviceKeyDocument> | undefined = key;
  while (current && current.endedAt === undefined) {
    try {
      await store.deviceKeys.replace({ ...current, endedAt: seconds(clock), endedBy: by });
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      current = await store.deviceKeys.get(key.id);
    }
  }
};

/** Looked at once a key of this phone stands in the store: whoever ends the phone has closed it before. */
export const refuseEndedPhone = async (
  { store }: Dependencies,
  enrolment: Enrolment | undefined,
): Promise<void> => {
  if (enrolment && (await store.endedEnrolments.get(enrolment.id)))
    throw new ServiceError('invalid_request', { detail: 'this wallet was ended; sign in again' });
};

/** Whether what this wallet holds was ended: for the wallet itself, which knows its own id and nobody else's. */
export const phoneEnded = async ({ store }: Dependencies, enrolment: string): Promise<boolean> =>
  (await store.endedEnrolments.get(enrolment)) !== undefined;

/** When a phone of hers was ended last: what a wallet fetched before may be dead, and is fetched again. */
export const lastPhoneEnding = async ({ store }: Dependencies, account: string): Promise<number> => {
  let last = 0;
  for await (const { at } of everyOf(store.phoneEndings, 'account', account)) last = Math.max(last, at);
  return last;
};
