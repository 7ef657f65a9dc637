import { type Clock, seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { type KeyRecord, type Keyring, signJws } from '../keyring/index.ts';
import type { PublicKeyJwk, RootStatementPayload } from '../verifier/core/trust-list.ts';

export const ROOT_STATEMENT_TYP = 'onecert-root+jwt';
export const ROOT_STATEMENT_SECONDS = 365 * 86_400;

/** The public root that is in force; its private part may be elsewhere. */
export function currentRoot(keyring: Keyring): KeyRecord {
  const roots = keyring.all().filter((key) => key.purpose === 'root' && key.state === 'active');
  const newest = roots.at(-1);
  if (!newest) throw new ServiceError('key_unavailable', { cause: new Error('there is no province root') });
  return newest;
}

/** Thumbprint of the next root, '' when none was made ahead. */
function nextRoot(keyring: Keyring): string {
  const waiting = keyring.all().filter((key) => key.purpose === 'root' && key.state === 'standby');
  return waiting.at(-1)?.kid ?? '';
}

/** What the root has to say at present, without number and times. */
export function rootStatementContent(keyring: Keyring, baseUrl: string, trustListKey: PublicKeyJwk) {
  return {
    iss: baseUrl,
    root: currentRoot(keyring).publicJwk as PublicKeyJwk,
    next_root: nextRoot(keyring),
    trust_list_key: trustListKey,
  };
}

/** Signs a statement with the root of this keyring: in the ceremony, or on a development machine. */
export async function signRootStatement(input: {
  keyring: Keyring;
  clock: Clock;
  baseUrl: string;
  number: number;
  trustListKey: PublicKeyJwk;
  /** Unix seconds; default: a year from now. One that begins later is signed ahead, while the root is at hand. */
  validFrom?: number;
  validUntil?: number;
}): Promise<string> {
  const { keyring, clock, baseUrl, number, trustListKey } = input;
  const iat = input.validFrom ?? seconds(clock);
  const payload: RootStatementPayload = {
    ...rootStatementContent(keyring, baseUrl.replace(/\/$/, ''), trustListKey),
    number,
    iat,
    exp: input.validUntil ?? iat + ROOT_STATEMENT_SECONDS,
  };
  return signJws(keyring.signer(currentRoot(keyring).kid), ROOT_STATEMENT_TYP, payload);
}
