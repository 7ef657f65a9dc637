/** What this browser keeps, sealed by the vault: masked cards for a start without a network, and copies beside their keys. */
import type { ActingFor, CertificateList } from './types.ts';
import { forgetVault, type Sealed, seal, unseal } from './vault.ts';
import { database } from './wallet-database.ts';
import type { WalletList } from './wallet-file.ts';

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
  /** What the service calls this phone: asked whether it was ended. */
  phone?: string | undefined;
  list: CertificateList;
}

/** As it lies in the browser: the key as it is, since it cannot leave; the rest sealed. */
interface KeptCopy extends Sealed {
  id?: number;
  key: CryptoKey;
}

const isSealed = (kept: object): kept is Sealed => 'sealed' in kept;

export const readSaved = async (): Promise<Saved | undefined> => {
  const kept = await database.get<Sealed | Saved>('saved', 'wallet');
  return kept && isSealed(kept) ? unseal<Saved>(kept) : kept;
};

export const save = async (saved: Saved): Promise<unknown> =>
  database.put('saved', await seal(saved), 'wallet');

/** Opened once: with hundreds of copies, a code must not wait for all of them. */
let opened: Promise<Copy[]> | undefined;

const openCopy = async (kept: KeptCopy | Copy): Promise<Copy> => {
  if (!isSealed(kept)) return kept;
  const { view, ...facts } = await unseal<Omit<Copy, 'id' | 'key' | 'view'> & { view: string }>(kept);
  const bytes = Uint8Array.from(atob(view), (character) => character.charCodeAt(0));
  return { ...facts, id: kept.id!, key: kept.key, view: bytes };
};

/** What another key sealed, before everything here was erased, is of no use to anybody. */
const openOrDrop = async (kept: KeptCopy | Copy): Promise<Copy[]> => {
  try {
    return [await openCopy(kept)];
  } catch (error) {
    if ((error as DOMException).name !== 'OperationError') throw error;
    await database.delete('copies', kept.id!);
    return [];
  }
};

const openAll = async (): Promise<Copy[]> =>
  (await Promise.all((await database.all<KeptCopy | Copy>('copies')).map(openOrDrop))).flat();

export const readCopies = (): Promise<Copy[]> => {
  opened ??= openAll();
  opened.catch(forgetOpened);
  return opened.then((copies) => [...copies]);
};

/** What was opened is closed again: the lock fell, or another tab changed it. */
export const forgetOpened = (): void => {
  opened = undefined;
};

export const putCopy = async ({ id, key, view, ...facts }: Copy): Promise<void> => {
  const sealed = await seal({ ...facts, view: btoa(String.fromCharCode(...view)) });
  const kept: KeptCopy = { ...sealed, ...(id === undefined ? {} : { id }), key };
  const given = (await database.put('copies', kept)) as number;
  const copies = await opened?.catch(() => undefined);
  const at = copies?.findIndex((copy) => copy.id === given) ?? -1;
  copies?.splice(at < 0 ? copies.length : at, at < 0 ? 0 : 1, { ...facts, id: given, key, view });
};

export const dropCopy = async (id: number): Promise<void> => {
  await database.delete('copies', id);
  const copies = await opened?.catch(() => undefined);
  const at = copies?.findIndex((copy) => copy.id === id) ?? -1;
  if (at >= 0) copies!.splice(at, 1);
};

/** The list that was brought from an old phone, until all of it is looked at; `undefined` forgets it. */
export const keepMoving = async (list: WalletList | undefined): Promise<unknown> =>
  list === undefined ? database.delete('saved', 'moving') : database.put('saved', await seal(list), 'moving');

export const readMoving = async (): Promise<WalletList | undefined> => {
  const kept = await database.get<Sealed>('saved', 'moving');
  return kept && unseal<WalletList>(kept);
};

/** Of a wallet of before the vault: its copies are sealed as they are. */
export const sealWhatLiesOpen = async (): Promise<void> => {
  const saved = await readSaved();
  if (saved) await save(saved);
  for (const copy of await readCopies()) await putCopy(copy);
};

/** Cards, copies and keys, of one capacity; the lock stays. */
export const eraseHeld = async (): Promise<void> => {
  forgetOpened();
  for (const store of ['saved', 'copies', 'key-check']) await database.clear(store);
};

/** Everything of the person who leaves, her lock too. */
export const eraseAll = async (): Promise<void> => {
  await eraseHeld();
  await forgetVault();
};

export const generateKey = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]) as Promise<CryptoKeyPair>;

/** Least used first, so that two counters seldom see the same copy; one that names nobody is never seen twice. */
export const takeCopy = async (
  certificateId: string,
  { number: viewNumber, once }: { number: number; once: boolean },
  now: number,
): Promise<Copy | undefined> => {
  const usable = async () =>
    (await readCopies())
      .filter((copy) => copy.certificateId === certificateId && copy.viewNumber === viewNumber)
      .filter((copy) => copy.notAfter > now + 60 && !(once && copy.uses > 0))
      .sort((a, b) => a.uses - b.uses || (a.id ?? 0) - (b.id ?? 0))[0];
  let copy = await usable();
  // Another tab may have shown it, or the phone may have been ended there: its record is the truth.
  const kept = copy && (await database.get<KeptCopy>('copies', copy.id!));
  if (copy && (!kept || (await openCopy(kept)).uses !== copy.uses)) {
    forgetOpened();
    copy = await usable();
  }
  if (copy && once) {
    // Gone from the disk before it is seen: a count could be lost with the page, or find the disk full.
    const mine = await database.take('copies', copy.id!);
    forgetOpened();
    return mine === undefined ? takeCopy(certificateId, { number: viewNumber, once }, now) : copy;
  }
  // The count is kept in the background: the code must not wait for the disk.
  if (copy) void putCopy({ ...copy, uses: copy.uses + 1 }).catch(() => undefined);
  return copy;
};

let keyCheck: Promise<boolean> | undefined;

/** Whether this browser keeps keys: store, read back, sign, verify. Some say yes and give nothing back. */
export const browserKeepsKeys = (): Promise<boolean> => {
  // Where there is no room for the trial, what is there already can still be used.
  keyCheck ??= checkKeys().catch((error: DOMException) => error.name === 'QuotaExceededError');
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
