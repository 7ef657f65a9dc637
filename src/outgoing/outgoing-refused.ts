/** Why no answer came back. `address`, `scheme` and `redirect` do not get better by trying again. */
export type RefusalReason =
  | 'scheme' // not https, and not a host the operator named
  | 'address' // a place inside: loopback, private, link-local and their like
  | 'redirect'
  | 'too_large'
  | 'timed_out'
  | 'unreachable' // no such name, nobody listens, a certificate that does not hold, an answer that is not HTTP
  | 'unusable'; // what was asked for is no address

/** The request was not made, or its answer not taken. The message names no address: it may reach an app. */
export class OutgoingRefused extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, cause?: unknown) {
    super(`the outgoing request was refused: ${reason}`, { cause });
    this.name = 'OutgoingRefused';
    this.reason = reason;
  }
}
