import { createHash } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { FactStore } from './fact-store.ts';
import { UnusableStore } from './record-store.ts';

const FACT = 'masters';
const KEY_BYTES = 32;

export interface MasterKey {
  /** Tells masters apart and gives nothing away. */
  id: string;
  key: Uint8Array;
}

/** The masters that data keys are wrapped with. New ones are wrapped with `current`. */
export interface MastersInUse {
  current: string;
  older: readonly string[];
}

const masterOf = (key: Uint8Array): MasterKey => {
  if (key.length !== KEY_BYTES) throw new Error('a personal-data master key must have 32 bytes');
  return { id: createHash('sha256').update('onecert master\0').update(key).digest('hex').slice(0, 16), key };
};

const missing = (ids: readonly string[]): UnusableStore =>
  new UnusableStore(
    `The store was written with another personal-data master than this start was given (${ids.join(', ')}), and its personal data cannot be read without it; nothing was changed. Restore the keys this store belongs to. Where a master is being changed, name the old one in ONECERT_PERSONAL_DATA_MASTER behind the newest, and take it away only after \`onecert keys rewrap\` has finished.`,
  );

/** The personal-data masters of this process, the newest first, and the store's record of which are in use. */
export class Masters {
  readonly all: readonly MasterKey[];
  readonly #meta: FactStore;

  constructor(meta: FactStore, newest: Uint8Array, older: readonly Uint8Array[]) {
    this.#meta = meta;
    this.all = [newest, ...older].map(masterOf);
  }

  get newest(): MasterKey {
    return this.all[0]!;
  }

  /** Throws when this process was not given that master. */
  get(id: string): MasterKey {
    const found = this.all.find((master) => master.id === id);
    if (!found) {
      throw new ServiceError('key_unavailable', {
        cause: new Error(`personal-data master ${id} is unknown`),
      });
    }
    return found;
  }

  /**
   * Refuses a start that lacks a master in use; takes up one that is new. `wrappedBy` names what a store of an earlier
   * release, which kept no record, is wrapped with: undefined when it holds no data key yet.
   */
  async open(wrappedBy: () => Promise<string | undefined>): Promise<void> {
    const before = (await this.inUse()) ? undefined : ((await wrappedBy()) ?? this.newest.id);
    await this.#meta.update(FACT, (text) => {
      const inUse = text === undefined ? { current: before!, older: [] } : parse(text);
      this.refuseMissing([inUse.current, ...inUse.older]);
      const known = [inUse.current, ...inUse.older].includes(this.newest.id);
      return JSON.stringify(known ? inUse : this.#inFrontOf(inUse));
    });
  }

  async inUse(): Promise<MastersInUse | undefined> {
    const text = await this.#meta.get(FACT);
    return text === undefined ? undefined : parse(text);
  }

  /** What wraps a new data key: asked of the store, since another process may have begun with a newer one. */
  async current(): Promise<MasterKey> {
    const inUse = await this.inUse();
    return inUse ? this.get(inUse.current) : this.newest;
  }

  /** From here on every process that knows it wraps with this process's newest. */
  async begin(): Promise<void> {
    await this.#meta.update(FACT, (text) => text && JSON.stringify(this.#inFrontOf(parse(text))));
  }

  /** Nothing is wrapped with another one any more. */
  async finish(): Promise<void> {
    await this.#meta.update(FACT, (text) => {
      if (!text || parse(text).current !== this.newest.id) return text;
      return JSON.stringify({ current: this.newest.id, older: [] } satisfies MastersInUse);
    });
  }

  /** After a restore: what the restored data keys are wrapped with. */
  async adopt(found: ReadonlySet<string>): Promise<void> {
    this.refuseMissing([...found]);
    const older = [...found].filter((id) => id !== this.newest.id);
    await this.#meta.set(FACT, JSON.stringify({ current: this.newest.id, older } satisfies MastersInUse));
  }

  refuseMissing(ids: readonly string[]): void {
    const unknown = ids.filter((id) => !this.all.some((master) => master.id === id));
    if (unknown.length > 0) throw missing(unknown);
  }

  #inFrontOf({ current, older }: MastersInUse): MastersInUse {
    const { id } = this.newest;
    return { current: id, older: [...new Set([current, ...older])].filter((other) => other !== id) };
  }
}

const parse = (text: string): MastersInUse => JSON.parse(text) as MastersInUse;
