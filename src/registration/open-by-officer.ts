import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import type { RegistrationContext } from './context.ts';
import { type IdentityFaults, judgeIdentity } from './judge-identity.ts';
import { openAccount, recordDuplicate } from './open-account.ts';
import { neededPurpose, type Purpose } from './privacy-notice.ts';
import { makeStartCode, type StartSlip } from './start-codes.ts';
import { todayInChina } from './today.ts';

export interface OfficerOpening {
  kind: string;
  number: string;
  name: string;
  /** The officer has held the card and seen the face that is on it. */
  cardChecked: boolean;
  /** Beside the needed one: what the person signed on paper. */
  consents?: readonly Purpose[];
  /** Account id of the officer: the actor of the audit. */
  officer: string;
}

const faultsDetail = (faults: IdentityFaults): string => `faults: ${Object.values(faults).sort().join(', ')}`;

/**
 * For a person without a phone: an account at level 3 when the officer checked the card, else 2, and a slip with the
 * code for the first password. The register has to say yes; an account that is there already is never a second one.
 */
export const openByOfficer = async (
  context: RegistrationContext,
  input: OfficerOpening,
): Promise<{ account: Account; slip: StartSlip }> => {
  const judged = judgeIdentity(input, todayInChina(context.clock));
  if ('faults' in judged) throw new ServiceError('invalid_request', { detail: faultsDetail(judged.faults) });
  const { identity } = judged;
  const actor = `account:${input.officer}`;
  const answer = await context.population.match(identity);
  if (answer !== 'match') {
    await context.audit.append({
      action: 'account.opening_refused',
      actor,
      result: 'refused',
      details: { reason: answer },
    });
    throw new ServiceError('identity_not_matched');
  }
  let slip: StartSlip | undefined;
  const opened = await openAccount(
    context,
    {
      identity,
      proofingLevel: input.cardChecked ? 3 : 2,
      consents: [neededPurpose, ...(input.consents ?? [])],
      given: 'paper',
      by: randomUUID(),
    },
    async (account) => {
      await context.audit.append({
        action: 'account.registered',
        actor,
        subject: account.id,
        result: 'ok',
        details: { by: 'officer', proofing: input.cardChecked ? 3 : 2, cardChecked: input.cardChecked },
      });
      slip = await makeStartCode(context, account.id, input.officer);
    },
  );
  if ('refused' in opened) {
    await recordDuplicate(context, { actor, ...(opened.accountId ? { accountId: opened.accountId } : {}) });
    throw new ServiceError('account_exists');
  }
  return { account: opened.account, slip: slip! };
};
