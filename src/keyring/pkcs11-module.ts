/**
 * The part of PKCS#11 v3.1 that a signer needs. The library is loaded only when a token is configured: it is compiled on
 * the machine and therefore an optional peer dependency (docs/pkcs11.md).
 */
import { KeyringFault } from './keyring-fault.ts';

export type Handle = Buffer;
export type Attribute = { type: number; value?: number | boolean | string | Buffer };
export interface Mechanism {
  mechanism: number;
}

/** As pkcs11js has it. */
export interface Pkcs11 {
  load(path: string): void;
  C_Initialize(options: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { label: string };
  C_GetMechanismList(slot: Handle): number[];
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_Login(session: Handle, user: number, pin: string): void;
  C_GenerateKeyPair(
    session: Handle,
    mechanism: Mechanism,
    publicKey: Attribute[],
    privateKey: Attribute[],
  ): { publicKey: Handle; privateKey: Handle };
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { value: Buffer }[];
  C_SetAttributeValue(session: Handle, object: Handle, template: Attribute[]): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_SignAsync(session: Handle, data: Buffer, signature: Buffer): Promise<Buffer>;
}

export const ck = {
  osLocking: 0x2,
  sessionFlags: 0x2 | 0x4, // CKF_RW_SESSION | CKF_SERIAL_SESSION
  user: 1,
  privateKey: 3, // CKO_PRIVATE_KEY
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
  ecKeyPairGen: 0x1040,
  ecdsa: 0x1041,
  edwardsKeyPairGen: 0x1055,
  eddsa: 0x1057,
} as const;

/** What a second C_Initialize or C_Login of this process answers: it is done already. */
export const alreadyDone = new Set([0x191, 0x100]);
/** Asked again with the same PIN, a token locks itself. */
export const pinRefused = new Set([0xa0, 0xa1, 0xa3, 0xa4]);

export const codeOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : undefined;

const loaded = new Map<string, Pkcs11>();

export type Pkcs11Library = new () => Pkcs11;

/** Throws KeyringFault when the library is not installed. */
export const loadLibrary = async (): Promise<Pkcs11Library> => {
  // Not a literal, so that nothing looks for it where no token is used.
  const name = 'pkcs11js';
  try {
    const library = await import(name);
    return (library.default ?? library).PKCS11;
  } catch {
    throw new KeyringFault([
      'keys in a token need the library pkcs11js: npm install --no-save pkcs11js@2.1.7',
    ]);
  }
};

/** One instance a module and process. */
export const loadModule = (Library: Pkcs11Library, path: string): Pkcs11 => {
  const known = loaded.get(path);
  if (known) return known;
  const module = new Library();
  module.load(path);
  loaded.set(path, module);
  return module;
};
