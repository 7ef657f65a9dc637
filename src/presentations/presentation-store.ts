/** One request of an app for a presentation, from the asking to the giving. */
import type { JWK } from 'jose';
import type { Collection, CollectionSpec, Storage } from '../storage/index.ts';
import type { LocalText, VerdictCode } from '../verifier/core/index.ts';
import type { AskerWords } from './protocol/asker-words.ts';
import type { DcqlQuery } from './protocol/dcql.ts';

/** HAIP 1.0, or OpenID4VP 1.0 without it, for wallets that know no more. */
export type Profile = 'haip' | 'plain';
export type ClientIdPrefix = 'x509_hash' | 'x509_san_dns' | 'redirect_uri';
export type ResponseMode = 'direct_post' | 'direct_post.jwt';

export interface DisclosedField {
  path: (string | number | null)[];
  label: LocalText;
  value: unknown;
}

export interface JudgedCredential {
  /** Of the query. */
  id: string;
  format: string;
  type?: string;
  issuer?: { id: string; name: LocalText };
  verdict: VerdictCode;
  /** Of a valid one what was asked, and nothing else that it shows. */
  fields: DisclosedField[];
}

export interface Outcome {
  verdict: { code: VerdictCode; outcome: string; sentence: LocalText };
  credentials: JudgedCredential[];
}

/**
 * `id` is the app's own name for it; `request` stands in the request's address, `reply` in that of the answer, and
 * `oauthState` comes back inside the answer: none of the four can be told from another.
 */
export interface Presentation {
  id: string;
  request: string;
  reply: string;
  oauthState: string;
  nonce: string;
  /** The app that asks, or `poster:<id>`. */
  client: string;
  state: 'open' | 'answered' | 'refused' | 'given';
  item?: string;
  /** An office's poster, where no app asks. */
  poster?: string;
  /** Who asks, as the holder reads it. */
  asker: AskerWords;
  profile: Profile;
  responseMode: ResponseMode;
  /** The verifier's client_id, with its prefix. */
  clientId: string;
  /** Who signs the request: absent where nobody does. */
  signer?: { kid: string; x5c: string[] };
  /** Same device: where the wallet leads the browser back to. */
  returnTo?: string;
  query: DcqlQuery;
  /** Unix seconds: no answer is taken afterwards. */
  until: number;
  /** Unix seconds: nothing of it is there afterwards. */
  expiresAt: number;
  /** Private part of the key the answer is encrypted to. */
  decryption?: JWK;
  outcome?: Outcome;
  /** SHA-256 of the code that the browser brings back. */
  responseCode?: string;
}

const spec: CollectionSpec<Presentation> = {
  name: 'presentations',
  schemaVersion: 1,
  unique: ['request', 'reply'],
  expiresAt: 'expiresAt',
  owner: 'client',
  sealed: ['decryption', 'outcome'],
};

/** Declares the collection: call before `storage.prepare()`. */
export const openPresentationStore = (storage: Storage): Collection<Presentation> => storage.collection(spec);
