/**
 * What apps sign: client assertions (RFC 7523), request objects (RFC 9101), DPoP proofs (RFC 9449). The library checks
 * signature, issuer and audience; here is what it leaves to us. Times may lie in the future a little (clockTolerance).
 */
import { decodeJwt } from 'jose';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, seconds } from '../clock.ts';
import { clockToleranceSeconds } from './adapter/durable-adapter.ts';
import { isHigh, isStrong } from './profile-high.ts';
import { wasFetched } from './request-by-reference.ts';

type Features = NonNullable<Configuration['features']>;
type CheckAssertion = NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']>;
type CheckRequestObject = NonNullable<NonNullable<Features['requestObjects']>['assertJwtClaimsAndHeader']>;

/** Longer than any app needs, short enough for its id to be remembered until then. */
const longestSeconds = 3600;
/** FAPI 2.0 Security Profile §5.3.2.1: from here on a time in the future is no clock that runs fast. */
const farFutureSeconds = 60;

interface Rules {
  checkAssertion: CheckAssertion;
  checkRequestObject: CheckRequestObject;
  /** `features.dPoP.requireNonce`: a proof from the future must hold our nonce, which dates it (RFC 9449 §8). */
  needsNonce(ctx: KoaContextWithOIDC): boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export const createJwtRules = (clock: Clock): Rules => {
  /** Why the times are not to be believed; the library has refused what expired or is not valid yet. */
  const faultOfTimes = ({ exp, iat }: Record<string, unknown>, needsExp = true): string | undefined => {
    const now = seconds(clock);
    if (exp === undefined ? needsExp : !isNumber(exp) || exp > now + longestSeconds + clockToleranceSeconds)
      return 'exp must be within an hour from now';
    if (iat !== undefined && (!isNumber(iat) || iat > now + clockToleranceSeconds))
      return 'iat must not be in the future';
    return undefined;
  };
  const faultOfHeader = (header: Record<string, unknown>, client: unknown): string | undefined => {
    // RFC 7797 §7: a JWT has no unencoded payload; we know no other extension.
    if (header.crit !== undefined || header.b64 !== undefined) return 'critical extensions are not supported';
    if (isHigh(client) && !isStrong(header.alg)) return 'alg is not allowed for this app';
    return undefined;
  };

  return {
    async checkAssertion(ctx, claims, header, client) {
      // RFC 7523 §3 with FAPI 2.0 §5.3.2.1: an assertion that another server would take too could be used here by it.
      const audience = isHigh(client)
        ? claims.aud === ctx.oidc.issuer
        : ([claims.aud].flat() as unknown[]).length === 1;
      const fault = audience
        ? (faultOfHeader(header, client) ?? faultOfTimes(claims))
        : 'aud must be this server alone';
      if (fault !== undefined) throw new errors.InvalidClientAuth(fault);
    },

    async checkRequestObject(ctx, claims, header, client) {
      // What was pushed without a signature is kept by the library in this form; its app has authenticated.
      const pushed = ctx.oidc.entities.PushedAuthorizationRequest !== undefined && header.alg === 'none';
      if (pushed) return;
      const { typ } = header as { typ?: string };
      // RFC 9101 §10.8: a JWT made for something else is no request.
      const ofRequest = typ === undefined || /^(?:jwt|(?:application\/)?oauth-authz-req\+jwt)$/i.test(typ);
      // OpenID Connect Core §6.1 asks for no exp; what we have just fetched from the app’s own address needs none.
      let fault = ofRequest
        ? (faultOfHeader(header, client) ?? faultOfTimes(claims, isHigh(client) || !wasFetched(ctx.req)))
        : 'typ does not fit';
      // FAPI 2.0 Message Signing §5.3.1
      if (isHigh(client) && !(isNumber(claims.nbf) && Number(claims.exp) - claims.nbf <= longestSeconds))
        fault ??= 'nbf must be there, at most an hour before exp';
      if (fault !== undefined) throw new errors.InvalidRequestObject(fault);
    },

    needsNonce(ctx) {
      try {
        return Number(decodeJwt(ctx.get('dpop')).iat) > seconds(clock) + farFutureSeconds;
      } catch {
        // No JWT at all: the library says so.
        return false;
      }
    },
  };
};
