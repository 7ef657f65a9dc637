/**
 * The `claims` parameter (OpenID Connect Core §5.5). A personal claim asked for by name counts as asking for its scope:
 * the consent page says it in the scope's words, and userinfo delivers it. What the app may not use is left out, as
 * §5.5.1 wants of a claim that is not available, essential or not. No ID token carries it.
 */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { OidcContext } from './library.ts';
import { claimsByScope } from './scopes.ts';

type Asked = Record<string, Record<string, unknown> | undefined>;

/** Nobody's secret: given without a scope. */
const open = new Set(['sub', 'acr', 'auth_time', 'amr', 'iss']);

const { openid: _always, ...personal } = claimsByScope;
const scopeOf = new Map<string, string>(
  Object.entries(personal).flatMap(([scope, claims]) => claims.map((claim) => [claim, scope] as const)),
);

const membersOf = (claims: Asked, target: string): [string, unknown][] => {
  const members = Object.entries(claims[target] ?? {});
  for (const [, member] of members) {
    if (member !== null && (typeof member !== 'object' || Array.isArray(member)))
      throw new errors.InvalidRequest('claims members must be null or objects');
  }
  return members;
};

/** `assertClaimsParameter` of the library: puts scopes in the place of personal claims before anything is decided. */
export const takeAskedClaims = (ctx: KoaContextWithOIDC, claims: Asked, client: unknown): void => {
  const params = (ctx.oidc as unknown as OidcContext).params!;
  const userinfo = membersOf(claims, 'userinfo');
  const idToken = membersOf(claims, 'id_token');
  const acr = claims.id_token?.acr as { values?: unknown } | null | undefined;
  if (acr?.values !== undefined && !Array.isArray(acr.values))
    throw new errors.InvalidRequest('claims.id_token.acr.values must be an array');
  const kept = (members: [string, unknown][]) =>
    Object.fromEntries(members.filter(([name]) => open.has(name)));
  params.claims = JSON.stringify({ userinfo: kept(userinfo), id_token: kept(idToken) });

  const { scope: allowed } = client as { scope?: string };
  const mayUse = (scope: string): boolean => allowed === undefined || allowed.split(' ').includes(scope);
  const asked = new Set(String(params.scope ?? '').split(' '));
  for (const [name] of [...userinfo, ...idToken]) {
    const scope = scopeOf.get(name);
    if (scope !== undefined && mayUse(scope)) asked.add(scope);
  }
  params.scope = [...asked].join(' ');
};
