import { decodeProtectedHeader } from 'jose';
import { type KeyRecord, type Keyring, verifyJws } from '../keyring/index.ts';
import type { CheckpointPayload } from './audit-store.ts';

export const CHECKPOINT_TYP = 'onecert-audit-checkpoint+jwt';

/** What a checkpoint says, its signature not looked at; undefined when it is none. */
export function decodeCheckpoint(jws: string): CheckpointPayload | undefined {
  try {
    const payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return Number.isInteger(payload.number) && Array.isArray(payload.heads) ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** A checkpoint signed by an audit key of the province in that key's time; undefined otherwise. */
export async function openCheckpoint(
  keyring: Pick<Keyring, 'find'>,
  jws: string,
): Promise<{ payload: CheckpointPayload; key: KeyRecord } | undefined> {
  const key = findKey(keyring, jws);
  if (key?.purpose !== 'audit' || key.owner !== 'province') return undefined;
  if (!(await verifyJws(jws, key.publicJwk, CHECKPOINT_TYP))) return undefined;
  const payload = decodeCheckpoint(jws);
  if (!payload || payload.iat < key.notBefore || payload.iat > key.notAfter) return undefined;
  return { payload, key };
}

function findKey(keyring: Pick<Keyring, 'find'>, jws: string): KeyRecord | undefined {
  let kid: string | undefined;
  try {
    ({ kid } = decodeProtectedHeader(jws));
  } catch {
    return undefined;
  }
  return kid === undefined ? undefined : keyring.find(kid);
}
