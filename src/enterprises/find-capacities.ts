/** NET-3: in which enterprises a person may act now, and whether she still may. Every question reads the store. */
import type { Capacity, CapacitySource, EnterpriseCapacity } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { delegateRef, groundsOf } from './close-dead-mandates.ts';
import type { EnterprisesContext } from './context.ts';
import { type Enterprise, type Mandate, overBecause } from './enterprise.ts';
import { findAll } from './enterprise-store.ts';
import { itemsForMandates } from './give-mandate.ts';
import { reconcile } from './reconcile-with-register.ts';

/** Each enterprise once a question, when the register confirms it; undefined: no capacity there now. */
type Confirm = (id: string) => Promise<Enterprise | undefined>;

const confirmOnce = (context: EnterprisesContext, tolerant: boolean): Confirm => {
  const asked = new Map<string, Promise<Enterprise | undefined>>();
  const ask = async (id: string): Promise<Enterprise | undefined> => {
    try {
      const confirmed = await reconcile(context, id);
      return confirmed?.standing === 'active' ? confirmed.enterprise : undefined;
    } catch (error) {
      // One register that does not answer must not keep a person from signing in as herself.
      if (tolerant && error instanceof ServiceError && error.code === 'register_unavailable')
        return undefined;
      throw error;
    }
  };
  return (id) => {
    const answer = asked.get(id) ?? ask(id);
    asked.set(id, answer);
    return answer;
  };
};

const publicEnterprise = ({
  id,
  creditCode,
  name,
  region,
}: Enterprise): EnterpriseCapacity['enterprise'] => ({
  id,
  creditCode,
  name,
  region,
});

const byPost = (enterprise: Enterprise, accountId: string): EnterpriseCapacity | undefined => {
  const role =
    enterprise.legalRep?.account === accountId
      ? 'legal_rep'
      : enterprise.managers.some(({ account }) => account === accountId)
        ? 'manager'
        : undefined;
  return (
    role && {
      kind: 'enterprise',
      ref: `e:${enterprise.id}:${role}`,
      enterprise: publicEnterprise(enterprise),
      role,
    }
  );
};

const byMandate = async (
  context: EnterprisesContext,
  mandate: Mandate,
  items: readonly string[],
  confirm: Confirm,
): Promise<EnterpriseCapacity | undefined> => {
  const now = seconds(context.clock);
  if (mandate.state !== 'active' || mandate.validFrom > now) return undefined;
  const principal = await confirm(mandate.enterprise);
  const agent = mandate.agent ? await confirm(mandate.agent) : undefined;
  const parent = mandate.parent ? await context.store.mandates.get(mandate.parent) : undefined;
  if (!principal || (mandate.agent && !agent)) return undefined;
  if (overBecause(mandate, { principal, agent, parent }, now)) return undefined;
  if (parent && parent.validFrom > now) return undefined;
  const usable = new Set(itemsForMandates(context.items).map(({ code }) => code));
  const served = mandate.items.filter((code) => items.includes(code) && usable.has(code));
  if (served.length === 0) return undefined;
  const expiresAt = Math.min(mandate.validUntil, parent?.validUntil ?? mandate.validUntil);
  return {
    kind: 'enterprise',
    ref: delegateRef(mandate),
    enterprise: publicEnterprise(principal),
    role: 'delegate',
    mandate: { id: mandate.id, items: served, expiresAt },
  };
};

const refPattern = /^e:(ent_[\w-]{22}):(?:(legal_rep|manager)|delegate:(m_[\w-]{22}))$/;

/**
 * Whether the power behind this reference is there, as the store has it. Stricter questions ask the register: a register
 * that does not answer, or pauses an enterprise, ends nothing.
 */
export const powerStands = async (
  context: EnterprisesContext,
  accountId: string,
  ref: string,
): Promise<boolean> => {
  const [, enterpriseId, role, mandateId] = refPattern.exec(ref) ?? [];
  const enterprise = enterpriseId ? await context.store.enterprises.get(enterpriseId) : undefined;
  if (!enterprise || enterprise.state === 'ended') return false;
  if (mandateId === undefined) return byPost(enterprise, accountId)?.role === role;
  const mandate = await context.store.mandates.get(mandateId);
  if (mandate?.person !== accountId || mandate.enterprise !== enterpriseId || mandate.state !== 'active')
    return false;
  const grounds = await groundsOf(context, mandate);
  return grounds !== undefined && !overBecause(mandate, grounds, seconds(context.clock));
};

/** The enterprises’ part of what a person may act as. */
export const createCapacities = (context: EnterprisesContext): CapacitySource => {
  const { accounts, store } = context;
  const isActive = async (accountId: string): Promise<boolean> =>
    (await accounts.get(accountId))?.state === 'active';
  return {
    async of(accountId, items) {
      if (!(await isActive(accountId))) return [];
      const confirm = confirmOnce(context, true);
      const found: (Capacity | undefined)[] = [];
      for (const { enterprise: id } of await findAll(store.members, 'account', accountId)) {
        const enterprise = await confirm(id);
        if (enterprise) found.push(byPost(enterprise, accountId));
      }
      for (const mandate of await findAll(store.mandates, 'person', accountId)) {
        found.push(await byMandate(context, mandate, items, confirm));
      }
      return found.filter((capacity) => capacity !== undefined);
    },
    async live(accountId, ref, items) {
      const [, enterpriseId, role, mandateId] = refPattern.exec(ref) ?? [];
      if (!enterpriseId || !(await isActive(accountId))) return undefined;
      const confirm = confirmOnce(context, false);
      if (mandateId) {
        const mandate = await store.mandates.get(mandateId);
        if (mandate?.person !== accountId || mandate.enterprise !== enterpriseId) return undefined;
        return byMandate(context, mandate, items, confirm);
      }
      const enterprise = await confirm(enterpriseId);
      const capacity = enterprise && byPost(enterprise, accountId);
      return capacity?.role === role ? capacity : undefined;
    },
  };
};
