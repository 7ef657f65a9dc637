/** Who stands behind a code or token: the person as she is now, in the capacity its grant was given in. */
import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Accounts, Capacity } from '../accounts/index.ts';
import { type ClaimExists, type ClaimsSource, libraryAccount, type ReadPersonal } from './account-claims.ts';
import { whileStoreAnswers } from './adapter/store-faults.ts';
import type { OwnMetadata } from './apps/client-metadata.ts';
import { type Acting, capacityClaims } from './capacities/acting.ts';
import type { GrantCapacity, OidcContext } from './library.ts';

type Features = NonNullable<Configuration['features']>;
type Introspectable = NonNullable<NonNullable<Features['introspection']>['allowedPolicy']>;
type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

interface HolderDeps {
  accounts: Accounts;
  acting: Acting;
  claimExists: ClaimExists | undefined;
  pairwiseKey: Uint8Array;
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
  const { accounts, acting, logger } = deps;

  /** The grant a code or token stands on. */
  const grantOf = async (
    ctx: KoaContextWithOIDC,
    grantId: string | undefined,
  ): Promise<Grant | undefined> => {
    const loaded = oidcOf(ctx).entities.Grant as (Grant & { jti: string }) | undefined;
    if (grantId === undefined || loaded?.jti === grantId) return loaded;
    return (await provider().Grant.find(grantId)) as Grant | undefined;
  };
  const claimsOf = (capacity: Capacity, client: unknown, full: boolean): Record<string, unknown> =>
    capacityClaims(capacity, {
      full,
      sector: (client as OwnMetadata).onecert_sector,
      pairwiseKey: deps.pairwiseKey,
    });

  return {
    findAccount: (ctx, id, token) =>
      whileStoreAnswers(logger, async () => {
        const account = await accounts.get(id);
        if (account?.state !== 'active') return undefined;
        const source = token as unknown as (ClaimsSource & { grantId?: string }) | undefined;
        const grant = source?.grantId === undefined ? undefined : await grantOf(ctx, source.grantId);
        const { client } = oidcOf(ctx);
        // The person agreed to it on the consent page; who read what and when stands on her log.
        const read: ReadPersonal = (fields) =>
          whileStoreAnswers(logger, () =>
            accounts.readPlain(id, {
              fields,
              purpose: 'app_consented',
              actor: `client:${client?.clientId ?? 'unknown'}`,
            }),
          );
        const rules = { read, source, exists: deps.claimExists };
        if (grant?.capacity === undefined) return libraryAccount(account, rules);
        const capacity = await acting.live(id, grant.capacity, scopesOfGrant(grant));
        // The mandate or post has ended: for this token there is nobody any more.
        if (capacity === undefined) return undefined;
        return libraryAccount(account, { ...rules, acting: (full) => claimsOf(capacity, client, full) });
      }),

    // An app learns of its own tokens only; another's answers exactly {"active":false}.
    async introspectable(ctx, client, token) {
      if (token.clientId !== client.clientId) return false;
      const { grantId, accountId } = token as { grantId?: string; accountId?: string };
      if (grantId === undefined || accountId === undefined) return true;
      const grant = await grantOf(ctx, grantId);
      const capacity = grant && (await acting.live(accountId, grant.capacity, scopesOfGrant(grant)));
      // A capacity that has ended takes its tokens with it.
      if (capacity === undefined) return false;
      const more = token as { extra?: Record<string, unknown> };
      if (capacity.kind !== 'self') more.extra = { ...more.extra, ...claimsOf(capacity, client, true) };
      return true;
    },
  };
};
