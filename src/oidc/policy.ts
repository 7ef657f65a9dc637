/** When a person has to be asked: the library's checks, and ours in place of those that do the wrong thing. */
import { type interactionPolicy as InteractionPolicy, interactionPolicy } from 'oidc-provider';
import { isMet, isReachable } from './levels.ts';
import { type OidcContext, requestedAcr } from './library.ts';

const { Check, base } = interactionPolicy;

/** The session's account is blocked, closed or gone. Without this check the library answers 500 (OP#1087). */
const accountMissing = new Check(
  'account_missing',
  'the account of the session cannot be used',
  'login_required',
  (ctx) => {
    const oidc = ctx.oidc as unknown as OidcContext;
    return oidc.session?.accountId !== undefined && oidc.account === undefined;
  },
);

/**
 * In place of the library's comparison by equality, which starts a new interaction for ever: levels are ordered, and
 * what cannot be reached is said once (unmet_authentication_requirements, OpenID Connect Core Error Code 1.0).
 */
const acrUnmet = new Check(
  'acr_unmet',
  'the requested authentication context cannot be reached',
  'unmet_authentication_requirements',
  (ctx) => {
    const oidc = ctx.oidc as unknown as OidcContext;
    const request = requestedAcr(oidc);
    if (!isReachable(request)) return true;
    return oidc.account !== undefined && !isMet(request, oidc.session?.acr);
  },
);

export const createPolicy = (): InteractionPolicy.DefaultPolicy => {
  const policy = base();
  const login = policy.get('login');
  if (login === undefined) throw new TypeError('oidc-provider has no login prompt');
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(accountMissing, 0);
  login.checks.add(acrUnmet);
  return policy;
};
