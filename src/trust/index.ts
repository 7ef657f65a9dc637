/**
 * Trust: the province root's numbered statement and the numbered trust list: who may sign what type, with which key,
 * from when to when. Owns src/trust. May import: keyring, storage, audit, clock.
 * Both documents are JWS compact; their payload types are in src/verifier/core/trust-list.ts (the verifier reads them).
 */
import type { RootStatementPayload, TrustListPayload } from '../verifier/core/trust-list.ts';
import type { DocumentSigners } from './document-signers/document-signers.ts';
import type { Provinces } from './provinces.ts';

export interface IssuerInfo {
  /** Short id, used in URLs: `zj-police`. */
  id: string;
  /** GB 32100 unified social credit code of the department. */
  creditCode: string;
  name: { zh: string; en: string };
  /** GB/T 2260 */
  region: string;
  /** Certificate types it may issue. */
  types: string[];
}

export interface Trust {
  issuers(): IssuerInfo[];
  issuer(id: string): IssuerInfo | undefined;
  /** `https://host/issuers/<id>`: `iss` of SD-JWT VCs. */
  issuerUrl(id: string): string;
  /** `did:web:host:issuers:<id>`: `issuer` of W3C credentials. */
  issuerDid(id: string): string;
  /** Public key of the province root: what verifiers pin. JWK with kid. */
  rootPublicJwk(): Record<string, unknown>;
  /** The current signed documents. */
  rootStatement(): Promise<string>;
  /** The last statement of each root before the present one, oldest first: for devices that know only that one. */
  rootHistory(): Promise<string[]>;
  trustList(): Promise<string>;
  trustListPayload(): Promise<TrustListPayload>;
  /**
   * Signs a list with the next number from the keyring's present state, and before it a root statement where the
   * root is at hand; both only when the content changed or less than half their life is left. Called after every key
   * change and at the start.
   */
  publish(): Promise<TrustListPayload>;
  /** A statement signed elsewhere, in the ceremony. Throws invalid_request, or conflict when it is not a newer one. */
  importRootStatement(jws: string): Promise<RootStatementPayload>;
  /** Unix seconds when the last root statement that is here and the list in force end; 0 without one. Looks only. */
  documentEnds(): Promise<{ rootStatement: number; trustList: number }>;
  /** Other provinces whose issuers our list names; `publish` afterwards. */
  readonly provinces: Provinces;
  /** did:web document of an issuer, or of `province` (status lists). Throws not_found. */
  didDocument(issuerId: string): Record<string, unknown>;
  /** SD-JWT VC §5 (JWT VC issuer metadata) of the same. Throws not_found. */
  jwtVcIssuerMetadata(issuerId: string): Record<string, unknown>;
  /** X.509 certificates of the keys that sign. */
  readonly signers: DocumentSigners;
}

export { isForSigning } from './certificate-extensions.ts';
export { isValidAt, pathToAuthority, readAuthorities } from './certificate-path.ts';
export { compromiseKey } from './compromise-key.ts';
export { type CreateTrustInput, createTrust } from './create-trust.ts';
export { type Deadline, listDeadlines, worstLevel } from './deadlines.ts';
export { certifyRequests, ensureAuthority } from './document-signers/certify-requests.ts';
export type { CertifiedKey, DocumentSigners, KeyUse } from './document-signers/document-signers.ts';
export type { KeyChange } from './key-change.ts';
export { type ListedKey, listKeys } from './list-keys.ts';
export type { ProvinceImport, Provinces, TrustedProvince } from './provinces.ts';
export { recordKeyChanges } from './record-key-changes.ts';
export { retireKey } from './retire-key.ts';
export { type RotateKeyInput, rotateKey } from './rotate-key.ts';
export { trustRoutes } from './routes.ts';
export { signRootStatement } from './sign-root-statement.ts';
export { createWatchdog, type Watchdog } from './watchdog.ts';
