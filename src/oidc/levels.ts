/**
 * Levels of assurance: how well the person was proved, and how strong the sign-in was. Two numbers, never one.
 * `urn:onecert:acr:p<1-3>a<1-3>` is satisfied when both numbers reach.
 */
export interface Level {
  proofing: number;
  authenticator: number;
}

const prefix = 'urn:onecert:acr:';
const pattern = /^urn:onecert:acr:p([1-3])a([1-3])$/;

/** A password alone; other methods raise it. */
export const passwordLevel = 1;
/** The strongest sign-in this server can ask for. A request above it can never be met and is told so at once. */
export const strongestSignIn = passwordLevel;

export const acrValues: readonly string[] = [1, 2, 3].flatMap((p) =>
  [1, 2, 3].map((a) => `${prefix}p${p}a${a}`),
);

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

/** False when no way of signing in that we have could reach any of the values. */
export const isReachable = (request: AcrRequest | undefined): boolean =>
  request === undefined ||
  asksForNothing(request) ||
  known(request).some((level) => level.authenticator <= strongestSignIn);

/** What the ID token says: the strongest requested value that is satisfied, else the session's own. */
export const answeredAcr = (request: AcrRequest | undefined, acr: string | undefined): string | undefined => {
  const has = parseAcr(acr);
  if (request === undefined || has === undefined) return acr;
  const met = known(request).filter((level) => satisfies(has, level));
  const [strongest] = met.sort((a, b) => b.proofing + b.authenticator - (a.proofing + a.authenticator));
  return strongest ? toAcr(strongest) : acr;
};
