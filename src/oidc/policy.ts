/** When a person has to be asked: the library's checks, and ours in place of those that do the wrong thing. */
import { type interactionPolicy as InteractionPolicy, interactionPolicy } from 'oidc-provider';
import type { SignInMethod } from '../accounts/index.ts';
import type { DecideCapacity } from './capacities/decide-capacity.ts';
import { isReachable, strengthOf, wantedStrength } from './levels.ts';
import { type ClientLike, type OidcContext, requestedAcr } from './library.ts';
import { signInState } from './sign-in-state.ts';

const { Check, Prompt, base } = interactionPolicy;

export interface PolicyDeps {
  decideCapacity: DecideCapacity;
  /** What the person of the request could sign in with. */
  methodsOf(accountId: string): Promise<ReadonlySet<SignInMethod>>;
  now(): number;
  /** The subjects an app knows a person by, in either realm. */
  subjectsOf(client: ClientLike | undefined, accountId: string): readonly string[];
}

/** Details of the check `step_up`, read by the pages. */
export interface StepUp {
  wanted: number;
  /** What counts already. */
  has: SignInMethod[];
}

const oidcOf = (ctx: { oidc: unknown }): OidcContext => ctx.oidc as OidcContext;

/** The session's account is blocked, closed or gone. Without this check the library answers 500 (OP#1087). */
const accountMissing = new Check(
  'account_missing',
  'the account of the session cannot be used',
  'login_required',
  (ctx) => {
    const oidc = oidcOf(ctx);
    return oidc.session?.accountId !== undefined && oidc.account === undefined;
  },
);

/**
 * The library looks whether any login result is there, and would take a sign-in of hours ago for one of now. Here each
 * method counts by its own time. A session in which nothing counts by itself (a code of an authenticator app alone) is
 * nobody's sign-in either.
 */
const maxAge = (deps: PolicyDeps) =>
  new Check('max_age', 'End-User authentication could not be obtained', 'login_required', (ctx) => {
    const oidc = oidcOf(ctx);
    if (oidc.session?.accountId === undefined) return oidc.params?.max_age !== undefined;
    return signInState(oidc, deps.now()).strength === 0;
  });

/** The subject of the hint; its signature was checked when the request came in. */
const hintedSubject = (oidc: OidcContext): unknown => {
  const hint = oidc.params?.id_token_hint;
  if (typeof hint !== 'string') return undefined;
  const payload = Buffer.from(hint.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { sub?: unknown }).sub;
};

/**
 * The library forgets the hint while the person signs in, and would hand the app whoever comes back (OIDC Core
 * §3.1.2.1: a positive answer is for the person of the hint alone).
 */
const otherThanHinted = (deps: PolicyDeps) =>
  new Check(
    'id_token_hint',
    'id_token_hint and authenticated subject do not match',
    'login_required',
    (ctx) => {
      const oidc = oidcOf(ctx);
      const sub = hintedSubject(oidc);
      if (sub === undefined) return false;
      const accountId = oidc.session?.accountId;
      return accountId === undefined || !deps.subjectsOf(oidc.client, accountId).includes(String(sub));
    },
  );

interface Missing {
  wanted: number | undefined;
  has: SignInMethod[];
  reachable: boolean;
  /** It is the office she chose that asks for more than she can show. */
  byOffice?: boolean;
}

/** What is missing for the request; undefined when nothing is. */
const missingFor = async (deps: PolicyDeps, oidc: OidcContext): Promise<Missing | undefined> => {
  const request = requestedAcr(oidc);
  if (oidc.account === undefined) {
    return isReachable(request) ? undefined : { wanted: undefined, has: [], reachable: false };
  }
  const { methods, strength, proofing } = signInState(oidc, deps.now());
  const asked = wantedStrength(request, proofing);
  if (asked === undefined && !request?.voluntary)
    return { wanted: undefined, has: methods, reachable: false };
  const { capacity } = await deps.decideCapacity(oidc);
  const least = capacity?.kind === 'office' ? capacity.strength : 0;
  const all = Math.max(asked ?? 0, least);
  // Nothing that counts: a full sign-in is asked for by another check.
  if (strength >= all || strength === 0) return undefined;
  const could = strengthOf([...methods, ...(await deps.methodsOf(oidc.account.accountId))]);
  // What is only wished for is asked of who can give it, here and now.
  const without = request?.voluntary === true && (could < all || oidc.prompts.has('none'));
  const wanted = without ? least : all;
  return strength >= wanted
    ? undefined
    : { wanted, has: methods, reachable: could >= wanted, byOffice: could < least };
};

/**
 * In place of the library's comparison by equality, which starts a new interaction for ever: levels are ordered, what is
 * missing is asked for, and what this person cannot reach is said once (unmet_authentication_requirements, OpenID
 * Connect Core Error Code 1.0).
 */
const acrUnmet = (deps: PolicyDeps) =>
  new Check(
    'acr_unmet',
    'the requested authentication context cannot be reached',
    'unmet_authentication_requirements',
    async (ctx) => (await missingFor(deps, oidcOf(ctx)))?.reachable === false,
    async (ctx) => ((await missingFor(deps, oidcOf(ctx)))?.byOffice ? { officeUnmet: true } : {}),
  );

const stepUp = (deps: PolicyDeps) =>
  new Check(
    'step_up',
    'a further factor is needed',
    'login_required',
    async (ctx) => (await missingFor(deps, oidcOf(ctx)))?.reachable === true,
    async (ctx) => {
      const missing = await missingFor(deps, oidcOf(ctx));
      return missing?.reachable ? { stepUp: { wanted: missing.wanted, has: missing.has } } : {};
    },
  );

/** More than one capacity, and none chosen for this app yet. */
const capacityNeeded = (deps: PolicyDeps) =>
  new Check(
    'capacity_needed',
    'the person has to say in which capacity she acts',
    'account_selection_required',
    async (ctx) => {
      const oidc = oidcOf(ctx);
      return oidc.account !== undefined && (await deps.decideCapacity(oidc)).capacity === undefined;
    },
  );

export const createPolicy = (deps: PolicyDeps): InteractionPolicy.DefaultPolicy => {
  const policy = base();
  const login = policy.get('login');
  if (login === undefined) throw new TypeError('oidc-provider has no login prompt');
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.remove('max_age');
  login.checks.remove('id_token_hint');
  login.checks.add(accountMissing, 0);
  login.checks.add(maxAge(deps));
  login.checks.add(otherThanHinted(deps));
  login.checks.add(acrUnmet(deps));
  login.checks.add(stepUp(deps));
  const consent = policy.get('consent');
  if (consent === undefined) throw new TypeError('oidc-provider has no consent prompt');
  const askedFor = consent.details;
  consent.details = async (ctx) => ({
    ...(await askedFor(ctx)),
    capacity: (await deps.decideCapacity(oidcOf(ctx))).capacity?.ref,
  });
  policy.add(new Prompt({ name: 'select_account', requestable: true }, capacityNeeded(deps)), 1);
  return policy;
};
