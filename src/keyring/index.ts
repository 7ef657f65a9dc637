/**
 * Keyring: private keys and secrets. Nobody else reads a private key; callers get `sign`.
 * Owns src/keyring. May import: clock, errors. Back end now: files under KEYS_DIR (0600 in a 0700 folder).
 */
import type { JWK } from 'jose';

export type KeyPurpose =
  | 'root' // signs the root statement: the next root, the trust-list key. Offline in production.
  | 'trust-list' // signs the numbered trust list
  | 'certificate' // a department's document signer
  | 'status' // status lists only
  | 'pack' // the offline pack only
  | 'login' // tokens of the OpenID provider
  | 'audit'; // audit checkpoints

export type KeyAlg = 'ES256' | 'EdDSA' | 'RS256';

export type KeyState = 'active' | 'retired' | 'compromised';

export interface KeyRecord {
  /** RFC 7638 SHA-256 thumbprint, base64url. */
  kid: string;
  alg: KeyAlg;
  purpose: KeyPurpose;
  /** Issuer id of the department, or 'province'. */
  owner: string;
  /** kty, crv, x, y (or n, e), kid, alg; never a private member. */
  publicJwk: JWK;
  /** Unix seconds: never signs before or after. */
  notBefore: number;
  notAfter: number;
  state: KeyState;
  createdAt: number;
}

export interface SigningKey extends KeyRecord {
  /** JOSE signature bytes: r||s for ES256, 64 bytes for EdDSA. Throws key_unavailable outside its time or when not active. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export interface KeyringSecrets {
  personalDataMaster: Uint8Array;
  indexKeys: { version: number; key: Uint8Array }[];
  pairwiseKey: Uint8Array;
  /** First signs, all verify. */
  cookieKeys: string[];
  /** 32 bytes shared by all processes: DPoP and c_nonce. */
  nonceSecret: Uint8Array;
}

export interface Keyring {
  readonly secrets: KeyringSecrets;
  all(): KeyRecord[];
  /** The newest active key in its time window. Throws ServiceError key_unavailable. */
  active(purpose: KeyPurpose, owner: string, alg: KeyAlg): SigningKey;
  find(kid: string): KeyRecord | undefined;
  create(input: { purpose: KeyPurpose; owner: string; alg: KeyAlg; days: number }): Promise<KeyRecord>;
  /** Planned end: the private key is destroyed, the public record stays. */
  retire(kid: string): Promise<KeyRecord>;
  /** Stolen: verifies nothing offline from the next trust list on. */
  markCompromised(kid: string): Promise<KeyRecord>;
  /** Private JWK set of the login keys for oidc-provider (first of each alg signs). */
  loginJwks(): { keys: JWK[] };
  /** SHA-256 over the secrets that must belong to the store (master, index keys, pairwise), hex, first 16 characters. */
  fingerprint(): string;
  /** Reads the folder again (another process may have added or ended a key). */
  reload(): Promise<void>;
}
