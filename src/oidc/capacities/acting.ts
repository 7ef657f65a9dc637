/**
 * Who a person acts as belongs to one authorization and its Grant, not to the browser. It is looked at again whenever a
 * token is issued or used, so that an ended mandate is dead at once.
 */
import { createHmac } from 'node:crypto';
import {
  type Capacity,
  type CapacitySource,
  officeCardScope,
  officeScope,
  type SelfCapacity,
} from '../../accounts/index.ts';

export const self: SelfCapacity = { kind: 'self', ref: 'self' };

export interface Acting {
  /** Whether the app is a person's own until it asks for another capacity itself (prompt=select_account). */
  isSelfFirst(clientId: string): boolean;
  /** What the person may act as for this app, herself first. */
  choices(accountId: string, clientId: string, scopes: readonly string[]): Promise<Capacity[]>;
  /** The capacity as it stands now; undefined once it has ended. */
  live(accountId: string, ref: string | undefined, scopes: readonly string[]): Promise<Capacity | undefined>;
}

export interface ActingSettings {
  source: CapacitySource | undefined;
  /** Service items behind an app's scopes: what a delegate's mandate is held against. */
  itemsOf(scopes: readonly string[]): readonly string[];
  /** Apps of a person alone (her account pages): never asked, always herself. */
  selfOnly: ReadonlySet<string>;
  /** Apps of her own in which she may ask to act for somebody else: her wallet. */
  selfFirst: ReadonlySet<string>;
}

/** The realms are apart (ZZD-1): a citizens' app that does not ask for offices is never entered in one. */
const fits = (capacity: Capacity, scopes: readonly string[]): boolean =>
  capacity.kind !== 'office' || scopes.includes(officeScope) || scopes.includes(officeCardScope);

export const createActing = ({ source, itemsOf, selfOnly, selfFirst }: ActingSettings): Acting => ({
  isSelfFirst: (clientId) => selfFirst.has(clientId),
  async choices(accountId, clientId, scopes) {
    if (source === undefined || selfOnly.has(clientId)) return [self];
    const others = await source.of(accountId, itemsOf(scopes));
    return [self, ...others.filter((one) => one.kind !== 'self' && fits(one, scopes))];
  },
  async live(accountId, ref, scopes) {
    if (ref === undefined || ref === self.ref) return self;
    const capacity = await source?.live(accountId, ref, itemsOf(scopes));
    return capacity && fits(capacity, scopes) ? capacity : undefined;
  },
});

/** Consent is per person, entity and app. */
export const entityKeyOf = (capacity: Capacity): string | undefined => {
  if (capacity.kind === 'enterprise') return `e:${capacity.enterprise.id}`;
  return capacity.kind === 'office' ? `o:${capacity.unit.id}` : undefined;
};

export const isOfficeRef = (ref: string | undefined): boolean => ref?.startsWith('o:') === true;

/** Claims of the capacity; `full` outside the ID token, which holds no more than an app needs to tell sessions apart. */
export const capacityClaims = (
  capacity: Capacity,
  input: { full: boolean; sector: string; pairwiseKey: Uint8Array },
): Record<string, unknown> => {
  if (capacity.kind === 'self') return {};
  if (capacity.kind === 'office') {
    const { unit, roles } = capacity;
    return {
      realm: 'office',
      unit: { uscc: unit.creditCode, name: unit.name.zh, region: unit.region },
      roles: [...roles],
    };
  }
  const { creditCode, name, region } = capacity.enterprise;
  if (!input.full) return { entity: { uscc: creditCode }, role: capacity.role };
  const { mandate } = capacity;
  const pairwise = (id: string): string =>
    createHmac('sha256', input.pairwiseKey).update(`mandate|${input.sector}|${id}`).digest('base64url');
  return {
    entity: { uscc: creditCode, name, region },
    role: capacity.role,
    ...(mandate
      ? { mandate: { id: pairwise(mandate.id), items: [...mandate.items], exp: mandate.expiresAt } }
      : {}),
  };
};
