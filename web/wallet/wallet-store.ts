/** What this browser keeps: masked cards for a start without a network, and copies of views beside their keys. */
import { LocalDatabase } from '../shared/database.ts';
import type { ActingFor, CertificateList } from './types.ts';

/** One signed view and the key it is bound to. The key never leaves the browser: it is not extractable. */
export interface Copy {
  id?: number;
  certificateId: string;
  viewNumber: number;
  key: CryptoKey;
  view: Uint8Array<ArrayBuffer>;
  /** Unix seconds: the view's own `exp`. */
  notAfter: number;
  /** Unix seconds; absent: before this was noted. */
  fetchedAt?: number;
  uses: number;
}

export interface Saved {
  subject: string;
  /** Of the enterprise she acts for. */
  actingFor?: ActingFor | undefined;
  displayName: string;
  list: CertificateList;
}

const database = new LocalDatabase('onecert-wallet', [
  { name: 'saved' },
  { name: 'copies', keyPath: 'id', autoIncrement: true },
  { name: 'key-check' },
]);

export const readSaved = (): Promise<Saved | undefined> => database.get<Saved>('saved', 'wallet');

export const save = (saved: Saved): Promise<unknown> => database.put('saved', saved, 'wallet');

export const readCopies = (): Promise<Copy[]> => database.all<Copy>('copies');

export const putCopy = (copy: Copy): Promise<unknown> => database.put('copies', copy);

export const dropCopy = (id: number): Promise<void> => database.delete('copies', id);

/** Everything of the person who leaves: cards, copies and keys. */
export const eraseAll = async (): Promise<void> => {
  for (const store of ['saved', 'copies', 'key-check']) await database.clear(store);
};

export const generateKey = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]) as Promise<CryptoKeyPair>;

/** Least used first, so that two counters seldom see the same copy. */
export const takeCopy = async (
  certificateId: string,
  viewNumber: number,
  now: number,
): Promise<Copy | undefined> => {
  const usable = (await readCopies())
    .filter((copy) => copy.certificateId === certificateId && copy.viewNumber === viewNumber)
    .filter((copy) => copy.notAfter > now + 60)
    .sort((a, b) => a.uses - b.uses || (a.id ?? 0) - (b.id ?? 0));
  const copy = usable[0];
  // The count is kept in the background: the code must not wait for the disk.
  if (copy) void putCopy({ ...copy, uses: copy.uses + 1 }).catch(() => undefined);
  return copy;
};

let keyCheck: Promise<boolean> | undefined;

/** Whether this browser keeps keys: store, read back, sign, verify. Some say yes and give nothing back. */
export const browserKeepsKeys = (): Promise<boolean> => {
  keyCheck ??= checkKeys().catch(() => false);
  return keyCheck;
};

const checkKeys = async (): Promise<boolean> => {
  const { privateKey, publicKey } = await generateKey();
  await database.put('key-check', privateKey, 'key');
  const kept = await database.get<CryptoKey>('key-check', 'key');
  if (!kept || kept.extractable) return false;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const message = crypto.getRandomValues(new Uint8Array(32));
  const signature = await crypto.subtle.sign(algorithm, kept, message);
  await database.delete('key-check', 'key');
  return crypto.subtle.verify(algorithm, publicKey, signature, message);
};
