/** RFC 8707: the one API an access token can be meant for is this server's own. */
import { type Configuration, errors } from 'oidc-provider';
import type { OidcContext } from './library.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

interface Settings {
  baseUrl: string;
  /** All scopes this server knows. */
  scopes: ReadonlySet<string>;
  /** Those an API of ours checks: a request for one gets a token with our audience. */
  resourceScopes: ReadonlySet<string>;
}

export const resourceIndicators = ({ baseUrl, scopes, resourceScopes }: Settings): ResourceIndicators => ({
  enabled: true,
  async defaultResource(ctx, _client, oneOf) {
    if (oneOf !== undefined) return oneOf.length === 1 ? oneOf[0]! : [...oneOf];
    const oidc = ctx.oidc as unknown as OidcContext;
    const asked = [...oidc.requestParamScopes].some((scope) => resourceScopes.has(scope));
    return asked || oidc.params?.authorization_details !== undefined
      ? baseUrl
      : (undefined as unknown as string);
  },
  useGrantedResource: async () => true,
  async getResourceServerInfo(_ctx, resource) {
    if (resource !== baseUrl) throw new errors.InvalidTarget();
    const covered = [...scopes].filter((scope) => scope !== 'offline_access');
    return { scope: covered.join(' '), audience: baseUrl, accessTokenFormat: 'opaque' as const };
  },
});
