/**
 * Each authorization stands on a grant of exactly what it asks for and the person agreed to. The library would reuse the
 * session's grant and leak earlier scopes to a request that no longer asks for them.
 */
import { errors, type Provider } from 'oidc-provider';
import type { Capacity } from '../accounts/index.ts';
import type { OwnMetadata } from './apps/client-metadata.ts';
import { entityKeyOf } from './capacities/acting.ts';
import type { DecideCapacity } from './capacities/decide-capacity.ts';
import type { Consents } from './consents/consents.ts';
import type { ClientLike, GrantCapacity, OidcContext } from './library.ts';

type Grant = InstanceType<Provider['Grant']> & GrantCapacity;

export interface GrantDeps {
  baseUrl: string;
  consents: Consents;
  /** Scopes of the configuration; others a request may hold are ignored, as the library does. */
  scopes: ReadonlySet<string>;
  decideCapacity: DecideCapacity;
}

/** Scopes that mean something to us, in the order of the request. */
export const askedScopes = (scope: unknown, scopes: ReadonlySet<string>): string[] => [
  ...new Set((typeof scope === 'string' ? scope : '').split(' ').filter((name) => scopes.has(name))),
];

const asksUs = (resource: unknown, baseUrl: string): boolean =>
  Array.isArray(resource) ? resource.includes(baseUrl) : resource === baseUrl;

/**
 * Puts the capacity and the scopes in: as OpenID scopes, and for the audience when the request names it. Both, or
 * consent loops.
 */
export const fillGrant = (
  grant: Grant,
  capacity: Capacity,
  asked: readonly string[],
  resource: unknown,
  baseUrl: string,
): void => {
  grant.capacity = capacity.ref;
  if (asked.length === 0) return;
  grant.addOIDCScope(asked.join(' '));
  if (asksUs(resource, baseUrl)) grant.addResourceScope(baseUrl, asked.join(' '));
};

const sameWords = (a: string, b: readonly string[]): boolean => {
  const words = new Set(a.split(' ').filter(Boolean));
  return words.size === b.length && b.every((word) => words.has(word));
};

const isExactly = (
  grant: Grant,
  capacity: Capacity,
  asked: readonly string[],
  resource: unknown,
  baseUrl: string,
): boolean =>
  grant.capacity === capacity.ref &&
  sameWords(grant.getOIDCScope(), asked) &&
  sameWords(grant.getResourceScope(baseUrl), asksUs(resource, baseUrl) ? asked : []) &&
  grant.rar === undefined;

const isFirstParty = (client: ClientLike): boolean =>
  (client as unknown as OwnMetadata).onecert_first_party === true;

const findGrant = async (
  deps: GrantDeps,
  { Grant }: Provider,
  oidc: OidcContext,
): Promise<Grant | undefined> => {
  const { client, account, session, params } = oidc;
  if (!client || !account || !session || !params) return undefined;
  const agreedJustNow = oidc.result?.consent?.grantId;
  if (agreedJustNow !== undefined) return Grant.find(agreedJustNow);
  // RFC 9396: each request for details is a question of its own.
  if (params.authorization_details !== undefined) return undefined;

  const asked = askedScopes(params.scope, deps.scopes);
  const { accountId } = account;
  const { capacity, present } = await deps.decideCapacity(oidc);
  if (capacity === undefined) return undefined;
  // An official's session ends sooner (lifetimes.ts), whatever else it is used for.
  if (capacity.kind === 'office' && session.office !== true) session.office = true;
  const by = { account: accountId, client: client.clientId, entity: entityKeyOf(capacity) };
  const agreed = isFirstParty(client) || (await deps.consents.covers(by, asked));
  if (!agreed) return undefined;

  // Tokens bound to the session end when its grant changes: an equal one is kept, so that a second tab of the same app
  // does not sign the first one out.
  if (present !== undefined && isExactly(present, capacity, asked, params.resource, deps.baseUrl))
    return present;

  const grant: Grant = new Grant({ accountId, clientId: client.clientId });
  fillGrant(grant, capacity, asked, params.resource, deps.baseUrl);
  await grant.save();
  return grant;
};

/**
 * The library looks at a request once, when it comes in. The person may take ten minutes over her sign-in, and the app's
 * registration may be cut meanwhile.
 */
const checkAgain = ({ client, params }: OidcContext, scopes: ReadonlySet<string>): void => {
  if (!client || !params) return;
  if (!client.redirectUriAllowed(params.redirect_uri)) throw new errors.InvalidRedirectUri();
  const allowed = client.scope?.split(' ');
  const beyond = askedScopes(params.scope, scopes).filter((scope) => allowed?.includes(scope) === false);
  if (beyond.length > 0) throw new errors.InvalidScope('requested scope is not allowed', beyond.join(' '));
};

/** `loadExistingGrant` of the library: undefined sends the person to the consent page. */
export const createGrantLoader =
  (deps: GrantDeps, provider: () => Provider) =>
  async (ctx: { oidc: unknown }): Promise<Grant | undefined> => {
    const oidc = ctx.oidc as OidcContext;
    checkAgain(oidc, deps.scopes);
    const grant = await findGrant(deps, provider(), oidc);
    const { client, session } = oidc;
    // The grant may be gone when the session ends, and the app must be told by the subject it knows.
    if (grant && client && session) session.authorizationFor(client.clientId, true).capacity = grant.capacity;
    return grant;
  };
