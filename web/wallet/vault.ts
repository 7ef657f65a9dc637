/**
 * The lock of what this phone keeps. One data key seals it; the data key itself is kept wrapped: by a PIN, by a passkey
 * as well, or, while no lock is set, by a key that lies beside it. The phone is a cache: all of it can be fetched again.
 */
import { deviceSeconds } from '../shared/server-time.ts';
import { database } from './wallet-database.ts';

interface Wrapped {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

interface PinLock extends Wrapped {
  salt: Uint8Array<ArrayBuffer>;
  iterations: number;
  /** Not extractable: a stolen copy of the other parts does not let a machine try all PINs elsewhere. */
  device: CryptoKey;
}

interface PasskeyLock extends Wrapped {
  id: ArrayBuffer;
  salt: Uint8Array<ArrayBuffer>;
}

interface Lock {
  open?: Wrapped & { key: CryptoKey };
  pin?: PinLock;
  passkey?: PasskeyLock;
}

/** Wrong PINs since the last right one. Counted before each try, so that stopping the page does not give one free. */
interface Attempts {
  wrong: number;
  /** Unix seconds of this device. */
  notBefore: number;
}

export interface Sealed {
  sealed: Wrapped;
}

export interface LockFacts {
  pin: boolean;
  passkey: boolean;
}

export type PinAnswer =
  | { is: 'open' }
  | { is: 'erased' }
  | { is: 'wrong' | 'wait'; left: number; wait: number };

export const pinLength = 6;
/** OWASP's figure for PBKDF2 with SHA-256. */
const iterations = 600_000;
const mostWrong = 10;
/** Seconds to wait after the fourth wrong PIN, the fifth … */
const waits = [30, 60, 300, 900, 1800, 3600];
/** How long an unlocked wallet may be away at the login and come back without the PIN. */
const awaySeconds = 300;

const lockName = 'lock';
const attemptsName = 'attempts';
const awayName = 'away';
const awayMark = 'onecert.wallet.away';

let dataKey: CryptoKey | undefined;
const listeners = new Set<() => void>();
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('onecert-wallet-lock') : undefined;

const aes = (iv: Uint8Array<ArrayBuffer>) => ({ name: 'AES-GCM', iv });
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

const wrap = async (key: CryptoKey, by: CryptoKey): Promise<Wrapped> => {
  const iv = randomBytes(12);
  return { iv, bytes: await crypto.subtle.wrapKey('raw', key, by, aes(iv)) };
};

const unwrap = ({ iv, bytes }: Wrapped, by: CryptoKey, extractable = false): Promise<CryptoKey> =>
  crypto.subtle.unwrapKey('raw', bytes, by, aes(iv), 'AES-GCM', extractable, ['encrypt', 'decrypt']);

const wrappingKey = (bytes: ArrayBuffer): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['wrapKey', 'unwrapKey']);

const pinKey = async (
  pin: string,
  of: Pick<PinLock, 'salt' | 'iterations' | 'device'>,
): Promise<CryptoKey> => {
  const text = new TextEncoder().encode(pin);
  const material = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveBits']);
  const stretching = { name: 'PBKDF2', hash: 'SHA-256', salt: of.salt, iterations: of.iterations };
  const stretched = await crypto.subtle.deriveBits(stretching, material, 256);
  return wrappingKey(await crypto.subtle.sign('HMAC', of.device, stretched));
};

const readLock = (): Promise<Lock | undefined> => database.get<Lock>('lock', lockName);

/** Without a lock it opens by itself; `created` when there was nothing here yet. */
export const startVault = async (): Promise<'open' | 'created' | 'locked'> => {
  const lock = await readLock();
  if (lock?.open) {
    dataKey = await unwrap(lock.open, lock.open.key);
    return 'open';
  }
  if (lock) {
    dataKey = await comeBack();
    return dataKey ? 'open' : 'locked';
  }
  const algorithm = { name: 'AES-GCM', length: 256 };
  const fresh = await crypto.subtle.generateKey(algorithm, true, ['encrypt', 'decrypt']);
  const key = await crypto.subtle.generateKey(algorithm, false, ['wrapKey', 'unwrapKey']);
  const made: Lock = { open: { ...(await wrap(fresh, key)), key } };
  // Of two tabs that start together the first one's key counts.
  const kept = await database.update<Lock>('lock', lockName, (before) => before ?? made);
  dataKey = kept.open && (await unwrap(kept.open, kept.open.key));
  return dataKey ? 'created' : 'locked';
};

export const lockFacts = async (): Promise<LockFacts> => {
  const lock = await readLock().catch(() => undefined);
  return { pin: lock?.pin !== undefined, passkey: lock?.passkey !== undefined };
};

/** What is in force now, and what every tab hears of. */
export const onLock = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const close = (): void => {
  dataKey = undefined;
  for (const listener of listeners) listener();
};
channel?.addEventListener('message', close);

export const lockNow = (): void => {
  channel?.postMessage('locked');
  close();
};

/** How long to wait before the next PIN may be tried, and how many tries are left. */
export const readAttempts = async (): Promise<{ left: number; wait: number }> => {
  const { wrong, notBefore } = (await database.get<Attempts>('lock', attemptsName)) ?? noAttempts;
  return { left: mostWrong - wrong, wait: waitUntil(notBefore) };
};

const noAttempts: Attempts = { wrong: 0, notBefore: 0 };
/** A clock that was set back does not lock anybody out for longer than the longest wait. */
const waitUntil = (notBefore: number): number =>
  Math.max(0, Math.min(notBefore - deviceSeconds(), waits.at(-1)!));

