/** The list of a wallet as an encrypted file for the next phone. No key is in it: a key cannot leave its phone. */
import { base64url } from 'jose';
import type { LocalText } from '../../src/verifier/core/verdict.ts';

export interface WalletList {
  format: 'onecert-wallet-list';
  version: 1;
  /** Unix seconds. */
  madeAt: number;
  certificates: { type: string; name: LocalText; identifier: string }[];
  preferences: { language: 'zh' | 'en'; elder: boolean };
}

interface WalletFile {
  format: 'onecert-wallet-file';
  version: 1;
  kdf: { name: 'PBKDF2'; hash: 'SHA-256'; iterations: number; salt: string };
  iv: string;
  data: string;
}

const iterations = 600_000;
/** A file of others must not keep the phone busy for minutes. */
const mostIterations = 5_000_000;
export const shortestPassphrase = 8;
export const longestFile = 1_000_000;

const keyOf = async (
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  rounds: number,
): Promise<CryptoKey> => {
  const text = new TextEncoder().encode(passphrase.normalize('NFC'));
  const material = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveKey']);
  const stretching = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return crypto.subtle.deriveKey(stretching, material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
};

export const writeWalletFile = async (list: WalletList, passphrase: string): Promise<string> => {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(passphrase, salt, iterations);
  const text = new TextEncoder().encode(JSON.stringify(list));
  const data = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text));
  const file: WalletFile = {
    format: 'onecert-wallet-file',
    version: 1,
    kdf: { name: 'PBKDF2', hash: 'SHA-256', iterations, salt: base64url.encode(salt) },
    iv: base64url.encode(iv),
    data: base64url.encode(data),
  };
  return JSON.stringify(file);
};

/** `foreign`: not such a file; `wrong`: another passphrase, or the file was changed. */
export const readWalletFile = async (
  text: string,
  passphrase: string,
): Promise<WalletList | 'foreign' | 'wrong'> => {
  let file: WalletFile;
  try {
    file = JSON.parse(text) as WalletFile;
  } catch {
    return 'foreign';
  }
  const rounds = file?.kdf?.iterations;
  const isOurs = file?.format === 'onecert-wallet-file' && file.version === 1;
  if (!isOurs || !Number.isSafeInteger(rounds) || rounds < 1 || rounds > mostIterations) return 'foreign';
  try {
    const key = await keyOf(passphrase, bytesOf(file.kdf.salt), rounds);
    const iv = bytesOf(file.iv);
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytesOf(file.data));
    const list = JSON.parse(new TextDecoder().decode(plain)) as WalletList;
    return isList(list) ? list : 'foreign';
  } catch {
    return 'wrong';
  }
};

/** Whoever made it knew the passphrase; that it was this app is not known. */
const isList = (list: WalletList): boolean =>
  list?.format === 'onecert-wallet-list' &&
  list.version === 1 &&
  Number.isSafeInteger(list.madeAt) &&
  list.preferences instanceof Object &&
  Array.isArray(list.certificates) &&
  list.certificates.every(
    (one) =>
      typeof one?.type === 'string' &&
      typeof one.identifier === 'string' &&
      typeof one.name?.zh === 'string' &&
      typeof one.name.en === 'string',
  );

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(base64url.decode(text));
