/**
 * One certificate type as its file `config/certificates/<id>.yaml` describes it. Adding a type is adding a file.
 * The zod schema that reads the files is in read-catalogue.ts and yields exactly this.
 */
import type { LocalText } from '../../verifier/core/verdict.ts';
import type { MdocDefinition } from './type-file-schema.ts';

export interface CertificateType {
  /** snake_case: `driving_licence`. File name without extension. */
  id: string;
  /** Of its published vocabulary: names, fields, what is disclosable. A change of it is a new version (decision 0016). */
  version: number;
  name: LocalText;
  /** 21 characters: credit code of the defining authority + 3 digits (GB/T 36904). */
  typeCode: string;
  /** Issuer ids that may issue it (departments and cities of config/sample/departments.yaml). */
  issuers: string[];
  holderKind: 'person' | 'enterprise' | 'either';
  /** An official's card: hers, but carried and shown in her office alone, for as long as she has a post. */
  heldAs?: 'official' | undefined;
  /** So many may hold one certificate together; their row of the register lists them with commas. Absent: one. */
  mostHolders?: number | undefined;
  /** Level asked of the holder before issuing: proofing 1-3, authenticator 1-3. */
  level: { proofing: number; authenticator: number };
  /** Fields in card order. */
  fields: CertificateField[];
  /** Yes/no answers worked out when a view is signed, so that the value behind them stays with the holder. */
  facts?: CertificateFact[];
  views: CertificateView[];
  /** Days of the register; without `until` and `maxDays` the certificate has no end. */
  validity: { from: string; until?: string; maxDays?: number };
  /** Register id that is the source of the attributes. */
  register: string;
  /** `approval`: an official of the department says yes to each before it is issued. Absent: the register alone decides. */
  issuing?: 'approval' | undefined;
  /** What its life knows beside the states that all have; see docs/certificate-life.md. */
  life?: CertificateLife | undefined;
  formats: ('ldp_vc' | 'ldp_vc_ecdsa' | 'dc+sd-jwt' | 'onecert-view+cwt' | 'mso_mdoc')[];
  /** May be printed on a paper slip: the view whose fields it shows, and how many days a slip lives. */
  slip?: { view: string; days: number };
  /** What an ISO mdoc of it says, element by element. */
  mdoc?: MdocDefinition | undefined;
  /** `vct` = `${BASE_URL}/types/<id>`; W3C `type` name: */
  w3cType: string;
  /** Offline status older than this is never valid. Seconds. */
  maxStatusAge: number;
  /** A copy lives at most this many days (views: at most 30). */
  copyDays: number;
  compare: LocalText;
  legalEffect: LocalText;
  whereAccepted: LocalText;
  notYetAccepted: LocalText;
  card: { color: string; fields: string[] };
}

/** What a clerk may do with a certificate, each an act of its own in the work list. */
export const lifeVerbs = [
  'suspend',
  'resume',
  'revoke',
  'withdraw',
  'cancel',
  'lapse',
  'move_out',
  'other',
  'renew',
  'change',
  'correct',
  'replace',
] as const;
export type LifeVerb = (typeof lifeVerbs)[number];

export interface CertificateLife {
  /** There is a physical one: when it is lost, the electronic one stops. */
  physical?: 'card' | 'booklet' | 'paper' | undefined;
  /** What state 99 may mean for this type; the code stands in the record, the text is shown. */
  otherStates?: { code: string; text: LocalText }[] | undefined;
  /** Acts that one official does alone; all others take a clerk and an approver. */
  alone?: LifeVerb[] | undefined;
  /**
   * What a changed row of the register leads to. propose (default): one official agrees; two: two do; automatic: at once.
   */
  registerChanges?: 'propose' | 'two' | 'automatic' | undefined;
}

export interface CertificateField {
  /** snake_case, the register's and the credential's claim name. */
  name: string;
  label: LocalText;
  /** photo: a JPEG in base64, never in a view. */
  kind: 'text' | 'day' | 'code' | 'flag' | 'number' | 'photo';
  required: boolean;
  /** Disclosable one by one in SD-JWT. */
  selective: boolean;
  /** Personal data shown masked unless opened: name, number or none. */
  mask?: 'name' | 'number' | 'address' | 'phone';
  /** What the field says about the holder; intake compares it with the row's holder (SHR-4). */
  role?: 'holder_name' | 'holder_number' | 'region';
  /** A sole trader's ID number stands in it without digits 11 to 14, the month and day of birth (domain.md §10). */
  partlyHidden?: boolean;
  /**
   * Of a type with several holders: `each` has a value of her own in the list; made of the names or numbers of the others.
   */
  joint?: 'each' | 'other_names' | 'other_numbers';
  /** No two rows of the register may carry the same value. */
  unique?: boolean;
  maxLength?: number;
  /** UTF-8 bytes, where a view must stay small: a Chinese character takes three or four, a Latin letter one. */
  maxBytes?: number;
  /** The whole value, as a regular expression of JSON Schema. */
  pattern?: string;
  /** A number with a check character: GB 11643, GB 32100. */
  check?: 'citizen_number' | 'credit_code';
}

/**
 * Exactly one rule: at least so many years since the day in `from`; the value of `from` is among `oneOf`; or it is a run
 * of vehicle classes (C1D) and one of them is among `anyClass`.
 */
export interface CertificateFact {
  name: string;
  label: LocalText;
  from: string;
  years?: number;
  oneOf?: string[];
  anyClass?: string[];
}

export interface CertificateView {
  /** Unique over all types: key 0 of the show code's claim map. */
  number: number;
  id: string;
  name: LocalText;
  careful: boolean;
  /** Facts alone, on keys used once, without certificate or status; it lives 72 hours at most. */
  anonymous?: boolean | undefined;
  /** Claim-map keys 2.. in order; `field` names a field or a fact of the type. */
  fields: { key: number; field: string; compare?: boolean }[];
}

export interface Catalogue {
  types(): CertificateType[];
  /** Throws ServiceError unknown_certificate_type. */
  get(id: string): CertificateType;
  find(id: string): CertificateType | undefined;
  /** Every version whose words were published, with the present one. Ascending. */
  vocabularies(id: string): Vocabulary[];
}

/** What wallets and verifiers elsewhere read of a type: its JSON-LD context and SD-JWT VC type metadata come from this alone. */
export interface Vocabulary extends Pick<CertificateType, 'id' | 'version' | 'name' | 'w3cType'> {
  fields: Pick<CertificateField, 'name' | 'label' | 'kind' | 'required' | 'selective'>[];
}
