/**
 * Keyring: private keys and secrets. Nobody else reads a private key; callers get `sign`.
 * Owns src/keyring. May import: clock, errors. Back ends: files under KEYS_DIR (0600 in a 0700 folder); for purposes that
 * are configured so, a PKCS#11 token beside them, which then holds the private part.
 */
import type { JWK } from 'jose';

export type KeyPurpose =
  | 'root' // signs the root statement: the next root, the trust-list key. Offline in production.
  | 'trust-list' // signs the numbered trust list
  | 'certificate' // a department's document signer
  | 'document-ca' // signs the X.509 certificates of keys that sign. Offline in production.
  | 'status' // status lists only
  | 'pack' // the offline pack only
  | 'login' // tokens of the OpenID provider
  | 'audit'; // audit checkpoints

export type KeyAlg = 'ES256' | 'EdDSA' | 'RS256';

/** standby: the next root, named ahead of time; it signs nothing until it is activated. */
export type KeyState = 'active' | 'standby' | 'retired' | 'compromised';

/** What happened to a key. Delivered at least once, also after a crash between the change and its record. */
export interface KeyringEvent {
  change: 'created' | 'activated' | 'retired' | 'compromised';
  record: KeyRecord;
  /** As in the audit: `cli`, `system`, `account:<id>`. */
  actor: string;
  /** Unix seconds. */
  at: number;
}

export type KeyringListener = (event: KeyringEvent) => Promise<void>;

/** ceremony: an offline machine that may hold the root's private key and needs no secrets. */
export type KeyringMode = 'development' | 'production' | 'ceremony';

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
  /** Where the private part is, when it is not in the keys folder. */
  heldIn?: 'pkcs11';
}

/** A device that holds private keys and signs with them. Everything throws key_unavailable while it is away. */
export interface KeyToken {
  /** Makes a pair there; the public key. Its thumbprint names it from then on. */
  generate(alg: KeyAlg, label: string): Promise<JWK>;
  sign(kid: string, alg: KeyAlg, data: Uint8Array): Promise<Uint8Array>;
  /** For good; nothing when it is not there. */
  destroy(kid: string): Promise<void>;
}

export interface SigningKey extends KeyRecord {
  /** JOSE signature bytes: r||s for ES256, 64 bytes for EdDSA. Throws key_unavailable outside its time or when not active. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export interface KeyringSecrets {
  /** The newest: wraps. */
  personalDataMaster: Uint8Array;
  /** Earlier ones, which still open what they wrapped until `onecert keys rewrap` has finished. */
  olderMasters: Uint8Array[];
  indexKeys: { version: number; key: Uint8Array }[];
  pairwiseKey: Uint8Array;
  /** First signs, all verify. */
  cookieKeys: string[];
  /** 32 bytes shared by all processes: DPoP and c_nonce. */
  nonceSecret: Uint8Array;
}

export interface Keyring {
  readonly secrets: KeyringSecrets;
  /** Of one purpose, owner and algorithm the oldest first; an activated one counts as new. */
  all(): KeyRecord[];
  /** The newest active key in its time window. Throws ServiceError key_unavailable. */
  active(purpose: KeyPurpose, owner: string, alg: KeyAlg): SigningKey;
  find(kid: string): KeyRecord | undefined;
  /** This very key, whatever its age among its kind. Throws key_unavailable when it cannot sign now. */
  signer(kid: string): SigningKey;
  create(input: {
    purpose: KeyPurpose;
    owner: string;
    alg: KeyAlg;
    days: number;
    /** Unix seconds; default now. A later one lets verifiers learn the key before it signs. */
    notBefore?: number;
    /** The next root: made ahead, signs nothing until `activate`. */
    standby?: boolean;
    actor?: string;
  }): Promise<KeyRecord>;
  /** standby -> active: the next root takes over. */
  activate(kid: string, actor?: string): Promise<KeyRecord>;
  /** Planned end: the private key is destroyed, the public record stays and its time ends now. */
  retire(kid: string, actor?: string): Promise<KeyRecord>;
  /** Stolen: verifies nothing offline from the next trust list on. The private key is destroyed. */
  markCompromised(kid: string, actor?: string): Promise<KeyRecord>;
  /** Tells the listener of every change, first of those nobody has recorded yet (made before it listened). */
  onChange(listener: KeyringListener): Promise<void>;
  /**
   * Private JWK set of the login keys for oidc-provider: the first of each alg signs. Those whose time comes later stand
   * last, so that apps know them before they sign.
   */
  loginJwks(): { keys: JWK[] };
  /** SHA-256 over the secrets that must belong to the store (master, index keys, pairwise), hex, first 16 characters. */
  fingerprint(): string;
  /** The same secret by secret, so that adding an index key can be told from losing one. */
  fingerprints(): Record<string, string>;
  /** Reads the folder again (another process may have added or ended a key). */
  reload(): Promise<void>;
}

export { ensureDevelopmentKeys } from './ensure-development-keys.ts';
export { KeyringFault } from './keyring-fault.ts';
export { type OpenKeyringInput, openKeyring } from './open-keyring.ts';
export type { TokenSettings } from './pkcs11-session-pool.ts';
export { openPkcs11Token } from './pkcs11-token.ts';
export { signJws } from './sign-jws.ts';
export { verifyJws } from './verify-jws.ts';
