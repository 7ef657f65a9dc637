/**
 * Who has copies on her phone under a power: to act for an enterprise, a child or a relative, or her office. One record
 * a power: it is there before anything is signed, so that whoever ends the power finds the copies; the end of it ends them for good.
 */
import type { Audit, AuditEvent } from '../audit/index.ts';
import { seconds } from '../clock.ts';
import { AlreadyExists, Conflict, type Versioned } from '../storage/index.ts';
import { everyOf, type PresenterDocument } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import type { Presenter } from './holder.ts';
import type { ActContext } from './index.ts';
import { opaqueId } from './opaque-id.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

const slotOf = ({ account, capacity }: Pick<Presenter, 'account' | 'capacity'>): string =>
  `${account}|${capacity}`;

/** The same entry for each whom it concerns. */
export const appendForEach = async (
  audit: Audit,
  subjects: readonly (string | undefined)[],
  event: Omit<AuditEvent, 'subject'>,
): Promise<void> => {
  for (const subject of new Set(subjects)) if (subject) await audit.append({ ...event, subject });
};

/** The record of this power, made at the first copy. */
export const openPresenter = async (
  { store, clock }: Dependencies,
  holder: string,
  presenter: Presenter,
): Promise<Versioned<PresenterDocument>> => {
  const slot = slotOf(presenter);
  const [known] = await store.presenters.find('slot', slot);
  if (known) return known;
  const { account, capacity, mandate } = presenter;
  try {
    return await store.presenters.insert({
      id: opaqueId('pr'),
      holder,
      account,
      capacity,
      ...(mandate ? { mandate } : {}),
      slot,
      state: 'open',
      since: seconds(clock),
    });
  } catch (error) {
    const [other] = error instanceof AlreadyExists ? await store.presenters.find('slot', slot) : [];
    if (!other) throw error;
    return other;
  }
};

/** Ends every copy under a power that is over. The mark comes first, so that a crash is finished and issuing sees it. */
export const endPresenter = async (
  deps: Dependencies,
  { account, capacity, context }: Pick<Presenter, 'account' | 'capacity'> & { context: ActContext },
): Promise<number> => {
  for (;;) {
    const [open] = await deps.store.presenters.find('slot', slotOf({ account, capacity }));
    if (!open) return 0;
    try {
      const { slot: _free, ...rest } = open;
      const { actor, requestId } = context;
      const endedBy = { actor, ...(requestId ? { requestId } : {}) };
      const ending = await deps.store.presenters.replace({
        ...rest,
        state: 'ending',
        endedAt: seconds(deps.clock),
        endedBy,
      });
      return await finishEndingPresenter(deps, ending);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

/** Makes every copy invalid for good, then closes the record. Returns the number of copies. */
export const finishEndingPresenter = async (
  { store, audit, statusTable }: Dependencies,
  presenter: Versioned<PresenterDocument>,
): Promise<number> => {
  let copies = 0;
  for await (const { id } of everyOf(store.copies, 'power', presenter.id)) {
    for await (const entry of everyOf(store.statusEntries, 'copy', id)) await endStatusEntry(store, entry);
    copies += 1;
  }
  statusTable.changed();
  await appendForEach(audit, [presenter.holder, presenter.account], {
    action: 'certificate.presenter_ended',
    actor: presenter.endedBy?.actor ?? 'system',
    object: presenter.holder,
    result: 'ok',
    details: { copies },
    ...(presenter.endedBy?.requestId ? { requestId: presenter.endedBy.requestId } : {}),
  });
  await store.presenters.replace({ ...presenter, state: 'ended' });
  return copies;
};

/** Ends those whose power is over, of all or of one account: also when nobody has said so, after a crash. */
export const endPresentersWithout = async (
  deps: Dependencies,
  stands: (account: string, capacity: string) => Promise<boolean>,
  of?: string,
): Promise<number> => {
  let ended = 0;
  const [index, value] = of === undefined ? (['state', 'open'] as const) : (['account', of] as const);
  for await (const { account, capacity, state } of everyOf(deps.store.presenters, index, value)) {
    if (state !== 'open' || (await stands(account, capacity))) continue;
    await endPresenter(deps, { account, capacity, context: { actor: 'system' } });
    ended += 1;
  }
  return ended;
};

/** Her account closes: every power of hers is over. */
export const endPresentersOf = async (
  deps: Dependencies,
  account: string,
  context: ActContext,
): Promise<void> => {
  for await (const { capacity, state } of everyOf(deps.store.presenters, 'account', account))
    if (state === 'open') await endPresenter(deps, { account, capacity, context });
};
