/** What the departments' API answers (docs/openapi.yaml, tag office), as far as the console reads it. */
import type { LocalText } from '../../src/verifier/core/verdict.ts';

export type { LocalText };

export interface Office {
  ref: string;
  unit: { id: string; name: LocalText; region: string };
  roles: string[];
}

export interface Unit {
  id: string;
  name: LocalText;
}

export interface TypeName {
  id: string;
  name: LocalText;
  fields: { name: string; label: LocalText }[];
}

/** By act; `send_back` and `purpose` are always there. */
export type Reasons = Record<'send_back' | 'purpose', Record<string, LocalText>> &
  Partial<Record<string, Record<string, LocalText>>>;

/** Something that waits for a second person. Verbs that this console does not know are shown as they come. */
export interface Decision {
  id: string;
  verb: string;
  verbName?: LocalText;
  certificate?: string;
  type?: string;
  issuer: string;
  unit: string;
  reason?: string;
  applicant?: string;
  proposedBy?: string;
  /** What the register says differently, by name. */
  fields?: string[];
  /** Two approvers have to agree. */
  second?: boolean;
  firstBy?: string;
  proposer?: string;
  own: boolean;
  proposedAt: number;
  expiresAt: number;
  state: string;
  [more: string]: unknown;
}

export interface IntakeFinding {
  line: number;
  code: string;
  field?: string;
  effect: 'blocked' | 'flagged';
}

export interface Intake {
  register: string;
  rows: number;
  usable: number;
  blocked: number;
  flagged: number;
  findings: IntakeFinding[];
}

export interface ReviewSummary {
  id: string;
  state: string;
  owner: string;
  name: LocalText;
  review?: { kind: 'listing' | 'change'; asked_at: number };
}

export interface AppManifest {
  name: LocalText;
  items: string[];
  data_class: string;
  profile: string;
  metadata: { redirect_uris: string[]; policy_uri?: string };
}

export interface Review {
  id: string;
  owner_name?: LocalText;
  manifest: AppManifest;
  scopes: string[];
  contacts: { contact: string; confirmed: boolean }[];
  maintainers: { name: string; me: boolean }[];
  review?: {
    id: string;
    kind: 'listing' | 'change';
    asked_at: number;
    manifest?: AppManifest;
    scopes?: string[];
    report: { check: string; result: 'pass' | 'warn' | 'fail'; zh: string; en: string }[];
  };
}

export interface CertificateLine {
  id: string;
  identifier: string;
  type: string;
  issuer: string;
  state: string;
  stateName: LocalText;
  validFrom: number;
  validUntil?: number;
}

export interface LifeEntry {
  action: string;
  at: number;
  by: 'holder' | 'official' | 'system';
  from?: string;
  to?: string;
  reason?: string;
  verb?: string;
}

export interface Act {
  verb: string;
  /** One official is enough. */
  alone: boolean;
  reasons?: Record<string, LocalText>;
}

export interface CertificateDetail extends CertificateLine {
  typeName: LocalText;
  stateReason?: string;
  stateChangedAt: number;
  createdAt: number;
  /** People masked; firms as they are. */
  holders: { name: string; number: string }[];
  fields: { name: string; label: LocalText; masked: string }[];
  life: LifeEntry[];
  copies: { format: string; view?: string; signed: number; inForce: number }[];
  /** What was proposed and waits for an approver. */
  waiting: { id: string; verb: string; proposedAt: number }[];
  acts: Act[];
}

export interface OpenedField {
  name: string;
  label: LocalText;
  kind: string;
  value: string;
}

export interface Delivery {
  id: string;
  client: string;
  copies: number;
  deliveredAt: number;
  event?: string;
  eventAt?: number;
}

/** What a holder objected to or asked for; her words come with the one that is opened. */
export interface Objection {
  id: string;
  kind: 'wrong_field' | 'not_accepted' | 'delete_data';
  unit: string;
  certificate?: string;
  type?: string;
  field?: LocalText;
  of?: { kind: 'app' | 'unit'; id: string };
  filedAt: number;
  /** A correction waits for its approval. */
  underWay: boolean;
  own: boolean;
  person?: string;
  where?: string;
  words?: string;
}

export interface Offer {
  link: string;
  credential_offer_uri: string;
  tx_code?: string;
  expires_at: number;
}
