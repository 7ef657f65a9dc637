import type { Keyring } from '../keyring/index.ts';
import { type AuditStore, type CheckpointPayload, entryId, type Head } from './audit-store.ts';
import { openCheckpoint } from './checkpoint.ts';
import { checkpointHash, entryHash } from './entry-hash.ts';
import type { AuditEntry, AuditFinding, AuditReport } from './index.ts';
import { readOutsideFile } from './outside-file.ts';

interface Input {
  store: AuditStore;
  keyring: Keyring;
  outsideFile?: string;
}

/** Walks everything and says what does not fit, and what it could not have noticed. */
export async function verifyAudit(input: Input): Promise<AuditReport> {
  const findings: AuditFinding[] = [];
  const signed = new SignedHeads(findings);
  const stored = await checkStoredCheckpoints(input, signed, findings);
  const outside = await checkOutsideFile(input, stored, signed, findings);
  const walked = await checkEntries(input.store, signed, findings);
  return {
    ok: findings.length === 0,
    entries: walked.entries,
    writers: walked.lastSeq.size,
    checkpoints: stored.hashes.size,
    findings,
    limits: limits({ ...walked, signed, compromised: stored.compromised || outside.compromised, outside }),
  };
}

/** Every entry that some checkpoint names as a writer's head, and how far each writer's chain is covered. */
class SignedHeads {
  readonly hashes = new Map<string, Head>();
  readonly covered = new Map<string, number>();
  readonly #findings: AuditFinding[];

  constructor(findings: AuditFinding[]) {
    this.#findings = findings;
  }

  add({ number, heads }: CheckpointPayload): void {
    for (const head of heads) {
      const id = entryId(head.writer, head.seq);
      const known = this.hashes.get(id);
      if (known && known.hash !== head.hash) {
        this.#findings.push({
          code: 'checkpoint_mismatch',
          writer: head.writer,
          seq: head.seq,
          message: `checkpoint ${number} names another hash for entry ${id} than one before it`,
        });
      } else this.hashes.set(id, head);
      this.covered.set(head.writer, Math.max(head.seq, this.covered.get(head.writer) ?? 0));
    }
  }
}

interface StoredCheckpoints {
  /** Number -> hash of its JWS. */
  hashes: Map<number, string>;
  newest: number;
  compromised: boolean;
}

async function checkStoredCheckpoints(
  { store, keyring }: Input,
  signed: SignedHeads,
  findings: AuditFinding[],
): Promise<StoredCheckpoints> {
  const stored: StoredCheckpoints = { hashes: new Map(), newest: 0, compromised: false };
  let before: CheckpointPayload | undefined;
  let previous = '';
  for await (const { number, jws } of store.checkpointsAfter(0)) {
    const hash = checkpointHash(jws);
    if (number !== stored.newest + 1) {
      findings.push({
        code: 'checkpoint_mismatch',
        message: `the store has no checkpoint between ${stored.newest} and ${number}`,
      });
      previous = '';
      before = undefined;
    }
    const opened = await openCheckpoint(keyring, jws);
    if (!opened || opened.payload.number !== number) {
      findings.push({
        code: 'checkpoint_signature',
        message: `checkpoint ${number} is not signed by our audit key`,
      });
    } else {
      const afterGap = number > 1 && previous === '';
      if (!afterGap && opened.payload.previous !== previous) {
        findings.push({
          code: 'checkpoint_mismatch',
          message: `checkpoint ${number} was not made after the checkpoint ${number - 1} that stands here`,
        });
      }
      findings.push(...wentBackwards(before, opened.payload));
      signed.add(opened.payload);
      stored.compromised ||= opened.key.state === 'compromised';
      before = opened.payload;
    }
    stored.hashes.set(number, hash);
    stored.newest = number;
    previous = hash;
  }
  return stored;
}

/** A later checkpoint that covers less was signed over an audit that had lost its end. */
function wentBackwards(before: CheckpointPayload | undefined, after: CheckpointPayload): AuditFinding[] {
  const seqs = new Map(after.heads.map((head) => [head.writer, head.seq]));
  return (before?.heads ?? [])
    .filter((head) => (seqs.get(head.writer) ?? 0) < head.seq)
    .map((head) => ({
      code: 'checkpoint_mismatch',
      writer: head.writer,
      seq: head.seq,
      message: `checkpoint ${after.number} covers less of writer ${head.writer} than checkpoint ${after.number - 1}`,
    }));
}

interface OutsideResult {
  given: boolean;
  /** Highest number with a good signature; 0 for none. */
  newest: number;
  torn: boolean;
  compromised: boolean;
}

