import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import {
  canonicalDocumentKind,
  checkDocument,
  documentKey,
  normaliseDocumentNumber,
} from '../identifiers/index.ts';
import { isChild } from './age.ts';
import { type Act, actingAccount, countTry, type FamiliesContext } from './context.ts';
import { actingProofing, invitationSeconds, type Link } from './family.ts';
import { startLink } from './start-link.ts';

/**
 * ZLB-5: asks a relative to let this person act for her. For a document nobody has an account with the same invitation is
 * kept, shown and counted, and runs out in the same time: it tells nobody who has an account.
 */
export const inviteRelative = async (
  context: FamiliesContext,
  act: Act,
  named: { kind: string; number: string },
): Promise<Link> => {
  const actor = await actingAccount(context, act, actingProofing);
  await countTry(context, actor.id);
  const kind = canonicalDocumentKind(named.kind);
  const number = normaliseDocumentNumber(named.number);
  if (!kind || !checkDocument(kind, number).ok) {
    throw new ServiceError('invalid_request', { detail: 'fields: kind, number' });
  }
  const typed = { kind, number };
  const own = { kind: actor.documentKind, number: actor.documentNumber };
  if (documentKey(typed) === documentKey(own)) {
    throw new ServiceError('invalid_request', { detail: 'fields: number' });
  }
  const now = seconds(context.clock);
  if (isChild(own, now)) throw new ServiceError('forbidden');
  if (isChild(typed, now)) throw new ServiceError('child_needs_guardian');
  const holder = await context.accounts.findByDocument(kind, number);
  return startLink(context, {
    actor: actor.id,
    kind: 'relative',
    state: 'invited',
    ...(holder && holder.state !== 'closed' ? { holder: holder.id } : {}),
    basis: 'own_consent',
    expiresAt: now + invitationSeconds,
    typed,
    by: `account:${actor.id}`,
    requestId: act.requestId,
  });
};
