import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { ActContext, Catalogue, Credentials, Holders } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { Families } from '../families/index.ts';
import type { Text } from '../http/index.ts';
import type { Versioned } from '../storage/index.ts';
import { type AskedOf, filedBy, type Objection, type ObjectionStore } from './objection.ts';

/** What every use case of the feature is given. */
export interface ObjectionDeps {
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Pick<Credentials, 'certificate' | 'superseded'>;
  holders: Pick<Holders, 'acting'>;
  families: Pick<Families, 'actsFor'>;
  store: ObjectionStore;
  /** The office that answers for an app or unit, and what she knows it by; undefined when there is no such. */
  answering(of: AskedOf): Promise<{ unit: string; name: Text } | undefined>;
  /** What the code of a refusal says to a person. */
  reasonWords(code: string): Text | undefined;
  unitName(id: string): Promise<Text | undefined>;
}

/** Who asks, and in which capacity. */
export interface Filing {
  accountId: string;
  capacity: string;
  context: ActContext;
}

/** Whose affairs she is in, or `unauthenticated` when the account or the power has ended. */
export const actingOf = async ({ holders }: ObjectionDeps, { accountId, capacity }: Filing) => {
  const acting = await holders.acting(accountId, capacity);
  if (!acting) throw new ServiceError('unauthenticated');
  return acting;
};

/** Whose certificate an objection is about: her own affairs', or a child's or relative's while the link stands (ZLB-5). */
export const concernedOf = async (deps: ObjectionDeps, filing: Filing, link: string | undefined) => {
  const acting = await actingOf(deps, filing);
  if (link === undefined) return acting;
  // Families are between people: not in the name of a firm or an office.
  if (acting.office || acting.holder.id !== filing.accountId) throw new ServiceError('wrong_capacity');
  const holder = await deps.families.actsFor(filing.accountId, link);
  if (!holder) throw new ServiceError('not_found');
  return { holder, office: undefined, mayHave: () => true };
};

/** What she filed in the capacity she acts in now: her own affairs are not her office's, nor an enterprise's (ZZD-1, NET-3). */
export const filedHere = async (deps: ObjectionDeps, filing: Filing): Promise<Versioned<Objection>[]> => {
  const { holder, office, mayHave } = await actingOf(deps, filing);
  const all = await filedBy(deps.store, filing.accountId);
  const asHerself = !office && holder.id === filing.accountId;
  const links = new Set(asHerself ? all.flatMap(({ link }) => link ?? []) : []);
  const standing = new Set<string>();
  for (const link of links) if (await deps.families.actsFor(filing.accountId, link)) standing.add(link);
  return all.filter((one) => {
    if (one.link !== undefined) return standing.has(one.link);
    return one.holder === holder.id && (one.type === undefined ? !office : mayHave(one.type));
  });
};