/** Opens the vault; `erase` is called when the last try was wrong. */
export const openWithPin = async (pin: string, erase: () => Promise<void>): Promise<PinAnswer> => {
  const { pin: lock } = (await readLock()) ?? {};
  if (!lock) return { is: 'erased' };
  let refused = false;
  let spent = false;
  const { wrong, notBefore } = await database.update<Attempts>(
    'lock',
    attemptsName,
    (before = noAttempts) => {
      spent = before.wrong >= mostWrong;
      refused = waitUntil(before.notBefore) > 0;
      if (spent || refused) return before;
      const count = before.wrong + 1;
      return { wrong: count, notBefore: count < 4 ? 0 : deviceSeconds() + (waits[count - 4] ?? 0) };
    },
  );
  // The page was stopped in the middle of erasing: that gives no eleventh try.
  if (spent) {
    await erase();
    return { is: 'erased' };
  }
  if (refused) return { is: 'wait', left: mostWrong - wrong, wait: waitUntil(notBefore) };
  const opened = await unwrap(lock, await pinKey(pin, lock)).catch(() => undefined);
  if (opened) {
    dataKey = opened;
    await database.put('lock', noAttempts, attemptsName);
    return { is: 'open' };
  }
  if (wrong >= mostWrong) {
    await erase();
    return { is: 'erased' };
  }
  return { is: 'wrong', left: mostWrong - wrong, wait: waitUntil(notBefore) };
};

/** The data key in a form that can be wrapped again; undefined for a wrong PIN. `pin` undefined: no lock is set. */
const takeOut = async (lock: Lock, pin: string | undefined): Promise<CryptoKey | undefined> => {
  if (lock.open) return unwrap(lock.open, lock.open.key, true);
  if (!lock.pin || pin === undefined) return undefined;
  return unwrap(lock.pin, await pinKey(pin, lock.pin), true).catch(() => undefined);
};

const change = async (
  pin: string | undefined,
  to: (key: CryptoKey, lock: Lock) => Promise<Lock>,
): Promise<boolean> => {
  const lock = await readLock();
  const key = lock && (await takeOut(lock, pin));
  if (!key) return false;
  await database.put('lock', await to(key, lock), lockName);
  return true;
};

/** Sets or changes the PIN. False when `before` is not the PIN that is set. */
export const setPin = (pin: string, before?: string): Promise<boolean> =>
  change(before, async (key, { passkey }) => {
    const device = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const of = { salt: randomBytes(16), iterations, device };
    return { pin: { ...of, ...(await wrap(key, await pinKey(pin, of))) }, ...(passkey ? { passkey } : {}) };
  });

/** A passkey opens it too; the PIN stays (a passkey is never the only way). `secret` is what its PRF gave for `salt`. */
export const addPasskey = (
  pin: string,
  { id, salt, secret }: { id: ArrayBuffer; salt: Uint8Array<ArrayBuffer>; secret: ArrayBuffer },
): Promise<boolean> =>
  change(pin, async (key, { pin: kept }) => ({
    pin: kept!,
    passkey: { id, salt, ...(await wrap(key, await prfKey(secret))) },
  }));

export const readPasskey = async (): Promise<Pick<PasskeyLock, 'id' | 'salt'> | undefined> =>
  (await readLock())?.passkey;

/** False when this secret is not the one: some phones give another one than before. */
export const openWithSecret = async (secret: ArrayBuffer): Promise<boolean> => {
  const { passkey } = (await readLock()) ?? {};
  const key = passkey && (await unwrap(passkey, await prfKey(secret)).catch(() => undefined));
  if (!key) return false;
  dataKey = key;
  await database.put('lock', noAttempts, attemptsName);
  return true;
};

const prfKey = async (secret: ArrayBuffer): Promise<CryptoKey> => {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode('onecert-wallet-lock');
  const salt = new Uint8Array(32);
  return wrappingKey(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, material, 256),
  );
};

/** No lock from now on. False for a wrong PIN. */
export const removeLock = (pin: string): Promise<boolean> =>
  change(pin, async (fresh) => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'wrapKey',
      'unwrapKey',
    ]);
    return { open: { ...(await wrap(fresh, key)), key } };
  });

/** The page is left for the login and comes back: its key waits here, for this tab and some minutes only. */
export const stepAway = async (): Promise<void> => {
  if (!dataKey || (await readLock())?.open) return;
  const mark = crypto.randomUUID();
  sessionStorage.setItem(awayMark, mark);
  await database.put('lock', { mark, key: dataKey, until: deviceSeconds() + awaySeconds }, awayName);
};

const comeBack = async (): Promise<CryptoKey | undefined> => {
  const mark = sessionStorage.getItem(awayMark);
  sessionStorage.removeItem(awayMark);
  const left = await database.get<{ mark: string; key: CryptoKey; until: number }>('lock', awayName);
  if (!left) return undefined;
  await database.delete('lock', awayName);
  const now = deviceSeconds();
  return left.mark === mark && left.until > now && left.until <= now + awaySeconds ? left.key : undefined;
};

/** Lock and key are gone; what was sealed cannot be read any more. */
export const forgetVault = async (): Promise<void> => {
  dataKey = undefined;
  await database.clear('lock');
};

export const seal = async (value: unknown): Promise<Sealed> => {
  if (!dataKey) throw new Error('the vault is closed');
  const iv = randomBytes(12);
  const text = new TextEncoder().encode(JSON.stringify(value));
  return { sealed: { iv, bytes: await crypto.subtle.encrypt(aes(iv), dataKey, text) } };
};

export const unseal = async <T>({ sealed }: Sealed): Promise<T> => {
  if (!dataKey) throw new Error('the vault is closed');
  const text = await crypto.subtle.decrypt(aes(sealed.iv), dataKey, sealed.bytes);
  return JSON.parse(new TextDecoder().decode(text)) as T;
};
