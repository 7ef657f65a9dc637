import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue, Credentials, Holders } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import type { Families } from '../families/index.ts';
import type { DescribeUse } from '../my-account/index.ts';
import type { Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import type { Collection } from '../storage/index.ts';

/** Up to which moment somebody has seen what changed. */
export interface SeenMark {
  /** `<account>|<whose affairs>` */
  id: string;
  account: string;
  /** Unix milliseconds. */
  upTo: number;
}

export interface UseLogContext {
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Pick<Credentials, 'certificate'>;
  describe: DescribeUse;
  families: Pick<Families, 'of' | 'end'>;
  holders: Pick<Holders, 'acting'>;
  officials: Pick<Officials, 'tree'>;
  oidc: Pick<Oidc, 'apps' | 'consents'>;
  marks: Collection<SeenMark>;
}

/** Who reads, as what. */
export interface Reading {
  accountId: string;
  capacity: string;
  requestId?: string;
}

/** Whose log it is: her own, or that of the enterprise she acts for. */
export const subjectOf = async ({ holders }: UseLogContext, { accountId, capacity }: Reading) => {
  const acting = await holders.acting(accountId, capacity);
  if (!acting) throw new ServiceError('unauthenticated');
  return acting.holder.id;
};
