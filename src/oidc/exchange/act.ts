/** Who uses a token: the app it was given to, or the last of those that exchanged it (RFC 8693 §4.1). */

/** The `act` claim: who acts now, and through whom the token came to it. */
export interface Act {
  /** The client_id. */
  sub: string;
  act?: Act;
}

interface ActingToken {
  clientId?: string;
  extra?: Record<string, unknown> | undefined;
}

/** Absent in a token that was not exchanged. */
export const actOf = (token: object): Act | undefined => (token as ActingToken).extra?.act as Act | undefined;

/** The one app a token is for: what it may be shown by, looked at by and ended by. */
export const holderOf = (token: object): string | undefined =>
  actOf(token)?.sub ?? (token as ActingToken).clientId;

/** All of the chain, the newest first. */
export const actorsOf = (act: Act | undefined): string[] =>
  act === undefined ? [] : [act.sub, ...actorsOf(act.act)];
