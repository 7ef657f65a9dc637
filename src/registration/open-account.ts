/** The one place where an account comes to be: once for a document, whoever asks and however often. */
import type { Account, OpenAccount } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { documentKey } from '../identifiers/index.ts';
import { AlreadyExists } from '../storage/index.ts';
import type { RegistrationContext } from './context.ts';
import type { Identity } from './judge-identity.ts';
import { noticeVersion, type Purpose } from './privacy-notice.ts';
import type { Opening } from './registration-store.ts';

/** `exists`: the document has an account. `busy`: somebody is opening it at this moment. */
export type OpenedAccount = { account: Account } | { refused: 'exists' | 'busy'; accountId?: string };

export interface AccountToOpen {
  identity: Identity;
  phone?: string;
  proofingLevel: OpenAccount['proofingLevel'];
  consents: readonly Purpose[];
  given: 'online' | 'paper';
  /** Names this opening among others: started again after a crash it takes up its own work. */
  by: string;
}

/** After this long an opening that was interrupted is anybody's again. */
const openingSeconds = 600;

interface Reserved {
  opening: Opening;
  /** It was begun before, and broke off. */
  resumed: boolean;
}

const reserve = async (
  context: RegistrationContext,
  id: string,
  by: string,
): Promise<Reserved | undefined> => {
  const at = seconds(context.clock);
  try {
    const opening = await context.openings.insert({ id, by, at, expiresAt: at + openingSeconds });
    return { opening, resumed: false };
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const present = await context.openings.get(id);
    return present?.by === by ? { opening: present, resumed: true } : undefined;
  }
};

/** An account that this very opening has made before it broke off: nobody could have used it. */
const isOwnRemainder = async (
  context: RegistrationContext,
  found: Account,
  input: AccountToOpen,
  { opening, resumed }: Reserved,
): Promise<boolean> =>
  resumed &&
  found.createdAt >= opening.at &&
  found.phone === input.phone &&
  (await context.accounts.authenticators.of(found.id)).length === 0;

const keepConsents = async (context: RegistrationContext, account: Account, input: AccountToOpen) => {
  for (const purpose of input.consents) {
    const consent = {
      id: `${account.id}:${purpose}`,
      account: account.id,
      purpose,
      textVersion: noticeVersion,
      given: input.given,
      at: seconds(context.clock),
    };
    await context.consents.insert(consent).catch((error: unknown) => {
      if (!(error instanceof AlreadyExists)) throw error;
    });
  }
};

/**
 * Opens the account and lets `finish` make it usable (a password, a start code) before anybody else may try. Of many at
 * once exactly one gets it; the unique index of the accounts stands behind the reservation.
 */
export const openAccount = async (
  context: RegistrationContext,
  input: AccountToOpen,
  finish: (account: Account) => Promise<void>,
): Promise<OpenedAccount> => {
  const { kind, number, name } = input.identity;
  const before = await context.accounts.findByDocument(kind, number);
  const reserved = await reserve(context, context.hide('opening', documentKey({ kind, number })), input.by);
  if (reserved === undefined) {
    return before ? { refused: 'exists', accountId: before.id } : { refused: 'busy' };
  }
  let account: Account | undefined;
  try {
    account = await context.accounts.open({
      name,
      documentKind: kind,
      documentNumber: number,
      // A code was answered there on the way here.
      ...(input.phone === undefined ? {} : { phone: input.phone, phoneSeenAt: seconds(context.clock) }),
      proofingLevel: input.proofingLevel,
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const found = await context.accounts.findByDocument(kind, number);
    if (found && (await isOwnRemainder(context, found, input, reserved))) account = found;
    else {
      await context.openings.delete(reserved.opening.id);
      return { refused: 'exists', ...(found ? { accountId: found.id } : {}) };
    }
  }
  await keepConsents(context, account, input);
  await finish(account);
  await context.openings.delete(reserved.opening.id);
  return { account };
};

/** The person may read that somebody came with her document. */
export const recordDuplicate = (
  context: RegistrationContext,
  input: { actor: string; accountId?: string; requestId?: string },
) =>
  context.audit.append({
    action: 'account.opening_refused',
    actor: input.actor,
    ...(input.accountId ? { subject: input.accountId } : {}),
    result: 'refused',
    details: { reason: 'account_exists' },
    ...(input.requestId ? { requestId: input.requestId } : {}),
  });
