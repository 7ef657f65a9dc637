import type { Certificate } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { actor, type LifeEventsContext } from './context.ts';

const isLive = ({ state }: Certificate): boolean => state === '01' || state === '02';

/** 04 注销: nobody can hold them any more. */
export const cancelCertificates = async (
  { credentials }: LifeEventsContext,
  account: string,
): Promise<number> => {
  let cancelled = 0;
  for (;;) {
    const live = (await credentials.list({ holder: account })).filter(isLive);
    if (live.length === 0) {
      // One that was decided before and broke off has copies which do not say so yet.
      await credentials.resumePendingStateChanges();
      return cancelled;
    }
    for (const { id, holders } of live) {
      try {
        // What others hold with her stays theirs.
        if (holders.length > 1) await credentials.leave(account, id, 'holder_died', { actor });
        else await credentials.changeState(id, '04', 'holder_died', { actor });
        cancelled += 1;
      } catch (error) {
        // A department or another process ended it first.
        if (!(error instanceof ServiceError && error.code === 'certificate_state')) throw error;
      }
    }
  }
};

/**
 * Death: the account is closed first, so that nothing new begins, then ends what she had open and what others had through
 * her. The data key stays for the legal retention: the account can be read by nobody but the law.
 */
export const applyDeath = async (
  context: LifeEventsContext,
  account: string,
): Promise<Record<string, number>> => {
  await context.accounts.recordDeath(account, actor);
  await context.endAllOf(account);
  const certificates = await cancelCertificates(context, account);
  const families = await context.families.endAllOf(account, 'account_closed', actor);
  const { posts, mandates } = await context.enterprises.closePerson(account, actor);
  let offices = 0;
  try {
    offices = (await context.officials.posts.leave({ account, reason: 'account_closed', context: { actor } }))
      .length;
  } catch (error) {
    // An administrator's post takes two others to end. It has no power since the account is closed.
    if (!(error instanceof ServiceError && error.code === 'second_person_needed')) throw error;
  }
  return { certificates, families, posts, mandates, offices };
};
