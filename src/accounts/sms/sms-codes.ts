/**
 * Codes by text message: six digits, five minutes, one use, five tries. A code belongs to the step of one browser
 * (`binding`) and to one phone; it opens nothing elsewhere.
 */
import { randomInt } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { addressUnit } from '../../http/index.ts';
import { normalisePhone } from '../../identifiers/index.ts';
import type { Ephemeral } from '../../storage/index.ts';
import type { Budget, GuessBudget } from '../guess-budget.ts';
import { limits } from '../limits.ts';
import { reachesOnly, type SmsGateway } from './sms-gateway.ts';

export interface SmsCodes {
  /** False when nothing can be sent from here. */
  readonly available: boolean;
  /** False for a phone nothing is sent to: a message abroad may cost a hundred times as much, and earn its owner money. */
  reaches(phone: string): boolean;
  /**
   * Makes and sends a code. `deliver: false` does the same work and sends nothing: an unknown phone answers like a
   * known one and costs no message. Throws too_many_requests, and invalid_request for a phone no message would reach.
   */
  send(input: { phone: string; binding: string; address: string; deliver: boolean }): Promise<void>;
  /** True once, for the right code of this binding and phone. */
  redeem(input: { phone: string; binding: string; code: string }): Promise<boolean>;
}

interface Kept {
  /** Keyed hash of phone and code. */
  mac: string;
}

const { limit: triesPerCode, windowSeconds: lifeSeconds } = limits.smsTries;
const budgets = {
  minute: limits.smsMinute,
  hour: limits.smsHour,
  address: limits.smsAddress,
} as const satisfies Record<string, Budget>;

export const createSmsCodes = (deps: {
  gateway: SmsGateway;
  ephemeral: Ephemeral;
  budget: GuessBudget;
  onFailure?(error: unknown): void;
  /** Country codes beside +86 that messages are sent to, as `+852`. */
  prefixes?: readonly string[];
  /** For tests that send more often. */
  limits?: Partial<Record<keyof typeof budgets, number>>;
}): SmsCodes => {
  const { gateway, ephemeral, budget } = deps;
  const reaches = reachesOnly(deps.prefixes);
  const limited = (name: keyof typeof budgets): Budget => ({
    ...budgets[name],
    limit: deps.limits?.[name] ?? budgets[name].limit,
  });
  const keyOf = (binding: string): string => `sms:code:${budget.hide('sms-binding', binding)}`;
  const macOf = (phone: string, code: string): string => budget.hide('sms-code', `${phone}|${code}`);

  return {
    available: gateway.adapter !== 'none',
    reaches: (typed) => gateway.adapter !== 'none' && reaches(normalisePhone(typed)),
    async send({ phone: typed, binding, address, deliver }) {
      const phone = normalisePhone(typed);
      if (phone === undefined || (deliver && !reaches(phone)))
        throw new ServiceError('invalid_request', { detail: 'fields: phone' });
      await budget.spend(limited('address'), addressUnit(address));
      await budget.spend(limited('minute'), phone);
      await budget.spend(limited('hour'), phone);
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      const key = keyOf(binding);
      await ephemeral.delete(`${key}:tries`);
      await ephemeral.set(key, JSON.stringify({ mac: macOf(phone, code) } satisfies Kept), lifeSeconds);
      if (!deliver) return;
      const text = `【一证通】验证码 ${code}，5 分钟内有效。工作人员不会向您索要验证码。OneCert code ${code}, good for 5 minutes. Tell nobody.`;
      // Not waited for: how long an operator takes would tell a known phone from an unknown one.
      gateway.send({ phone, text }).catch((error: unknown) => deps.onFailure?.(error));
    },
    async redeem({ phone: typed, binding, code }) {
      const phone = normalisePhone(typed);
      const key = keyOf(binding);
      const kept = await ephemeral.get(key);
      if (phone === undefined || kept === undefined) return false;
      if ((await ephemeral.increment(`${key}:tries`, lifeSeconds)) > triesPerCode) {
        await ephemeral.delete(key);
        return false;
      }
      if ((JSON.parse(kept) as Kept).mac !== macOf(phone, code.normalize('NFKC').trim())) return false;
      // Of two with the right code only one takes it.
      return (await ephemeral.take(key)) === kept;
    },
  };
};
