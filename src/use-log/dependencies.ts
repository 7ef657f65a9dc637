import type { Audit, AuditEntry } from '../audit/index.ts';
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

export interface LogOf {
  subject: string;
  /** Whether an entry is of the capacity she reads in: in her office, what became of the cards that she carries there. */
  isHere(entry: AuditEntry): Promise<boolean>;
}

/** Whose log it is: her own, or that of the enterprise she acts for; in an office her own affairs are left out (ZZD-1). */
export const logOf = async (
  { holders, credentials }: UseLogContext,
  { accountId, capacity }: Reading,
): Promise<LogOf> => {
  const acting = await holders.acting(accountId, capacity);
  if (!acting) throw new ServiceError('unauthenticated');
  const { holder, office, mayHave } = acting;
  return {
    subject: holder.id,
    async isHere({ object }) {
      if (!office) return true;
      const certificate = object === undefined ? undefined : await credentials.certificate(object, holder.id);
      return certificate !== undefined && mayHave(certificate.type);
    },
  };
};
