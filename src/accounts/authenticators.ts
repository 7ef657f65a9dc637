/** The ways a person signs in, beside the password. */
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Authenticator, Notice } from './account-store.ts';
import type { AuthenticatorDeps } from './authenticator-deps.ts';
import { factorBudget } from './authenticator-deps.ts';
import type { Account } from './index.ts';
import { addPasskey, checkPasskey, passkeyCreation, type RelyingParty } from './passkey-authenticator.ts';
import { confirmPhone, endPhone, notePhoneSeen, phoneIsHers } from './phone-standing.ts';
import { makeRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';
import { replacePhone, sendCodeToNewPhone } from './replace-phone.ts';
import { newTotpSecret } from './totp.ts';
import { addTotp, checkTotp } from './totp-authenticator.ts';

/**
 * A way of signing in, by its name in `amr` where there is one: password, text message, TOTP, passkey; and a scan that
 * was confirmed on a phone where she had shown one factor, or two (`scan_mfa`).
 */
export type SignInMethod = 'pwd' | 'sms' | 'otp' | 'passkey' | 'scan' | 'scan_mfa';

export interface AuthenticatorSummary {
  id: string;
  kind: Authenticator['kind'];
  label?: string;
  createdAt: number;
  usedAt?: number;
  /** Of recovery codes: how many are left. */
  left?: number;
}

/** More accounts than this on one phone sign in by document number. */
export const mostAccountsOnOnePhone = 5;

export interface Authenticators {
  /** False without a gateway: then a text message is no way of signing in. */
  readonly smsAvailable: boolean;
  /** True for a phone text messages are sent to: one of the mainland, or with a prefix the operator has listed. */
  smsReaches(phone: string): boolean;
  of(accountId: string): Promise<AuthenticatorSummary[]>;
  /** What the person could sign in with right now. */
  methodsOf(account: Account): Promise<Set<SignInMethod>>;
  notices(accountId: string): Promise<Notice[]>;
  /** A code to a phone somebody typed. Same work and answer whether anybody has it. */
  sendCode(input: { phone: string; binding: string; address: string }): Promise<void>;
  /** A code to the person's own phone. */
  sendOwnCode(account: Account, input: { binding: string; address: string }): Promise<void>;
  /** The people a right code may sign in, at most five; undefined for a wrong one. A phone in doubt signs in nobody. */
  redeemCode(input: { phone: string; binding: string; code: string }): Promise<Account[] | undefined>;
  /** The person's own code as a further factor. */
  checkOwnCode(account: Account, input: { binding: string; code: string }): Promise<boolean>;
  /** A code sent to the person's phone, whatever its standing: she has signed in by something else. */
  confirmPhone(account: Account, input: { binding: string; code: string }): Promise<boolean>;
  endPhone(accountId: string, actor: string): Promise<void>;
  /** A code to a phone that is to be hers. */
  sendCodeToNewPhone(
    accountId: string,
    input: { phone: string; binding: string; address: string },
  ): Promise<void>;
  /** The phone that answered the code takes the place of hers. Who calls it has seen a factor that is not a phone. */
  replacePhone(accountId: string, input: { phone: string; binding: string; code: string }): Promise<boolean>;
  newTotpSecret(): string;
  addTotp(accountId: string, input: { secret: string; code: string }): Promise<boolean>;
  checkTotp(accountId: string, code: string): Promise<boolean>;
  passkeyCreation(
    account: Account,
    input: { origin: string; challenge: string; shownName: string },
  ): ReturnType<typeof passkeyCreation>;
  addPasskey(
    account: Account,
    input: { origin: string; challenge: string; response: string; label: string },
  ): Promise<boolean>;
  checkPasskey(input: {
    origin: string;
    challenge: string;
    response: string;
    accountId?: string;
    address: string;
  }): Promise<Account | undefined>;
  makeRecoveryCodes(accountId: string): Promise<string[]>;
  useRecoveryCode(accountId: string, code: string): Promise<boolean>;
  rename(accountId: string, id: string, label: string): Promise<void>;
  remove(accountId: string, id: string): Promise<void>;
  /** `last`: without it and without a password she could not sign in any more, and it stays. */
  removePasskey(accountId: string, id: string): Promise<'removed' | 'last'>;
}

const removedNotice = { totp: 'totp_removed', passkey: 'passkey_removed' } as const;

export const createAuthenticators = (
  deps: AuthenticatorDeps & {
    noticesOf(accountId: string): Promise<Notice[]>;
    /** A code sent to a phone somebody typed is answered no sooner. */
    refusalMilliseconds: number;
  },
): Authenticators => {
  const { accounts, authenticators, codes, clock, budget } = deps;
  const party = (origin: string): RelyingParty => ({ origin });

  const owned = async (accountId: string, id: string) => {
    const kept = await authenticators.get(id);
    if (kept === undefined || kept.account !== accountId) throw new ServiceError('not_found');
    return kept;
  };

  const byPhone = async (phone: string): Promise<Account[]> => {
    const found = await accounts.findKeyed('phone', phone, { limit: 100 });
    const hers = found.filter(
      (account) => account.state !== 'closed' && phoneIsHers(account, seconds(clock)),
    );
    return hers.slice(0, mostAccountsOnOnePhone);
  };

  const redeemOwn = async (account: Account, input: { binding: string; code: string }): Promise<boolean> => {
    await budget.spend(factorBudget, `${account.id}|sms`);
    if (account.phone === undefined) return false;
    return codes.redeem({ phone: account.phone, ...input });
  };

  const tellRemoved = async (accountId: string, kind: keyof typeof removedNotice): Promise<void> => {
    await deps.audit?.append({
      action: 'authenticator.removed',
      actor: `account:${accountId}`,
      subject: accountId,
      result: 'ok',
      details: { kind },
    });
    const account = await accounts.get(accountId);
    if (account) await deps.tell(account, removedNotice[kind]);
  };

  return {
    smsAvailable: codes.available,
    smsReaches: codes.reaches,
    async of(accountId) {
      const kept = await authenticators.find('account', accountId, { limit: 100 });
      return kept.map((one) => ({
        id: one.id,
        kind: one.kind,
        createdAt: one.createdAt ?? one.changedAt,
        ...(one.label === undefined ? {} : { label: one.label }),
        ...(one.usedAt === undefined ? {} : { usedAt: one.usedAt }),
        ...(one.codes === undefined ? {} : { left: one.codes.length }),
      }));
    },
    async methodsOf(account) {
      const kinds = (await authenticators.find('account', account.id, { limit: 100 })).map(
        ({ kind }) => kind,
      );
      const has = new Set<SignInMethod>();
      if (kinds.includes('password')) has.add('pwd');
      if (kinds.includes('totp')) has.add('otp');
      if (kinds.includes('passkey')) has.add('passkey');
      const { phone } = account;
      if (phone !== undefined && codes.reaches(phone) && phoneIsHers(account, seconds(clock))) has.add('sms');
      return has;
    },
    notices: deps.noticesOf,
    async sendCode(input) {
      // Before anybody is looked for: where messages go says nothing about who has the phone.
      if (!codes.reaches(input.phone)) throw new ServiceError('invalid_request', { detail: 'fields: phone' });
      const soonest = pause(deps.refusalMilliseconds, undefined, { ref: false });
      const known = await byPhone(input.phone);
      await codes.send({ ...input, deliver: known.length > 0 });
      await soonest;
    },
    async sendOwnCode(account, input) {
      if (account.phone === undefined) throw new ServiceError('not_found');
      await codes.send({ ...input, phone: account.phone, deliver: true });
    },
    async redeemCode(input) {
      if (!(await codes.redeem(input))) return undefined;
      return byPhone(input.phone);
    },
    async checkOwnCode(account, input) {
      const right = phoneIsHers(account, seconds(clock)) && (await redeemOwn(account, input));
      if (right) await notePhoneSeen(deps, account);
      return right;
    },
    async confirmPhone(account, input) {
      if (!(await redeemOwn(account, input))) return false;
      await confirmPhone(deps, account.id);
      return true;
    },
    endPhone: (accountId, actor) => endPhone(deps, accountId, actor),
    sendCodeToNewPhone: (accountId, input) => sendCodeToNewPhone(deps, accountId, input),
    replacePhone: (accountId, input) => replacePhone(deps, accountId, input),
    newTotpSecret,
    addTotp: (accountId, input) => addTotp(deps, accountId, input),
    checkTotp: (accountId, code) => checkTotp(deps, accountId, code),
    passkeyCreation: (account, { origin, ...input }) => passkeyCreation(deps, party(origin), account, input),
    addPasskey: (account, { origin, ...input }) => addPasskey(deps, party(origin), account, input),
    checkPasskey: ({ origin, ...input }) => checkPasskey(deps, party(origin), input),
    makeRecoveryCodes: (accountId) => makeRecoveryCodes(deps, accountId),
    useRecoveryCode: (accountId, code) => useRecoveryCode(deps, accountId, code),
    async rename(accountId, id, label) {
      const kept = await owned(accountId, id);
      if (kept.kind !== 'passkey') throw new ServiceError('invalid_request');
      await authenticators.replace({ ...kept, label });
      await deps.audit?.append({
        action: 'authenticator.renamed',
        actor: `account:${accountId}`,
        subject: accountId,
        result: 'ok',
        details: { kind: kept.kind },
      });
      const account = await accounts.get(accountId);
      if (account) await deps.tell(account, 'passkey_renamed');
    },
    async remove(accountId, id) {
      const kept = await owned(accountId, id);
      if (kept.kind !== 'totp' && kept.kind !== 'passkey') throw new ServiceError('invalid_request');
      await authenticators.delete(id, kept.ver);
      await tellRemoved(accountId, kept.kind);
    },
    async removePasskey(accountId, id) {
      const { ver, ...kept } = await owned(accountId, id);
      if (kept.kind !== 'passkey') throw new ServiceError('invalid_request');
      const isLast = async (): Promise<boolean> =>
        !(await authenticators.find('account', accountId, { limit: 100 })).some(
          (one) => one.id !== id && (one.kind === 'passkey' || one.kind === 'password'),
        );
      if (await isLast()) return 'last';
      await authenticators.delete(id, ver);
      // Another one may have gone at the same moment; whoever was later sees it and puts hers back.
      if (await isLast()) {
        await authenticators.insert(kept);
        return 'last';
      }
      await tellRemoved(accountId, 'passkey');
      return 'removed';
    },
  };
};
