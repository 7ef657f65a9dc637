/**
 * What of a session counts for one request. A session keeps the time of each method and is never lowered; a request with
 * `max_age` or `prompt=login` counts only what is fresh enough for it, and its tokens say only that.
 */
import type { SignInMethod } from '../accounts/index.ts';
import { amrOf, answeredAcr, methodsOf, parseAcr, strengthOf, toAcr } from './levels.ts';
import { type OidcContext, requestedAcr, type SessionLike } from './library.ts';

export type MethodTimes = Partial<Record<SignInMethod, number>>;

export interface SignInState {
  /** Methods that count for this request. */
  methods: SignInMethod[];
  strength: number;
  proofing: number;
  /** Both numbers as an acr value. */
  acr: string | undefined;
}

/** A session from before methods had times of their own, and everything the library builds itself, knows only its amr. */
export const timesOf = (session: SessionLike | undefined): MethodTimes => {
  if (session?.methods !== undefined) return session.methods;
  const at = session?.loginTs ?? 0;
  return Object.fromEntries(methodsOf(session?.amr).map((method) => [method, at]));
};

const entriesOf = (times: MethodTimes): [SignInMethod, number][] =>
  Object.entries(times) as [SignInMethod, number][];

const countingTimes = (oidc: OidcContext, now: number): MethodTimes => {
  const all = entriesOf(timesOf(oidc.session));
  const justNow = oidc.result?.login?.methods ?? {};
  const given = (method: SignInMethod): boolean => justNow[method] !== undefined;
  const maxAge = oidc.params?.max_age;
  if (oidc.prompts.has('login')) return Object.fromEntries(all.filter(([method]) => given(method)));
  if (maxAge === undefined) return Object.fromEntries(all);
  return Object.fromEntries(all.filter(([method, at]) => given(method) || now - at <= Number(maxAge)));
};

const proofingOf = (oidc: OidcContext): number =>
  oidc.account?.proofing ?? parseAcr(oidc.session?.acr)?.proofing ?? 0;

export const signInState = (oidc: OidcContext, now: number): SignInState => {
  const methods = entriesOf(countingTimes(oidc, now)).map(([method]) => method);
  const strength = strengthOf(methods);
  const proofing = proofingOf(oidc);
  const acr = strength > 0 && proofing > 0 ? toAcr({ proofing, authenticator: strength }) : undefined;
  return { methods, strength, proofing, acr };
};

/** Since then at the latest, everything a strength rests on was shown: the newest methods that reach it. */
export const shownSince = (times: MethodTimes, strength: number): number | undefined => {
  const newestFirst = entriesOf(times).sort(([, a], [, b]) => b - a);
  const methods: SignInMethod[] = [];
  let at: number | undefined;
  for (const [method, time] of newestFirst) {
    if (strengthOf(methods) >= strength) break;
    methods.push(method);
    at = time;
  }
  return at;
};

/** What the tokens of this authorization say of the sign-in. */
export const answeredSignIn = (
  oidc: OidcContext,
  now: number,
): { acr: string | undefined; amr: string[] | undefined; authTime: number | undefined } => {
  const state = signInState(oidc, now);
  const acr = answeredAcr(requestedAcr(oidc), state.acr);
  const reached = parseAcr(acr)?.authenticator ?? 1;
  const authTime = shownSince(countingTimes(oidc, now), reached);
  const amr = amrOf(state.methods);
  return { acr, amr: amr.length === 0 ? undefined : amr, authTime };
};
