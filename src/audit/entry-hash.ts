import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { AuditEntry } from './index.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Over everything the entry holds except the hash itself, so the entry before is part of it. */
export function entryHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { hash: _, ...hashed } = entry as AuditEntry;
  return sha256(canonicalJson(hashed));
}

export const checkpointHash = (jws: string): string => sha256(jws);
