/**
 * The offline pack: all a counter needs to judge with no network. JWS compact, typ `onecert-pack+jwt`, ES256, signed by
 * a key the trust list inside names for purpose `pack`; the trust list in turn is checked against the PINNED root.
 */
import type { LocalText } from './verdict.ts';

export interface PackPayload {
  /** 1: `lst` is compressed bits; 2: it is written as status-changes.ts does. */
  format: 1 | 2;
  iss: string;
  number: number;
  iat: number;
  /** Past this no verdict is ever `valid`. */
  exp: number;
  /** JWS strings, checked against the pinned root. */
  root_statement: string;
  /** The last statement of each root before this one, oldest first: which root it named as the next. */
  root_history?: string[];
  trust_list: string;
  status_lists: PackStatusList[];
  types: PackType[];
  /** JSON-LD contexts by URL: SHA-256 (hex, of the document's JSON text without spaces) and the document. No other is loaded. */
  contexts: Record<string, { sha256: string; document: unknown }>;
}

export interface PackStatusList {
  /** Short number used by show codes. */
  list: number;
  /** `uri` of the SD-JWT `status_list` claim (Token Status List). */
  uri: string;
  /** `statusListCredential` of BitstringStatusListEntry, purpose revocation and suspension. */
  revocation_url: string;
  suspension_url: string;
  iat: number;
  /** Number of entries. */
  size: number;
  /**
   * Base64url. 2 bits an entry in the Token Status List order (entry 0 in the least significant bits of byte 0): 0 valid,
   * 1 invalid, 2 suspended; in format 1 zlib-compressed (RFC 1950), in format 2 as the changes since all were valid.
   */
  lst: string;
}

export interface PackType {
  /** `driving_licence` */
  id: string;
  name: LocalText;
  /** `vct` of its SD-JWT VC; W3C `type` beside VerifiableCredential. */
  vct: string;
  w3c_type: string;
  /** Status older than this many seconds is never `valid`. */
  max_status_age: number;
  /** Labels of all fields, by name, in card order. */
  fields: Record<string, LocalText>;
  /** What the clerk compares with the person, as a sentence. */
  compare: LocalText;
  views: PackView[];
  /** Of a type that is printed on paper slips: the view they show, and the type's part of every identifier. */
  slip?: { view: number; type_code: string };
  /** Of a type that is issued as ISO mdoc. */
  mdoc?: PackMdoc;
}

export interface PackMdoc {
  /** `org.iso.18013.5.1.mDL` */
  doctype: string;
  /** What its elements say; of several with one name the first that is disclosed is shown. */
  elements: { namespace: string; element: string; name: string; label: LocalText }[];
}

export interface PackView {
  /** Registered view number, unique in the province: key 0 of the show code's claim map. */
  number: number;
  id: string;
  name: LocalText;
  /** Green offline only on a second code or a nonce. */
  careful: boolean;
  /** It names nobody: no certificate, no status, a life of 72 hours at most. */
  anonymous?: boolean;
  /** What the map keys 2.. hold, in order. */
  fields: PackViewField[];
}

export interface PackViewField {
  key: number;
  name: string;
  label: LocalText;
  /** text: string; day: days since 1970-01-01; code: string; flag: boolean. */
  kind: 'text' | 'day' | 'code' | 'flag';
  /** Compare this one with the person or her ID card. */
  compare?: boolean;
}
