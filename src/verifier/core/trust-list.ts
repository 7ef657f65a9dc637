/**
 * What the province signs about who may sign. Both are JWS compact, ES256.
 * Times are Unix seconds. A key counts only if the list names it for that type, purpose and time.
 */
export interface PublicKeyJwk {
  kty: string;
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
  kid?: string;
  alg?: string;
}

/** JWS typ `onecert-root+jwt`, signed by the root key. */
export interface RootStatementPayload {
  iss: string;
  number: number;
  iat: number;
  exp: number;
  /** The key that signed this; equals the root the verifier pinned. */
  root: PublicKeyJwk;
  /** RFC 7638 thumbprint of the next root, named ahead of time. */
  next_root: string;
  trust_list_key: PublicKeyJwk;
}

/** JWS typ `onecert-trust-list+jwt`, signed by the trust-list key. */
export interface TrustListPayload {
  iss: string;
  number: number;
  iat: number;
  exp: number;
  province: { zh: string; en: string };
  issuers: TrustListIssuer[];
  keys: TrustListKey[];
}

export interface TrustListIssuer {
  id: string;
  credit_code: string;
  name: { zh: string; en: string };
  region: string;
  url: string;
  did: string;
  /** Of another province, whose own list names it: that province's name. */
  province?: { zh: string; en: string };
}

export interface TrustListKey {
  kid: string;
  jwk: PublicKeyJwk;
  /** Issuer id, or 'province'. */
  issuer: string;
  purpose: 'certificate' | 'status' | 'pack' | 'audit';
  /** Certificate type ids (purpose certificate). */
  types?: string[];
  from: number;
  to: number;
  state: 'active' | 'retired' | 'compromised';
}
