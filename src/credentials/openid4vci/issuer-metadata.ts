import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, seconds } from '../../clock.ts';
import { type SigningKey, signJws } from '../../keyring/index.ts';

const path = '/.well-known/openid-credential-issuer';
const lifetimeSeconds = 86_400;

export interface MetadataDeps {
  clock: Clock;
  baseUrl: string;
  /** What the library refuses to publish, since it has nothing behind it. */
  members: Record<string, unknown>;
  /** A login key: its public half is at `/jwks`. HAIP 1.0 §4.1 wants its certificate. */
  signer(): Promise<{ key: SigningKey; x5c?: string[] }>;
}

interface Published {
  credential_configurations_supported: Record<string, { format: string }>;
}

/** Appendix A.2.2: an mdoc is bound to a COSE key. */
const withBindings = <T extends Published>(metadata: T): T => ({
  ...metadata,
  credential_configurations_supported: Object.fromEntries(
    Object.entries(metadata.credential_configurations_supported).map(([id, one]) => [
      id,
      one.format === 'mso_mdoc' ? { ...one, cryptographic_binding_methods_supported: ['cose_key'] } : one,
    ]),
  ),
});

/**
 * Completes the credential issuer's metadata, and signs it for who asks so (OpenID4VCI 1.0 §12.2.2, §12.2.3). Without a
 * preference it is JSON.
 */
export const metadataMiddleware =
  ({ clock, baseUrl, members, signer }: MetadataDeps) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.path !== path || ctx.method === 'OPTIONS' || ctx.status !== 200) return;
    const metadata = withBindings({ ...(ctx.body as Published), ...members });
    ctx.vary('Accept');
    if (ctx.accepts('application/json', 'application/jwt') !== 'application/jwt') {
      ctx.body = metadata;
      return;
    }
    const { key, x5c } = await signer();
    const iat = seconds(clock);
    const { kty, crv, x, y } = key.publicJwk;
    ctx.body = await signJws(
      key,
      'openidvci-issuer-metadata+jwt',
      { ...metadata, iss: baseUrl, sub: baseUrl, iat, exp: iat + lifetimeSeconds },
      x5c ? { x5c } : { jwk: { kty, crv, x, y } },
    );
    ctx.type = 'application/jwt';
  };
