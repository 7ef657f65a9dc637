/** A passkey of this phone as a second way to open the wallet: its PRF (WebAuthn L3 §10.1.4) gives the same secret each time. */
import { addPasskey, openWithSecret, readPasskey } from './vault.ts';

/** Nobody has to hurry: two minutes. */
const timeout = 120_000;

export const mayHavePasskey = async (): Promise<boolean> =>
  'PublicKeyCredential' in globalThis &&
  (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false));

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

const secretOf = (credential: PublicKeyCredential): ArrayBuffer | undefined => {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return first === undefined ? undefined : (new Uint8Array(first as ArrayBuffer).buffer as ArrayBuffer);
};

const ask = async (id: ArrayBuffer, salt: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer | undefined> => {
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: 'required',
      timeout,
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential;
  return secretOf(credential);
};

/** Makes a passkey and proves that it opens the wallet before it counts. `unfit`: it has no PRF. */
export const setPasskey = async (pin: string): Promise<'done' | 'unfit' | 'refused'> => {
  try {
    const salt = random(32);
    const credential = (await navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: '卡包 OneCert Wallet' },
        // No account is known here, and none is named: it opens this phone's wallet only.
        user: { id: random(16), name: '卡包 Wallet', displayName: '卡包 Wallet' },
        pubKeyCredParams: [
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -257 },
        ],
        // Not discoverable: the login must not offer it as a way to sign in.
        authenticatorSelection: {
          authenticatorAttachment: 'platform',
          residentKey: 'discouraged',
          userVerification: 'required',
        },
        timeout,
        extensions: { prf: { eval: { first: salt } } },
      },
    })) as PublicKeyCredential;
    if (!credential.getClientExtensionResults().prf?.enabled) return 'unfit';
    // Asked once more: what it gives now must be what it gives tomorrow.
    const secret = await ask(credential.rawId, salt);
    if (!secret || !(await addPasskey(pin, { id: credential.rawId, salt, secret }))) return 'unfit';
    return 'done';
  } catch (error) {
    return (error as DOMException).name === 'NotAllowedError' ? 'refused' : 'unfit';
  }
};

export const openWithPasskey = async (): Promise<boolean> => {
  const passkey = await readPasskey();
  const secret = passkey && (await ask(passkey.id, passkey.salt).catch(() => undefined));
  return secret !== undefined && openWithSecret(secret);
};
