import { createHash, X509Certificate } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { AlreadyExists, type Collection, type CollectionSpec, type Storage } from '../../storage/index.ts';

/** An authority's own certificate, a signer's with what lies between, or a list of the revoked. Public, insert-only. */
export interface X509Document {
  /** SHA-256 of the first, hex. */
  id: string;
  role: 'authority' | 'signer' | 'crl';
  /** The certified key; of a list, nothing. */
  kid?: string;
  /** DER in base64, leaf first, without the self-signed authority. */
  chain: string[];
  /** Unix seconds; of a list, its two updates. */
  notBefore: number;
  notAfter: number;
}

const spec: CollectionSpec<X509Document> = { name: 'x509_documents', schemaVersion: 1, indexes: [] };

const rereadMs = 60_000;
const pageSize = 200;

/** A few hundred in a lifetime, so all are held; what another process added is seen within a minute. */
export class CertificateStore {
  readonly #collection: Collection<X509Document>;
  readonly #clock: Clock;
  #held: X509Document[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(storage: Storage, clock: Clock) {
    this.#collection = storage.collection(spec);
    this.#clock = clock;
  }

  async all(): Promise<readonly X509Document[]> {
    const now = this.#clock.now();
    if (Math.abs(now - this.#readAt) < rereadMs) return this.#held;
    const held: X509Document[] = [];
    for (;;) {
      const page = await this.#collection.list({ after: held.at(-1)?.id, limit: pageSize });
      held.push(...page);
      if (page.length < pageSize) break;
    }
    this.#held = held;
    this.#readAt = now;
    return held;
  }

  /** False when it is here already. */
  async add(document: X509Document): Promise<boolean> {
    try {
      await this.#collection.insert(document);
    } catch (error) {
      if (error instanceof AlreadyExists) return false;
      throw error;
    } finally {
      this.#readAt = Number.NEGATIVE_INFINITY;
    }
    return true;
  }
}

export const fingerprint = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

export const asDocument = (
  role: 'authority' | 'signer',
  kid: string | undefined,
  chain: readonly Buffer[],
): X509Document => {
  const first = new X509Certificate(chain[0]!);
  return {
    id: fingerprint(first.raw),
    role,
    ...(kid === undefined ? {} : { kid }),
    chain: chain.map((der) => der.toString('base64')),
    notBefore: Math.floor(Date.parse(first.validFrom) / 1000),
    notAfter: Math.floor(Date.parse(first.validTo) / 1000),
  };
};
