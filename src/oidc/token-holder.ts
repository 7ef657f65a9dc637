/** Who stands behind a code or token: the person as she is now, in the capacity its grant was given in. */
import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { ClaimsSource } from './account-claims.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import type { OwnMetadata } from './apps/client-metadata.ts';
import type { Acting } from './capacities/acting.ts';
import { actOf, holderOf } from './exchange/act.ts';
import type { ClaimsClient, FindAccount } from './find-account.ts';
import type { GrantCapacity, OidcContext } from './library.ts';
import { pairwiseSubject, type Subjects } from './subject.ts';

type Features = NonNullable<Configuration['features']>;
type Introspectable = NonNullable<NonNullable<Features['introspection']>['allowedPolicy']>;
type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

interface HolderDeps {
  acting: Acting;
  findAccount: FindAccount;
  subjects: Subjects;
  logger: Logger;
}

/** Scopes of a grant, as the person agreed to them. */
const scopesOfGrant = (grant: Grant): string[] => grant.getOIDCScope().split(' ');

const oidcOf = (ctx: KoaContextWithOIDC): OidcContext => ctx.oidc as unknown as OidcContext;

/** `findAccount` and `features.introspection.allowedPolicy` of the library. */
export const createTokenHolder = (
  deps: HolderDeps,
  provider: () => Provider,
): { findAccount: NonNullable<Configuration['findAccount']>; introspectable: Introspectable } => {
  const { acting, logger } = deps;

  /** The grant a code or token stands on. */
  const grantOf = async (
    ctx: KoaContextWithOIDC,
    grantId: string | undefined,
  ): Promise<Grant | undefined> => {
    const loaded = oidcOf(ctx).entities.Grant as (Grant & { jti: string }) | undefined;
    if (grantId === undefined || loaded?.jti === grantId) return loaded;
    return (await provider().Grant.find(grantId)) as Grant | undefined;
  };

  return {
    findAccount: async (ctx, id, token) => {
      const source = token as unknown as (ClaimsSource & { grantId?: string }) | undefined;
      const grant = await whileStoreAnswers(logger, async () =>
        source?.grantId === undefined ? undefined : grantOf(ctx, source.grantId),
      );
      const client = oidcOf(ctx).client as ClaimsClient | undefined;
      return deps.findAccount(id, { source, grant, client });
    },

    // An app learns of its own tokens only; another's answers exactly {"active":false}.
    async introspectable(ctx, client, token) {
      if (holderOf(token) !== client.clientId) return false;
      const { grantId, accountId } = token as { grantId?: string; accountId?: string };
      if (grantId === undefined || accountId === undefined) return true;
      const grant = await grantOf(ctx, grantId);
      const capacity = grant && (await acting.live(accountId, grant.capacity, scopesOfGrant(grant)));
      // A capacity that has ended takes its tokens with it.
      if (capacity === undefined) return false;
      const more = token as { extra?: Record<string, unknown> };
      if (capacity.kind !== 'self')
        more.extra = { ...more.extra, ...deps.findAccount.claimsOf(capacity, client, true) };
      if (actOf(token) !== undefined) {
        // The library would name the person as the app knows her that the token was given to first.
        const { onecert_sector: sector } = client as unknown as OwnMetadata;
        more.extra = { ...more.extra, sub: pairwiseSubject(deps.subjects, oidcOf(ctx), sector, accountId) };
      }
      return true;
    },
  };
};
