import type { Clock } from '../clock.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Storage } from '../storage/index.ts';
import { AuditWriter } from './append-entry.ts';
import { AuditStore } from './audit-store.ts';
import type { Audit } from './index.ts';
import { CheckpointMaker } from './make-checkpoint.ts';
import { verifyAudit } from './verify-audit.ts';

const DEFAULT_LIMIT = 100;

export interface CreateAuditInput {
  storage: Storage;
  keyring: Keyring;
  clock: Clock;
  /** Checkpoints are appended here too; meant to lie outside the reach of who can write to the store. */
  outsideFile?: string;
  /**
   * Default true: an event that seems to hold personal data is an error. False (production): it is written without
   * the members in question, because a false alarm must not stop the act.
   */
  strict?: boolean;
}

/** Declares its collections at once; every process start is a writer of its own. */
export function createAudit(input: CreateAuditInput): Audit {
  const { storage, keyring, clock, outsideFile, strict = true } = input;
  const store = new AuditStore(storage);
  const writer = new AuditWriter(store, clock, strict);
  const checkpoints = new CheckpointMaker(store, keyring, clock, outsideFile);

  return {
    append: (event) => writer.append(event),

    async about(subject, limit = DEFAULT_LIMIT) {
      const entries = await store.entriesAbout(subject);
      return entries.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, limit);
    },

    checkpoint: () => checkpoints.make(),
    verify: (options = {}) =>
      verifyAudit({ store, keyring, outsideFile: options.outsideFile ?? outsideFile }),
  };
}
