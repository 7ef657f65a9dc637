/**
 * Trust: the province root's numbered statement and the numbered trust list: who may sign what type, with which key,
 * from when to when. Owns src/trust. May import: keyring, storage, audit, clock.
 * Both documents are JWS compact; their payload types are in src/verifier/core/trust-list.ts (the verifier reads them).
 */
import type { TrustListPayload } from '../verifier/core/trust-list.ts';

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
  trustList(): Promise<string>;
  trustListPayload(): Promise<TrustListPayload>;
  /** Signs a list with the next number from the keyring's present state. Called after every key change. */
  publish(): Promise<TrustListPayload>;
}
