/**
 * In which capacity a person acts: as herself, for an enterprise, or as an official. It belongs to one authorization
 * and its Grant, not to the browser (design: Identity). Sources: enterprises (mandates), officials (posts).
 */
export type Capacity = SelfCapacity | EnterpriseCapacity | OfficeCapacity;

export interface SelfCapacity {
  kind: 'self';
  ref: 'self';
}

export interface EnterpriseCapacity {
  kind: 'enterprise';
  /** Stable reference of this capacity: `e:<enterprise id>:<role>[:<mandate id>]`. Holds nothing personal. */
  ref: string;
  enterprise: { id: string; creditCode: string; name: string; region: string };
  role: 'legal_rep' | 'manager' | 'delegate';
  /** A delegate's limits; legal representative and managers have none. */
  mandate?: { id: string; items: readonly string[]; expiresAt: number };
}

export interface OfficeCapacity {
  kind: 'office';
  /** `o:<post id>` */
  ref: string;
  unit: { id: string; creditCode: string; name: { zh: string; en: string }; region: string };
  /** Role codes of src/officials. */
  roles: readonly string[];
  /** Authenticator strength to sign in with, at least (levels of src/oidc): two factors, or a passkey. */
  strength: 2 | 3;
}

/** Scope of an app officials work with; only there, and where her card is carried, an office is a choice. */
export const officeScope = 'office';

/** Scope of the wallet, which an official enters in an office to carry her card; it opens nothing else of it. */
export const officeCardScope = 'office_card';

export interface CapacitySource {
  /** Live capacities of a person, narrowed to an app's items (a delegate without one of them has no capacity there). */
  of(accountId: string, items: readonly string[]): Promise<Capacity[]>;
  /** The capacity as it stands now; undefined once the mandate, post or role has ended. Asked at token and use time. */
  live(accountId: string, ref: string, items: readonly string[]): Promise<Capacity | undefined>;
}

/** One source of several: each knows its own references and no other's. */
export const joinCapacitySources = (...sources: CapacitySource[]): CapacitySource => ({
  async of(accountId, items) {
    return (await Promise.all(sources.map((source) => source.of(accountId, items)))).flat();
  },
  async live(accountId, ref, items) {
    for (const source of sources) {
      const capacity = await source.live(accountId, ref, items);
      if (capacity !== undefined) return capacity;
    }
    return undefined;
  },
});
