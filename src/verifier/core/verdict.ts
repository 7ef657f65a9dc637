/** The closed set of answers, the same in browser, command line and server. */
export interface LocalText {
  zh: string;
  en: string;
}

export const verdictCodes = [
  'valid',
  'expired', // the certificate's (or view's) own validity has ended
  'not_yet_valid',
  'suspended',
  'revoked',
  'superseded', // a newer one took its place; only the online answer knows
  'expired_copy', // an annotated copy 加注件 past the time it was made for
  'answer_no', // a view that only answers yes or no, genuine and fresh, and the answer is no
  'code_expired', // the show code is older than 60 s
  'clock_wrong', // the code is from the future, or this device's clock is before what it has already seen
  'replayed', // this code was shown here before, or was made for another check
  'wrong_holder', // the proof was not made with the key the issuer bound
  'careful_second_code', // a careful view needs a second code or the counter's nonce
  'unknown_issuer', // the key is not in the trust list, or not for this time
  'issuer_not_allowed', // the key is known but not for this type
  'key_compromised',
  'tampered', // a signature or digest does not fit
  'malformed', // not something we can read
  'unsupported', // readable, but a format, type or view this pack does not know
  'status_unknown', // no status list in the pack for it
  'stale_pack', // the pack or the status list is too old to say valid
  'pack_invalid', // the pack itself is unsigned, forged, home-made, older than the last one seen
] as const;

export type VerdictCode = (typeof verdictCodes)[number];

/** valid 有效 · check 注意 (cannot tell; do something and try again) · not_valid 无效 */
export type Outcome = 'valid' | 'check' | 'not_valid';

export type CredentialFormat =
  | 'show-code'
  | 'slip'
  | 'dc+sd-jwt'
  | 'ldp_vc'
  | 'mso_mdoc'
  | 'annotated-copy'
  | 'unknown';

export interface VerdictField {
  name: string;
  label: LocalText;
  /** As a person reads it: days as YYYY-MM-DD. */
  value: string;
  compare?: boolean;
}

/** What a counter keeps between the two codes of a careful view; it names nobody. */
export interface FirstCode {
  /** Hex of the view's cti. */
  cti: string;
  /** Unix seconds by the phone's clock: `iat` of the first code. */
  madeAt: number;
  /** Unix seconds by the counter's clock. */
  scannedAt: number;
}

/** What an annotated copy 加注件 says of itself: who made it, what for, until when (CTR-3). */
export interface CopyNote {
  number: string;
  maker: LocalText;
  purpose: LocalText;
  /** Unix seconds. */
  madeAt: number;
  expiresAt: number;
}

export interface Verdict {
  code: VerdictCode;
  outcome: Outcome;
  format: CredentialFormat;
  /** One sentence: what it is. */
  sentence: LocalText;
  /** One sentence: what to do next, or what to compare with the person. */
  advice: LocalText;
  type?: { id: string; name: LocalText };
  view?: { number: number; name: LocalText };
  /** `province`: when it is of another one. */
  issuer?: { id: string; name: LocalText; province?: LocalText };
  fields: VerdictField[];
  /** True when a proof by the holder's key was checked. A bare credential file proves no holder. */
  holderProven: boolean;
  /** Unix seconds: the status is known as of this time. */
  statusAsOf?: number;
  packNumber?: number;
  /** Unix seconds when the code was made (show code). */
  madeAt?: number;
  /** The certificate's status entry, for the counter's own queue; no field value. */
  statusEntry?: { list: number; index: number };
  /** With `careful_second_code`: hand this to the next `verify` as `firstCode`. */
  firstCode?: FirstCode;
  /** It is a copy for one purpose, and not the certificate. */
  copyNote?: CopyNote;
  /** Named checks in the order they were made; the last one that failed decides. */
  checks: { name: string; ok: boolean }[];
}
