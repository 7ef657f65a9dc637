/** What a verification is made against: keys, types, contexts and status, from a pack or from the server itself. */
import type { PackType } from './pack.ts';
import type { PublicKeyJwk, TrustListIssuer, TrustListKey } from './trust-list.ts';
import type { FirstCode } from './verdict.ts';

/** A status list by its short number, its Token Status List URI, or either of its two Bitstring list URLs. */
export type StatusReference = { list: number } | { uri: string };

export interface StatusAnswer {
  status: 'valid' | 'invalid' | 'suspended';
  /** Unix seconds. */
  asOf: number;
  /** Short number of the list that answered; lets the verifier see that two URLs mean one list. */
  list?: number;
}

export interface Trusted {
  keys: TrustListKey[];
  issuers: TrustListIssuer[];
  types: PackType[];
  /** JSON-LD context documents by URL. No other is ever loaded. */
  contexts: Record<string, unknown>;
  /** Undefined when the list is unknown or the index is not an entry of it: never read as valid. */
  statusOf(reference: StatusReference, index: number): StatusAnswer | undefined;
  packNumber?: number;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number;
}

/** Codes already accepted here, so that one code is accepted once. */
export interface ReplayMemory {
  /** False when the key is already there. */
  add(key: string, expiresAt: number): boolean;
}

/** What must not go backwards on a device between two packs. */
export interface PackMemory {
  packNumber: number;
  trustListNumber: number;
  /** Unix seconds. */
  latestTime: number;
  /** The root this device believes by now: the pinned one, or one that a root before it named as the next. */
  root?: PublicKeyJwk;
  /** Thumbprint of the next root, as that one named it. */
  nextRoot?: string;
  statementNumber?: number;
}

export interface VerifyOptions {
  /** Unix seconds. */
  now: number;
  /** The 8 bytes this counter showed; the code must carry them. */
  nonce?: Uint8Array;
  seen?: ReplayMemory;
  /** Unix seconds: the latest time this device has seen. */
  latestTime?: number;
  /** For a careful view: what the verdict of its first code carried. */
  firstCode?: FirstCode;
  /** For an SD-JWT VC: the KB-JWT must be there and bear exactly these. */
  keyBinding?: { audience: string; nonce: string };
  /** For an ISO mdoc: the encoded SessionTranscript its device must have signed (ISO/IEC 18013-5 §9.1.5.1). */
  sessionTranscript?: Uint8Array;
}
