/**
 * The verifier's core: bytes + trusted keys + status + clock -> verdict. Pure: no network, no files, nothing of Node's;
 * the same code runs in the server, the browser and the command line. Owns src/verifier/core. May import nothing of ours.
 * The W3C part and its contexts are loaded by `import()` on first use, so that a counter's first screen stays small.
 */
export { annotatedCopyTyp } from './annotated-copy.ts';
export { base45Decode, base45Encode } from './base45.ts';
export { contextDigest } from './context-digest.ts';
export { openPack } from './open-pack.ts';
export type { PackPayload, PackStatusList, PackType, PackView, PackViewField } from './pack.ts';
export { applyDelta, type PackDelta, type StatusListDelta } from './pack-delta.ts';
export { createReplayMemory } from './replay-memory.ts';
export { titleOf, verdict } from './sentences.ts';
export { makeShowCode, type ViewClaims, viewOfShowCode, viewToBeSigned } from './show-code.ts';
export { type SlipClaims, slipPrefix, slipToBeSigned } from './slip.ts';
export { readChanges, writeChanges } from './status-changes.ts';
export type {
  PublicKeyJwk,
  RootStatementPayload,
  TrustListIssuer,
  TrustListKey,
  TrustListPayload,
} from './trust-list.ts';
export type {
  PackMemory,
  ReplayMemory,
  StatusAnswer,
  StatusReference,
  Trusted,
  VerifyOptions,
} from './trusted.ts';
export {
  type CopyNote,
  type CredentialFormat,
  type FirstCode,
  type LocalText,
  type Outcome,
  type Verdict,
  type VerdictCode,
  type VerdictField,
  verdictCodes,
} from './verdict.ts';
export { verify, verifyView } from './verify.ts';
export { makeDelta } from './write-delta.ts';

/** The contexts our W3C credentials stand on, by URL, with the SHA-256 the pack carries: for the pack's builder. */
export const staticContexts = async (): Promise<Record<string, { sha256: string; document: unknown }>> =>
  (await import('./static-contexts.ts')).staticContexts();
