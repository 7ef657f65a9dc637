declare module 'oidc-provider/lib/helpers/grants.js' {
  import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

  interface Proof {
    thumbprint: string;
    jti: string;
  }

  /** What the library's own grant types are built of. */
  export function validateDpop(provider: Provider, ctx: KoaContextWithOIDC): Promise<Proof | undefined>;
  export function checkDpopReplay(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    proof: Proof | undefined,
    clientId: string,
  ): Promise<void>;
  export function checkDpopRequired(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    proof: Proof | undefined,
  ): void;
  export function findAccount(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    accountId: string,
    source: object,
  ): Promise<object | undefined>;
  export function buildTokenResponse(
    provider: Provider,
    answer: {
      accessToken: string;
      expiresIn: number;
      issuedTokenType: string;
      scope: string;
      tokenType: string;
    },
  ): Record<string, unknown>;
}
