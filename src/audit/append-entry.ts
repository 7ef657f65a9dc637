import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { AlreadyExists } from '../storage/index.ts';
import { assertNoPersonalData, withoutPersonalData } from './assert-no-personal-data.ts';
import { type AuditStore, entryId, plain } from './audit-store.ts';
import { entryHash } from './entry-hash.ts';
import type { AuditEntry, AuditEvent } from './index.ts';

/** The one writer of this process: a chain of its own, so that no two processes wait for each other. */
export class AuditWriter {
  readonly id = `w_${randomBytes(12).toString('hex')}`;
  readonly #store: AuditStore;
  readonly #clock: Clock;
  readonly #strict: boolean;
  #seq = 0;
  #head = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: AuditStore, clock: Clock, strict: boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#strict = strict;
  }

  async append(event: AuditEvent): Promise<AuditEntry> {
    if (this.#strict) assertNoPersonalData(event);
    const clean = this.#strict ? event : withoutPersonalData(event);
    const result = this.#last.then(() => this.#write(clean));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #write(event: AuditEvent): Promise<AuditEntry> {
    const entry = this.#next(event);
    try {
      await this.#store.entries.insert(entry);
    } catch (error) {
      if (error instanceof AlreadyExists) {
        await this.#adopt(entry);
        return this.#write(event);
      }
      throw error instanceof ServiceError ? error : new ServiceError('store_unavailable', { cause: error });
    }
    this.#seq = entry.seq;
    this.#head = entry.hash;
    return entry;
  }

  #next(event: AuditEvent): AuditEntry {
    const seq = this.#seq + 1;
    const body = defined({
      id: entryId(this.id, seq),
      writer: this.id,
      seq,
      at: this.#clock.now(),
      action: event.action,
      actor: event.actor,
      subject: event.subject,
      object: event.object,
      fields: event.fields && [...event.fields],
      result: event.result,
      details: event.details && defined(event.details),
      requestId: event.requestId,
      previous: this.#head,
    });
    return { ...body, hash: entryHash(body) };
  }

  /** The store said an earlier write failed and had kept it after all: it stands, and the chain goes on behind it. */
  async #adopt(taken: AuditEntry): Promise<void> {
    const kept = await this.#store.entries.get(taken.id);
    const entry = kept && plain(kept);
    if (entry?.previous !== taken.previous || entry.hash !== entryHash(entry)) {
      throw new ServiceError('store_unavailable', {
        cause: new Error(`audit entry ${taken.id} is not ours`),
      });
    }
    this.#seq = entry.seq;
    this.#head = entry.hash;
  }
}

/** Absent and undefined are the same to a store; only absent is the same to a hash. */
function defined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
