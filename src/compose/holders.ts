/** Part of the composition root: whose certificates somebody sees and fetches, by the capacity she acts in. */
import type { Account, Accounts, EnterpriseCapacity, OfficeCapacity } from '../accounts/index.ts';
import {
  type Acting,
  type Catalogue,
  type Credentials,
  type Holder,
  type Holders,
  holdersOf,
} from '../credentials/index.ts';
import type { Enterprise, Enterprises } from '../enterprises/index.ts';
import type { Families } from '../families/index.ts';
import { maskName } from '../identifiers/index.ts';
import { type Items, itemOfScope } from '../items/index.ts';
import type { Logger } from '../log.ts';
import type { Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';

interface Deps {
  accounts: Accounts;
  catalogue: Catalogue;
  enterprises: Enterprises;
  items: Items;
  officials: Pick<Officials, 'capacities'>;
}

const enterpriseKind = '001';

/** The level is that of the person who acts; the enterprise itself is as sure as its register. */
const enterpriseHolder = (
  { id, creditCode, name }: Pick<EnterpriseCapacity['enterprise'], 'id' | 'creditCode' | 'name'>,
  proofingLevel: Account['proofingLevel'],
  state: Holder['state'] = 'active',
): Holder => ({
  id,
  kind: 'enterprise',
  state,
  name,
  documentKind: enterpriseKind,
  documentNumber: creditCode,
  proofingLevel,
});

const known = (enterprise: Enterprise | undefined): Holder | undefined =>
  enterprise && enterpriseHolder(enterprise, 3, enterprise.state === 'ended' ? 'closed' : 'active');

export const composeHolders = ({ accounts, catalogue, enterprises, items, officials }: Deps): Holders => {
  const allItems = items.all().map(({ code }) => code);
  const enterpriseTypes = new Set(
    catalogue
      .types()
      .filter((type) => holdersOf(type).includes('enterprise'))
      .map(({ id }) => id),
  );
  const actFor = (account: Account, capacity: EnterpriseCapacity): Acting => {
    const { enterprise, mandate, ref } = capacity;
    const named = mandate?.items.flatMap((code) => items.get(code).certificates.map(({ type }) => type));
    return {
      holder: enterpriseHolder(enterprise, account.proofingLevel),
      presenter: {
        account: account.id,
        capacity: ref,
        shownBy: maskName(account.name),
        ...(mandate ? { mandate: mandate.id } : {}),
        stands: () => enterprises.stands(account.id, ref),
      },
      mayHave: (type) => enterpriseTypes.has(type) && (named === undefined || named.includes(type)),
    };
  };
  const isOfficials = (type: string): boolean => catalogue.find(type)?.heldAs === 'official';
  const inOffice = (account: Account, { ref, unit }: OfficeCapacity): Acting => ({
    holder: account,
    presenter: {
      account: account.id,
      capacity: ref,
      stands: async () => (await officials.capacities.live(account.id, ref, [])) !== undefined,
    },
    office: { id: unit.id, name: unit.name },
    mayHave: isOfficials,
  });
  return {
    async acting(accountId, ref) {
      const account = await accounts.get(accountId);
      if (account?.state !== 'active') return undefined;
      if (ref === undefined || ref === 'self')
        return { holder: account, mayHave: (type) => !isOfficials(type) };
      const source = ref.startsWith('o:') ? officials.capacities : enterprises.capacities;
      const capacity = await source.live(accountId, ref, allItems);
      if (capacity?.kind === 'office') return inOffice(account, capacity);
      return capacity?.kind === 'enterprise' ? actFor(account, capacity) : undefined;
    },
    async byDocument(kind, number) {
      return kind === enterpriseKind
        ? known(await enterprises.find(number))
        : accounts.findByDocument(kind, number);
    },
    byId: async (id) => (await accounts.get(id)) ?? known(await enterprises.find(id)),
    async named({ kind, number }) {
      return kind === enterpriseKind
        ? known(await enterprises.know(number))
        : accounts.findByDocument(kind, number);
    },
  };
};

/**
 * Service items behind an app's scopes. An app that asks for certificates of enterprises serves every item that reads
 * one: a delegate whose mandate names such an item may fetch it there.
 */
export const createItemsOf =
  ({ catalogue, items }: Pick<Deps, 'catalogue' | 'items'>) =>
  (scopes: readonly string[]): string[] => {
    const forEnterprises = scopes.filter((scope) => {
      const type = catalogue.find(scope);
      return type && holdersOf(type).includes('enterprise');
    });
    const reading = items
      .all()
      .filter(({ who }) => who.includes('enterprise'))
      .filter(({ certificates }) => certificates.some(({ type }) => forEnterprises.includes(type)))
      .map(({ code }) => code);
    const own = scopes.map(itemOfScope).filter((code) => code !== undefined);
    return [...new Set([...own, ...reading])];
  };

/** Whether the power that copies rest on is there at this moment: each kind says so by the first letter of its reference. */
export const powerStands =
  ({
    enterprises,
    families,
    officials,
  }: {
    enterprises: Pick<Enterprises, 'stands'>;
    families: Pick<Families, 'stands'>;
    officials: Pick<Officials, 'capacities'>;
  }) =>
  async (accountId: string, ref: string): Promise<boolean> => {
    if (ref.startsWith('f:')) return families.stands(accountId, ref);
    if (ref.startsWith('o:')) return (await officials.capacities.live(accountId, ref, [])) !== undefined;
    return enterprises.stands(accountId, ref);
  };

/** What rests on a power to act for an enterprise ends with it: the grants, and the copies on that person's phone. */
export const endWithPower = ({
  enterprises,
  oidc,
  credentials,
  logger,
}: {
  enterprises: Enterprises;
  oidc: Pick<Oidc, 'endCapacity'>;
  credentials: Pick<Credentials, 'endPresenter'>;
  logger: Logger;
}): void => {
  enterprises.onEnded(async ({ accountId, ref }) => {
    const [grants, copies] = await Promise.allSettled([
      oidc.endCapacity(accountId, ref),
      credentials.endPresenter({ account: accountId, capacity: ref }, { actor: 'system' }),
    ]);
    if (grants.status === 'rejected')
      logger.error({ err: grants.reason }, 'an ended capacity keeps its grants');
    // The periodic job ends them.
    if (copies.status === 'rejected')
      logger.error({ err: copies.reason }, 'an ended capacity keeps its copies');
  });
};
