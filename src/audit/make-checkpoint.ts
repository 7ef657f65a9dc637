import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { type Keyring, signJws } from '../keyring/index.ts';
import { AlreadyExists } from '../storage/index.ts';
import {
  type AuditStore,
  type CheckpointPayload,
  checkpointId,
  entryId,
  type Head,
  plain,
} from './audit-store.ts';
import { CHECKPOINT_TYP, decodeCheckpoint, openCheckpoint } from './checkpoint.ts';
import { checkpointHash, entryHash } from './entry-hash.ts';
import { appendOutside, type OutsideFile, readOutsideFile } from './outside-file.ts';

const ATTEMPTS = 10;

/** The audit does not fit what was signed before: nothing is signed over it until `onecert audit verify` is clean. */
export class AuditChainBroken extends Error {
  constructor(message: string) {
    super(`${message}: run the audit check`);
    this.name = 'AuditChainBroken';
  }
}

interface Numbered {
  number: number;
  jws: string;
}

/** Makes the checkpoints of one process, one at a time; each goes on where the newest stored one ends. */
export class CheckpointMaker {
  readonly #store: AuditStore;
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  readonly #outsideFile: string | undefined;
  #newest: Numbered | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: AuditStore, keyring: Keyring, clock: Clock, outsideFile: string | undefined) {
    this.#store = store;
    this.#keyring = keyring;
    this.#clock = clock;
    this.#outsideFile = outsideFile;
  }

  make(): Promise<void> {
    const result = this.#last.then(() => this.#make());
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #make(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // Outside first: what another process signs in between is then at worst missing here, and comes next time.
      const outside = this.#outsideFile ? await readOutsideFile(this.#outsideFile) : undefined;
      const before = await this.#readNewest();
      const outsideLast = await this.#lastOutside(outside);
      const previous = before && decodeCheckpoint(before.jws);
      const heads = await this.#heads(previous?.heads ?? []);
      const nothingNew = previous !== undefined && sameHeads(previous.heads, heads);
      if (nothingNew || (await this.#sign(before, heads))) return this.#writeOutside(outside, outsideLast);
    }
    throw new ServiceError('conflict', { cause: new Error('other processes keep signing checkpoints') });
  }

  /** Number of the last checkpoint outside, which must be the one that stands in the store. */
  async #lastOutside(outside: OutsideFile | undefined): Promise<number> {
    let last: Numbered = { number: 0, jws: '' };
    for (const jws of outside?.lines ?? []) {
      const number = decodeCheckpoint(jws)?.number ?? 0;
      if (number > last.number) last = { number, jws };
    }
    if (last.number > 0 && (await this.#store.checkpoints.get(checkpointId(last.number)))?.jws !== last.jws) {
      throw new AuditChainBroken('the outside file has a checkpoint that the store has lost');
    }
    return last.number;
  }

  async #readNewest(): Promise<Numbered | undefined> {
    let newest = this.#newest;
    for await (const { number, jws } of this.#store.checkpointsAfter(newest?.number ?? 0)) {
      const follows = decodeCheckpoint(jws)?.previous === (newest ? checkpointHash(newest.jws) : '');
      if (!follows || number !== (newest?.number ?? 0) + 1)
        throw new AuditChainBroken('a checkpoint is missing');
      newest = { number, jws };
    }
    // Its signature vouches for all before it, through their hashes.
    if (newest && newest !== this.#newest && !(await openCheckpoint(this.#keyring, newest.jws))) {
      throw new AuditChainBroken('the newest checkpoint is not signed by us');
    }
    this.#newest = newest;
    return newest;
  }

  /** Heads of all writers, reached from those signed before, entry by entry: what is broken is not signed over. */
  async #heads(known: readonly Head[]): Promise<Head[]> {
    const signed = new Map(known.map((head) => [head.writer, head]));
    const writers = await this.#store.writers();
    for (const { writer } of known) {
      if (!writers.includes(writer)) throw new AuditChainBroken(`all entries of writer ${writer} are gone`);
    }
    const heads: Head[] = [];
    for (const writer of writers) {
      const from = signed.get(writer);
      if (from && !(await this.#stands(from))) {
        throw new AuditChainBroken(`entry ${entryId(from.writer, from.seq)} is not the one that was signed`);
      }
      let head: Head = from ?? { writer, seq: 0, hash: '' };
      for await (const entry of this.#store.entriesAfter(writer, head.seq)) {
        const follows = entry.seq === head.seq + 1 && entry.previous === head.hash;
        if (!follows || entry.hash !== entryHash(entry))
          throw new AuditChainBroken(`entry ${entry.id} does not fit`);
        head = { writer, seq: entry.seq, hash: entry.hash };
      }
      if (head.seq > 0) heads.push(head);
    }
    return heads;
  }

  async #stands(head: Head): Promise<boolean> {
    const entry = await this.#store.entries.get(entryId(head.writer, head.seq));
    return entry?.hash === head.hash && entryHash(plain(entry)) === head.hash;
  }

  /** False when another process took the number first. */
  async #sign(before: Numbered | undefined, heads: Head[]): Promise<boolean> {
    const number = (before?.number ?? 0) + 1;
    const payload: CheckpointPayload = {
      number,
      iat: seconds(this.#clock),
      heads,
      previous: before ? checkpointHash(before.jws) : '',
    };
    const jws = await signJws(this.#keyring.active('audit', 'province', 'ES256'), CHECKPOINT_TYP, payload);
    try {
      await this.#store.checkpoints.insert({ id: checkpointId(number), number, jws });
    } catch (error) {
      if (error instanceof AlreadyExists) return false;
      throw error;
    }
    this.#newest = { number, jws };
    return true;
  }

  /** Appends what the file does not have yet: also what another process signed, or this one before it stopped. */
  async #writeOutside(outside: OutsideFile | undefined, last: number): Promise<void> {
    if (!this.#outsideFile) return;
    const missing: string[] = [];
    for await (const { jws } of this.#store.checkpointsAfter(last)) missing.push(jws);
    await appendOutside(this.#outsideFile, missing, outside);
  }
}

const sameHeads = (a: readonly Head[], b: readonly Head[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
