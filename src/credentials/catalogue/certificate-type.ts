/**
 * One certificate type as its file `config/certificates/<id>.yaml` describes it. Adding a type is adding a file.
 * The zod schema that reads the files is in read-catalogue.ts and yields exactly this.
 */
import type { LocalText } from '../../verifier/core/verdict.ts';

export interface CertificateType {
  /** snake_case: `driving_licence`. File name without extension. */
  id: string;
  name: LocalText;
  /** 21 characters: credit code of the defining authority + 3 digits (GB/T 36904). */
  typeCode: string;
  /** Issuer ids that may issue it (departments and cities of config/sample/departments.yaml). */
  issuers: string[];
  holderKind: 'person' | 'enterprise';
  /** Level asked of the holder before issuing: proofing 1-3, authenticator 1-3. */
  level: { proofing: number; authenticator: number };
  /** Fields in card order. */
  fields: CertificateField[];
  views: CertificateView[];
  validity: { from: string; until: string; maxDays?: number };
  /** Register id that is the source of the attributes. */
  register: string;
  /** `approval`: an official of the department says yes to each before it is issued. Absent: the register alone decides. */
  issuing?: 'approval' | undefined;
  formats: ('ldp_vc' | 'dc+sd-jwt' | 'onecert-view+cwt')[];
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

export interface CertificateField {
  /** snake_case, the register's and the credential's claim name. */
  name: string;
  label: LocalText;
  kind: 'text' | 'day' | 'code' | 'flag' | 'number';
  required: boolean;
  /** Disclosable one by one in SD-JWT. */
  selective: boolean;
  /** Personal data shown masked unless opened: name, number or none. */
  mask?: 'name' | 'number' | 'address' | 'phone';
  /** What the field says about the holder; intake compares it with the row's holder (SHR-4). */
  role?: 'holder_name' | 'holder_number' | 'region';
  /** No two rows of the register may carry the same value. */
  unique?: boolean;
  maxLength?: number;
}

export interface CertificateView {
  /** Unique over all types: key 0 of the show code's claim map. */
  number: number;
  id: string;
  name: LocalText;
  careful: boolean;
  /** Claim-map keys 2.. in order. */
  fields: { key: number; field: string; compare?: boolean }[];
}

export interface Catalogue {
  types(): CertificateType[];
  /** Throws ServiceError unknown_certificate_type. */
  get(id: string): CertificateType;
  find(id: string): CertificateType | undefined;
}