async function checkOutsideFile(
  { keyring, outsideFile }: Input,
  stored: StoredCheckpoints,
  signed: SignedHeads,
  findings: AuditFinding[],
): Promise<OutsideResult> {
  const result: OutsideResult = {
    given: outsideFile !== undefined,
    newest: 0,
    torn: false,
    compromised: false,
  };
  if (outsideFile === undefined) return result;
  const file = await readOutsideFile(outsideFile);
  const seen = new Set<number>();
  for (const [index, jws] of (file?.lines ?? []).entries()) {
    const opened = await openCheckpoint(keyring, jws);
    if (!opened) {
      findings.push({
        code: 'checkpoint_signature',
        message: `line ${index + 1} of the outside file is not a checkpoint signed by our audit key`,
      });
      continue;
    }
    const { number } = opened.payload;
    seen.add(number);
    signed.add(opened.payload);
    result.newest = Math.max(result.newest, number);
    result.compromised ||= opened.key.state === 'compromised';
    const hash = stored.hashes.get(number);
    if (hash === undefined) {
      findings.push({
        code: 'outside_checkpoint_missing',
        message: `checkpoint ${number} of the outside file is missing in the store`,
      });
    } else if (hash !== checkpointHash(jws)) {
      findings.push({
        code: 'checkpoint_mismatch',
        message: `checkpoint ${number} in the store is another one than in the outside file`,
      });
    }
  }
  const last = file ? result.newest : stored.newest;
  for (const number of stored.hashes.keys()) {
    if (number <= last && !seen.has(number)) {
      findings.push({
        code: 'outside_checkpoint_missing',
        message: `checkpoint ${number} of the store is missing in the outside file`,
      });
    }
  }
  return { ...result, torn: file?.torn ?? false };
}

interface Walked {
  entries: number;
  /** Writer -> its last sequence number. */
  lastSeq: Map<string, number>;
}

async function checkEntries(
  store: AuditStore,
  signed: SignedHeads,
  findings: AuditFinding[],
): Promise<Walked> {
  const walked: Walked = { entries: 0, lastSeq: new Map() };
  const met = new Set<string>();
  let before: AuditEntry | undefined;
  for await (const entry of store.allEntries()) {
    walked.entries += 1;
    const [writer = '', seqText = ''] = entry.id.split(':');
    const seq = Number(seqText);
    const last = before?.id.startsWith(`${writer}:`) ? before : undefined;
    const expected = (walked.lastSeq.get(writer) ?? 0) + 1;
    const at = { writer, seq };
    if (entry.writer !== writer || entry.seq !== seq || entry.hash !== safeHash(entry)) {
      findings.push({
        code: 'entry_changed',
        ...at,
        message: `entry ${entry.id} does not have its own hash`,
      });
    }
    if (seq > expected) {
      const count = seq - expected;
      const message = `${count} ${count === 1 ? 'entry' : 'entries'} missing from ${entryId(writer, expected)} on`;
      findings.push({ code: 'entry_missing', writer, seq: expected, message });
    } else if (entry.previous !== (last?.hash ?? '')) {
      findings.push({
        code: 'chain_broken',
        ...at,
        message: `entry ${entry.id} does not follow the one before it`,
      });
    }
    const head = signed.hashes.get(entryId(writer, seq));
    if (head) met.add(entryId(writer, seq));
    if (head && head.hash !== entry.hash) {
      const message = `entry ${entry.id} is not the one a checkpoint was signed over`;
      findings.push({ code: 'checkpoint_mismatch', ...at, message });
    }
    walked.lastSeq.set(writer, seq);
    before = entry;
  }
  for (const [writer, seq] of signed.covered) {
    const last = walked.lastSeq.get(writer) ?? 0;
    if (last >= seq) continue;
    const message = `writer ${writer} ends at ${last}, but a checkpoint was signed over entry ${seq}`;
    findings.push({ code: 'truncated', writer, seq: last + 1, message });
  }
  return walked;
}

/** An entry that has no canonical form is not one that was written here. */
function safeHash(entry: AuditEntry): string | undefined {
  try {
    return entryHash(entry);
  } catch {
    return undefined;
  }
}

function limits(input: {
  entries: number;
  lastSeq: Map<string, number>;
  signed: SignedHeads;
  compromised: boolean;
  outside: OutsideResult;
}): string[] {
  const { lastSeq, signed, compromised, outside } = input;
  let uncovered = 0;
  for (const [writer, seq] of lastSeq) uncovered += Math.max(0, seq - (signed.covered.get(writer) ?? 0));
  const found = [
    `${uncovered} entries came after the last checkpoint. Whoever can write to the store can rewrite these, add to ` +
      'them or remove them from the end of their writer, and nothing shows it; so it is with those gone already.',
    'Whoever has the audit key and can write to the store and to the outside file can rewrite everything.',
    'What was never written to the audit cannot be missed in it.',
  ];
  if (!outside.given || outside.newest === 0) {
    found.push(
      'No outside checkpoints were given: a store put back to an earlier state together with its checkpoints looks complete.',
    );
  } else {
    found.push(
      `The outside file reaches to checkpoint ${outside.newest}; it proves as much as the place it was kept in is out of ` +
        'reach of those who can write to the store.',
    );
  }
  if (outside.torn)
    found.push('The last line of the outside file was not written to its end and was left out.');
  if (compromised) {
    found.push(
      'Some checkpoints were signed with a key that is marked compromised: by themselves they prove nothing.',
    );
  }
  return found;
}
