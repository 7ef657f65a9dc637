/**
 * Levels of assurance: how well the person was proved, and how strong the sign-in was. Two numbers, never one.
 * `urn:onecert:acr:p<1-3>a<1-3>` is satisfied when both numbers reach. The table stands in docs/levels.md.
 */
import type { SignInMethod } from '../accounts/index.ts';

export interface Level {
  proofing: number;
  authenticator: number;
}

const prefix = 'urn:onecert:acr:';
const pattern = /^urn:onecert:acr:p([1-3])a([1-3])$/;

export const acrValues: readonly string[] = [1, 2, 3].flatMap((p) =>
  [1, 2, 3].map((a) => `${prefix}p${p}a${a}`),
);

/**
 * How strong these methods are together. A text message and TOTP are one phone, hence one factor; a passkey with user
 * verification is two by itself, and cannot be phished. A scan passes on what the phone had shown, two factors at most:
 * the page that drew the code may stand before somebody else (docs/threats-sign-in.md).
 */
export const strengthOf = (methods: Iterable<SignInMethod>): number => {
  const has = new Set(methods);
  if (has.has('passkey')) return 3;
  if (has.has('scan_mfa') || (has.has('pwd') && (has.has('otp') || has.has('sms')))) return 2;
  return has.has('pwd') || has.has('sms') || has.has('scan') ? 1 : 0;
};

/** RFC 8176 §2. A scan is `mca` (two channels) and `user`; the phone signs nothing, so it is neither `swk` nor `pop`. */
const namesOf: Record<SignInMethod, readonly string[]> = {
  pwd: ['pwd'],
  sms: ['sms'],
  otp: ['otp'],
  passkey: ['pop', 'user'],
  scan: ['mca', 'user'],
  scan_mfa: ['mca', 'user', 'mfa'],
};
const order: readonly SignInMethod[] = ['pwd', 'sms', 'otp', 'passkey', 'scan', 'scan_mfa'];

export const amrOf = (methods: Iterable<SignInMethod>): string[] => {
  const has = new Set(methods);
  const names = order.filter((method) => has.has(method)).flatMap((method) => namesOf[method]);
  return [...new Set(strengthOf(has) >= 2 ? [...names, 'mfa'] : names)];
};

/** The way back, for tokens and sessions that know only their `amr`. */
export const methodsOf = (amr: readonly string[] | undefined): SignInMethod[] =>
  order.filter((method) => namesOf[method].every((name) => amr?.includes(name)));

export const toAcr = ({ proofing, authenticator }: Level): string => `${prefix}p${proofing}a${authenticator}`;

export const parseAcr = (acr: string | undefined): Level | undefined => {
  const match = pattern.exec(acr ?? '');
  return match ? { proofing: Number(match[1]), authenticator: Number(match[2]) } : undefined;
};

const satisfies = (has: Level, wants: Level): boolean =>
  has.proofing >= wants.proofing && has.authenticator >= wants.authenticator;

export interface AcrRequest {
  values: readonly string[];
  essential: boolean;
  /** Asked for by the `claims` parameter and not essential: what cannot be had is left out (OIDC Core §5.5.1.1). */
  voluntary?: boolean;
}

const known = (request: AcrRequest): Level[] =>
  request.values.map(parseAcr).filter((level): level is Level => level !== undefined);

/** Values we do not know ask for nothing, unless the request says it cannot do without (OIDC Core §5.5.1.1). */
const asksForNothing = (request: AcrRequest | undefined): boolean =>
  request === undefined || request.values.length === 0 || (known(request).length === 0 && !request.essential);

/** The listed values are a minimum: the sign-in is good when it reaches any one of them. */
export const isMet = (request: AcrRequest | undefined, acr: string | undefined): boolean => {
  if (request === undefined || asksForNothing(request)) return true;
  const has = parseAcr(acr);
  return has !== undefined && known(request).some((level) => satisfies(has, level));
};

/** False when nobody could reach any of the values here. */
export const isReachable = (request: AcrRequest | undefined): boolean =>
  request === undefined || asksForNothing(request) || known(request).length > 0;

/**
 * The authenticator strength a person of this proofing has to show: the least that meets the request, 0 for one that
 * asks for nothing; undefined when no sign-in of hers could.
 */
export const wantedStrength = (request: AcrRequest | undefined, proofing: number): number | undefined => {
  if (request === undefined || asksForNothing(request)) return 0;
  const levels = known(request).filter((level) => level.proofing <= proofing);
  return levels.length === 0 ? undefined : Math.min(...levels.map(({ authenticator }) => authenticator));
};

/** What the ID token says: the strongest requested value that is satisfied, else the session's own. */
export const answeredAcr = (request: AcrRequest | undefined, acr: string | undefined): string | undefined => {
  const has = parseAcr(acr);
  if (request === undefined || has === undefined) return acr;
  const met = known(request).filter((level) => satisfies(has, level));
  const [strongest] = met.sort((a, b) => b.proofing + b.authenticator - (a.proofing + a.authenticator));
  return strongest ? toAcr(strongest) : acr;
};
