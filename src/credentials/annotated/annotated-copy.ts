/** An annotated copy 加注件 (CTR-3): some fields of one certificate, signed by its department for one purpose and time. */
import type { LocalText, Verdict } from '../../verifier/core/verdict.ts';
import type { ActContext } from '../index.ts';

export interface AnnotatedCopy {
  /** `ac_` + 22 characters: its number, and what its QR leads to. */
  id: string;
  certificate: string;
  type: string;
  /** Account id of the holder. */
  holder: string;
  /** The department that signs. */
  issuer: string;
  /** The unit that made it. */
  maker: { id: string; name: LocalText };
  /** Service item it is for, and the case it lies in. */
  item: string;
  purpose: LocalText;
  case: string;
  /** Names of the fields it shows. */
  fields: string[];
  statusList: number;
  statusIndex: number;
  kid: string;
  /** SHA-256 (base64url) of exactly the bytes that are signed; stored before anything is signed. */
  digest: string;
  state: 'intended' | 'released';
  /** JWS compact; sealed at rest. */
  signed?: string;
  /** Unix seconds. */
  madeAt: number;
  expiresAt: number;
  /** SHA-256 over who asked and her idempotency key. */
  once: string;
  by: ActContext;
}

export interface AnnotateInput {
  certificateId: string;
  /** Whose case it is: of several holders the fields are hers. */
  holder: string;
  maker: AnnotatedCopy['maker'];
  item: string;
  purpose: LocalText;
  case: string;
  /** Names; those the certificate does not have are left out. */
  fields: readonly string[];
  /** Unix seconds. */
  expiresAt: number;
  once: string;
  context: ActContext;
}

export interface AnnotatedCopies {
  /** Makes and signs one. The same `once` again is the same copy. Throws certificate_state unless it is in force. */
  make(input: AnnotateInput): Promise<AnnotatedCopy>;
  find(id: string): Promise<AnnotatedCopy | undefined>;
  /** Those that show something of this holder's: for her export. */
  of(holder: string): Promise<AnnotatedCopy[]>;
  /** As it stands at this moment, judged online. */
  judge(copy: AnnotatedCopy): Promise<Verdict>;
}
