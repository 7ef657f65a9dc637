/** What this issuer says of itself: the document programs read at /.well-known/openid-configuration, for our own pages. */
import type { Provider } from 'oidc-provider';
import writeDiscovery from 'oidc-provider/lib/actions/discovery.js';

/** OpenID Connect Discovery 1.0 §3, RFC 8414 §2. */
export interface Discovery {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  scopes_supported: string[];
  claims_supported: string[];
  acr_values_supported?: string[];
  id_token_signing_alg_values_supported: string[];
  token_endpoint_auth_methods_supported: string[];
  registration_endpoint?: string;
  end_session_endpoint?: string;
  backchannel_logout_supported?: boolean;
  [member: string]: unknown;
}

/** Made by the library's own code, so that a page cannot say anything else than the document does. */
export const discoveryOf = (provider: Provider): Discovery => {
  const oidc = { provider, issuer: provider.issuer, urlFor: (name: string) => provider.urlFor(name) };
  const ctx: { oidc: typeof oidc; body?: Discovery } = { oidc };
  writeDiscovery(ctx);
  if (ctx.body === undefined)
    throw new TypeError('oidc-provider writes its discovery document elsewhere now');
  return ctx.body;
};
