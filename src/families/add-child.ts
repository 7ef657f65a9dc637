import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { documentKey } from '../identifiers/index.ts';
import { type Identity, isSameName, judgeIdentity, todayInChina } from '../registration/index.ts';
import { AlreadyExists } from '../storage/index.ts';
import { birthdayOf, isChild } from './age.ts';
import { type Act, actingAccount, countTry, type FamiliesContext } from './context.ts';
import { actingProofing, type Link } from './family.ts';
import { startLink } from './start-link.ts';

export interface NamedPerson {
  kind: string;
  number: string;
  name: string;
}

export const readIdentity = (context: FamiliesContext, named: NamedPerson): Identity => {
  const judged = judgeIdentity(named, todayInChina(context.clock));
  if ('faults' in judged) {
    throw new ServiceError('invalid_request', {
      detail: `faults: ${Object.values(judged.faults).sort().join(', ')}`,
    });
  }
  return judged.identity;
};

/** The account of a child; opened without any way of signing in when the population register knows her by that name. */
export const ensureChildAccount = async (
  { accounts, population, audit }: FamiliesContext,
  identity: Identity,
  by: { actor: string; requestId?: string | undefined },
): Promise<Account | undefined> => {
  const { kind, number, name } = identity;
  const found = await accounts.findByDocument(kind, number);
  if (found) return found.state === 'active' && isSameName(found.name, name) ? found : undefined;
  if ((await population.match(identity)) !== 'match') return undefined;
  try {
    const opened = await accounts.open({
      name,
      documentKind: kind,
      documentNumber: number,
      proofingLevel: 2,
    });
    const { actor, requestId } = by;
    const action = 'family.child_account_opened';
    await audit.append({
      action,
      actor,
      subject: opened.id,
      result: 'ok',
      ...(requestId ? { requestId } : {}),
    });
    return opened;
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    return accounts.findByDocument(kind, number);
  }
};

/**
 * ZLB-5: a guardian adds her child under 14, when the population register says that she is the guardian. One answer for
 * a child nobody knows, a wrong name and somebody else's child.
 */
export const addChild = async (context: FamiliesContext, act: Act, named: NamedPerson): Promise<Link> => {
  const actor = await actingAccount(context, act, actingProofing);
  await countTry(context, actor.id);
  const identity = readIdentity(context, named);
  if (!isChild(identity, seconds(context.clock))) throw new ServiceError('not_a_child');
  const own = documentKey({ kind: actor.documentKind, number: actor.documentNumber });
  const guardians = await context.guardians.guardiansOf(identity);
  const by = { actor: `account:${actor.id}`, requestId: act.requestId };
  const child = guardians.some((guardian) => documentKey(guardian) === own)
    ? await ensureChildAccount(context, identity, by)
    : undefined;
  if (!child) {
    const refused = {
      action: 'family.refused',
      actor: by.actor,
      subject: actor.id,
      result: 'refused',
    } as const;
    await context.audit.append({
      ...refused,
      details: { reason: 'guardian_not_recorded' },
      requestId: act.requestId,
    });
    throw new ServiceError('guardian_not_recorded');
  }
  return startLink(context, {
    actor: actor.id,
    kind: 'guardian',
    state: 'active',
    holder: child.id,
    birthday: birthdayOf(identity)!,
    basis: 'register',
    by: by.actor,
    requestId: act.requestId,
  });
};
