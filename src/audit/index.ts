/**
 * Audit: one insert-only hash chain a writer, signed checkpoints over all heads, kept outside the store too.
 * Owns src/audit. May import: storage, keyring, clock, errors. Every feature may call `append` in the request that acts.
 */
export interface AuditEvent {
  /** noun.verb in the past, e.g. `certificate.issued`, `certificate.state_changed`, `key.created`, `app.added`. */
  action: string;
  /** Who did it: `account:<id>`, `client:<id>`, `cli`, `system`. Never a name or number. */
  actor: string;
  /** Whom it concerns: the person's account id, if any. Means nothing once her data key is gone. */
  subject?: string;
  /** What it concerns: certificate id, app id, kid. */
  object?: string;
  /** Field NAMES that were read or written; never values. */
  fields?: readonly string[];
  result: 'ok' | 'refused' | 'failed';
  /** Stable codes and counts only; never personal data. */
  details?: Record<string, string | number | boolean>;
  requestId?: string;
}

export interface AuditEntry extends AuditEvent {
  /** `<writer>:<seq padded to 12>` */
  id: string;
  writer: string;
  seq: number;
  /** Unix milliseconds. */
  at: number;
  /** Hash of the writer's entry before (base64url SHA-256), '' for the first. */
  previous: string;
  hash: string;
}

export interface AuditFinding {
  code:
    | 'entry_changed'
    | 'entry_missing'
    | 'chain_broken'
    | 'checkpoint_signature'
    | 'checkpoint_mismatch'
    | 'truncated'
    | 'outside_checkpoint_missing';
  writer?: string;
  seq?: number;
  message: string;
}

export interface AuditReport {
  ok: boolean;
  entries: number;
  writers: number;
  checkpoints: number;
  findings: AuditFinding[];
  /** What cannot be detected with what was given (e.g. no outside checkpoints). */
  limits: string[];
}

export interface Audit {
  /** Durable when it resolves. A failure to write fails the request that acts. */
  append(event: AuditEvent): Promise<AuditEntry>;
  /** Entries that concern a person, newest first: the citizen's own page. */
  about(subject: string, limit?: number): Promise<AuditEntry[]>;
  /**
   * Signs a checkpoint over all heads, when there is anything new; stores it and appends it to the outside file.
   * Throws AuditChainBroken rather than sign over an audit that does not fit what was signed before.
   */
  checkpoint(): Promise<void>;
  verify(options?: { outsideFile?: string }): Promise<AuditReport>;
}

export { assertNoPersonalData, PersonalDataInAudit } from './assert-no-personal-data.ts';
export { type CreateAuditInput, createAudit } from './create-audit.ts';
export { AuditChainBroken } from './make-checkpoint.ts';
