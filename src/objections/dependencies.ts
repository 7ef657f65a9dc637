import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { ActContext, Catalogue, Credentials, Holders } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
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

/** What she filed in the capacity she acts in now: her own affairs are not her office's, nor an enterprise's (ZZD-1, NET-3). */
export const filedHere = async (deps: ObjectionDeps, filing: Filing): Promise<Versioned<Objection>[]> => {
  const { holder, office, mayHave } = await actingOf(deps, filing);
  return (await filedBy(deps.store, filing.accountId)).filter(
    (one) => one.holder === holder.id && (one.type === undefined ? !office : mayHave(one.type)),
  );
};
