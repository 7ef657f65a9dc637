/** Who stands behind a code or token, as the library asks for it: the person as she is now, in her grant's capacity. */
import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { ClaimsSource } from './account-claims.ts';
import { keyOf, type OidcStore } from './adapter/oidc-store.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import type { OwnMetadata } from './apps/client-metadata.ts';
import type { Acting } from './capacities/acting.ts';
import { actOf, holderOf } from './exchange/act.ts';
import type { ClaimsClient, FindAccount } from './find-account.ts';
import type { GrantCapacity, OidcContext } from './library.ts';
import { pairwiseSubject, type Subjects } from './subject.ts';

type Features = NonNullable<Configuration['features']>;
type Introspectable = NonNullable<NonNullable<Features['introspection']>['allowedPolicy']>;
type Revocable = NonNullable<NonNullable<Features['revocation']>['allowedPolicy']>;
type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

interface HolderDeps {
  store: Pick<OidcStore, 'collection'>;
  findAccount: FindAccount;
  acting: Acting;
  subjects: Subjects;
  logger: Logger;
}

const oidcOf = (ctx: KoaContextWithOIDC): OidcContext => ctx.oidc as unknown as OidcContext;

interface TokenHolder {
  findAccount: NonNullable<Configuration['findAccount']>;
  introspectable: Introspectable;
  revocable: Revocable;
}

/** `findAccount` and the `allowedPolicy` of introspection and revocation, as the library asks for them. */
export const createTokenHolder = (
  { store, findAccount, acting, subjects, logger }: HolderDeps,
  provider: () => Provider,
): TokenHolder => {
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
    async findAccount(ctx, id, token) {
      const source = token as unknown as (ClaimsSource & { grantId?: string }) | undefined;
      const grant = await whileStoreAnswers(logger, async () =>
        source?.grantId === undefined ? undefined : grantOf(ctx, source.grantId),
      );
      return findAccount(id, { source, grant, client: oidcOf(ctx).client as ClaimsClient | undefined });
    },

    // An app learns of its own tokens only; another's answers exactly {"active":false}.
    async introspectable(ctx, client, token) {
      if (holderOf(token) !== client.clientId) return false;
      const { grantId, accountId } = token as { grantId?: string; accountId?: string };
      if (grantId === undefined || accountId === undefined) return true;
      const grant = await grantOf(ctx, grantId);
      const capacity =
        grant && (await acting.live(accountId, grant.capacity, grant.getOIDCScope().split(' ')));
      // A capacity that has ended takes its tokens with it.
      if (capacity === undefined) return false;
      const more = token as { extra?: Record<string, unknown> };
      if (capacity.kind !== 'self')
        more.extra = { ...more.extra, ...findAccount.claimsOf(capacity, client, true) };
      const { onecert_sector: sector } = client as unknown as OwnMetadata;
      // The library would name the person as the app knows her that the token was given to first.
      if (actOf(token) !== undefined)
        more.extra = { ...more.extra, sub: pairwiseSubject(subjects, oidcOf(ctx), sector, accountId) };
      return true;
    },

    async revocable(_ctx, client, token) {
      if (holderOf(token) !== client.clientId) return false;
      if (actOf(token) === undefined) return true;
      // The library ends the grant along with a token. A department that tidies up ends its own token and nothing of the
      // portal's, which the person gave the grant to.
      const { jti } = token as unknown as { jti: string };
      await whileStoreAnswers(logger, () => store.collection('AccessToken').delete(keyOf(jti)));
      return false;
    },
  };
};
