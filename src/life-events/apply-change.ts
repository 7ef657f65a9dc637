import { ServiceError } from '../errors.ts';
import type { Versioned } from '../storage/index.ts';
import { actor, type LifeEventsContext } from './context.ts';
import type { LifeEventDocument } from './life-event.ts';
import { finish } from './life-event-store.ts';

/** The account has the new name or number, in one write that moves its unique index, and she is told. */
export const changeAccount = async (
  context: LifeEventsContext,
  event: Versioned<LifeEventDocument>,
): Promise<Versioned<LifeEventDocument>> => {
  const { accounts, store } = context;
  const id = event.account!;
  const present = await accounts.get(id);
  if (event.change && present?.state !== 'closed') {
    const isName = 'name' in event.change;
    const account =
      'name' in event.change
        ? await accounts.rename(id, event.change.name, actor)
        : await accounts.changeDocument(id, event.change.to, actor);
    const notice = isName ? 'name_changed' : 'document_changed';
    if (account.state === 'active') await accounts.tell(id, notice, `${event.id}|${id}`);
  }
  return finish(store, event, { state: 'reissuing', pending: 'yes' });
};

/** Every live certificate from its register again. One that the department has not changed yet has to wait. */
export const reissueCertificates = async (
  { accounts, credentials }: LifeEventsContext,
  id: string,
): Promise<{ waiting: number; reissued: number }> => {
  const account = await accounts.get(id);
  let [waiting, reissued] = [0, 0];
  if (!account || account.state === 'closed') return { waiting, reissued };
  for (const { id: certificate } of await credentials.list({ holder: id })) {
    try {
      const outcome = await credentials.reissue(account, certificate, { actor });
      if (outcome === 'waiting') waiting += 1;
      if (outcome === 'reissued') reissued += 1;
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : undefined;
      if (code !== 'register_unavailable' && code !== 'key_unavailable') throw error;
      waiting += 1;
    }
  }
  return { waiting, reissued };
};
