import type { Clock } from '../clock.ts';
import type { Collection, CollectionSpec, Storage } from '../storage/index.ts';
import { AlreadyExists } from '../storage/index.ts';

export type TrustDocumentKind = 'root-statement' | 'trust-list';

export interface TrustDocument {
  /** `<kind>:<number in 12 digits>`: two processes can never publish two documents under one number. */
  id: string;
  kind: TrustDocumentKind;
  number: number;
  jws: string;
  createdAt: number;
}

const spec: CollectionSpec<TrustDocument> = { name: 'trust_documents', schemaVersion: 1, indexes: ['kind'] };

const REREAD_MS = 1000;
const PAGE = 500;

/** Signed documents, insert-only. Another process's newer document is seen within a second. */
export class TrustDocumentStore {
  readonly #collection: Collection<TrustDocument>;
  readonly #clock: Clock;
  #statements: readonly TrustDocument[] = [];
  readonly #newest = new Map<TrustDocumentKind, { document: TrustDocument | undefined; readAt: number }>();

  constructor(storage: Storage, clock: Clock) {
    this.#collection = storage.collection(spec);
    this.#clock = clock;
  }

  async newest(
    kind: TrustDocumentKind,
    options: { fresh?: boolean } = {},
  ): Promise<TrustDocument | undefined> {
    const now = this.#clock.now();
    const known = this.#newest.get(kind);
    if (known && !options.fresh && Math.abs(now - known.readAt) < REREAD_MS) return known.document;
    let document = known?.document;
    for (;;) {
      const page = await this.#collection.find('kind', kind, { after: document?.id, limit: PAGE });
      document = page.at(-1) ?? document;
      if (page.length < PAGE) break;
    }
    this.#newest.set(kind, { document, readAt: now });
    return document;
  }

  /** Every root statement, oldest first; there is about one a year. */
  async statements(options: { fresh?: boolean } = {}): Promise<readonly TrustDocument[]> {
    const newest = await this.newest('root-statement', options);
    if (this.#statements.at(-1)?.id === newest?.id) return this.#statements;
    const found: TrustDocument[] = [];
    for (;;) {
      const page = await this.#collection.find('kind', 'root-statement', {
        after: found.at(-1)?.id,
        limit: PAGE,
      });
      found.push(...page);
      if (page.length < PAGE) break;
    }
    this.#statements = found;
    return found;
  }

  /** False when the number is taken: somebody else was faster. */
  async add(kind: TrustDocumentKind, number: number, jws: string): Promise<boolean> {
    const id = `${kind}:${String(number).padStart(12, '0')}`;
    try {
      await this.#collection.insert({
        id,
        kind,
        number,
        jws,
        createdAt: Math.floor(this.#clock.now() / 1000),
      });
    } catch (error) {
      if (error instanceof AlreadyExists) return false;
      throw error;
    }
    await this.newest(kind, { fresh: true });
    return true;
  }
}
