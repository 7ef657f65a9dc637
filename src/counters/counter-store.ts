/** The feature's collections: devices, officers' PINs, who was looked at in the last hour, results, flags, posters, inbox. */
import type { Collection, Document, Storage } from '../storage/index.ts';
import type { LocalText, Verdict } from '../verifier/core/verdict.ts';

/** An enrolled device. Its one shift stands in it, so that a new shift ends the one before. */
export interface CounterDocument {
  /** `ct_` + 22 characters */
  id: string;
  /** What the lead calls it. */
  name: string;
  unit: string;
  /** Codes of the service items it works for. */
  items: string[];
  /** waiting: no device has used the code yet. stopped: by the bulk guard. */
  state: 'waiting' | 'active' | 'stopped' | 'revoked';
  /** Unix seconds: from then on it is refused. */
  until: number;
  /** Keyed hash of the enrolment code that waits. */
  codeHash?: string;
  codeUntil?: number;
  /** Public key of the device. */
  key?: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  shift?: { id: string; officer: string; from: number; until: number };
  createdAt: number;
  enrolledAt?: number;
  lastSeen?: number;
  stoppedAt?: number;
  revokedReason?: string;
}

/** What a device checks a typed PIN against, offline. */
export interface PinVerifier {
  kdf: 'PBKDF2-SHA-256';
  iterations: number;
  salt: string;
  /** SHA-256 of the derived key. */
  verifier: string;
}

export interface OfficerPinDocument {
  /** The account id. */
  id: string;
  account: string;
  pin: PinVerifier;
  setAt: number;
}

/** That a counter was shown something of a holder in the last hour; who she is cannot be read from it. */
export interface LookedAtDocument {
  /** `<counter>|<way>|<keyed hash of the holder>` */
  id: string;
  /** `<counter>|<way>` */
  window: string;
  expiresAt: number;
}

export interface ResultDocument {
  /** `<counter>.<id the device gave>` */
  id: string;
  /** The holder's log has it. */
  logged: boolean;
  flagged: boolean;
  expiresAt: number;
}

export type FlagKind = 'certificate_ended' | 'too_many_holders' | 'wrong_pins';
export const flagOutcomes = ['explained', 'holder_asked', 'reported', 'mistake'] as const;
export type FlagOutcome = (typeof flagOutcomes)[number];

/** What a lead has to look at. Codes, numbers and certificate identifiers only. */
export interface FlagDocument {
  /** `cf_` + 22 characters */
  id: string;
  kind: FlagKind;
  counter: string;
  unit: string;
  officer?: string;
  at: number;
  state: 'open' | 'closed';
  outcome?: FlagOutcome;
  closedBy?: string;
  details: Record<string, string | number | boolean>;
  /** What led to it: the same cause makes no second flag. */
  cause: string;
}

/** A QR on the wall of a small office: what it asks for arrives at one counter. */
export interface Poster {
  /** `pt_` + 12 characters: short, for a small code. */
  id: string;
  counter: string;
  unit: string;
  item: string;
  state: 'active' | 'ended';
  createdAt: number;
}

export interface ShownField {
  name: string;
  label: LocalText;
  kind: string;
  value: string | number | boolean;
}

/** What a holder sent to a poster, for an hour. */
export interface InboxDocument {
  /** `ci_` + 22 characters */
  id: string;
  poster: string;
  counter: string;
  holder: string;
  certificates: string[];
  item: string;
  /** Four digits, on the holder's phone. */
  number: string;
  receivedAt: number;
  expiresAt: number;
  opened: boolean;
  /** Sealed. */
  credentials: { type: string; type_name: LocalText; verdict: Verdict; fields: ShownField[] }[];
}

export interface CounterStore {
  counters: Collection<CounterDocument>;
  pins: Collection<OfficerPinDocument>;
  lookedAt: Collection<LookedAtDocument>;
  results: Collection<ResultDocument>;
  flags: Collection<FlagDocument>;
  posters: Collection<Poster>;
  inbox: Collection<InboxDocument>;
}

/** Declares them: before `storage.prepare()`. */
export const openCounterStore = (storage: Storage): CounterStore => ({
  counters: storage.collection<CounterDocument>({
    name: 'counters',
    schemaVersion: 1,
    unique: ['codeHash'],
    indexes: ['unit'],
  }),
  pins: storage.collection<OfficerPinDocument>({
    name: 'counter_pins',
    schemaVersion: 1,
    owner: 'account',
    sealed: ['pin'],
  }),
  lookedAt: storage.collection<LookedAtDocument>({
    name: 'counter_looked_at',
    schemaVersion: 1,
    indexes: ['window'],
    expiresAt: 'expiresAt',
  }),
  results: storage.collection<ResultDocument>({
    name: 'counter_results',
    schemaVersion: 1,
    expiresAt: 'expiresAt',
  }),
  flags: storage.collection<FlagDocument>({
    name: 'counter_flags',
    schemaVersion: 1,
    unique: ['cause'],
    indexes: ['unit', 'counter'],
  }),
  posters: storage.collection<Poster>({ name: 'counter_posters', schemaVersion: 1, indexes: ['counter'] }),
  inbox: storage.collection<InboxDocument>({
    name: 'counter_inbox',
    schemaVersion: 1,
    owner: 'holder',
    sealed: ['credentials'],
    indexes: ['counter', 'holder'],
    expiresAt: 'expiresAt',
  }),
});

/** All documents of a collection, or those with one value of an index. */
export async function* everyOf<T extends Document>(
  collection: Collection<T>,
  index?: keyof T & string,
  value?: string,
) {
  for (let after: string | undefined; ; ) {
    const at = { ...(after === undefined ? {} : { after }), limit: 500 };
    const page = await (index === undefined ? collection.list(at) : collection.find(index, value!, at));
    yield* page;
    if (page.length < 500) return;
    after = page.at(-1)!.id;
  }
}
