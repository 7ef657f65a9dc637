/** A new phone in place of the old one. The person has confirmed herself by a factor that is not the phone. */
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { normalisePhone } from '../identifiers/index.ts';
import { type AuthenticatorDeps, factorBudget } from './authenticator-deps.ts';
import { changeAccount, confirmPhone } from './phone-standing.ts';

interface NewPhone {
  phone: string;
  binding: string;
}

/** A code to a phone that is to be hers: sent whether or not anybody has it. Throws too_many_requests. */
export const sendCodeToNewPhone = async (
  deps: AuthenticatorDeps,
  accountId: string,
  input: NewPhone & { address: string },
): Promise<void> => {
  await deps.budget.spend({ ...factorBudget, name: 'new-phone' }, accountId);
  await deps.codes.send({ ...input, deliver: true });
};

/** True once for the right code. The old phone is told that it was taken off, the new one that it was confirmed. */
export const replacePhone = async (
  deps: AuthenticatorDeps,
  accountId: string,
  input: NewPhone & { code: string },
): Promise<boolean> => {
  await deps.budget.spend(factorBudget, `${accountId}|new-phone`);
  const phone = normalisePhone(input.phone);
  if (phone === undefined || !(await deps.codes.redeem(input))) return false;
  const before = await deps.accounts.get(accountId);
  if (before === undefined) throw new ServiceError('not_found');
  await changeAccount(deps, accountId, ({ phoneConfirmed: _c, phoneContested: _d, ...kept }) => ({
    ...kept,
    phone,
    phoneSeenAt: seconds(deps.clock),
  }));
  await deps.audit?.append({
    action: 'phone.replaced',
    actor: `account:${accountId}`,
    subject: accountId,
    result: 'ok',
  });
  if (before.phone !== undefined && before.phone !== phone) await deps.tell(before, 'phone_ended');
  await confirmPhone(deps, accountId);
  return true;
};
