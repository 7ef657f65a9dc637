/**
 * Login keys change while the server runs. The library reads its key set once, at its making; here it reads it again, the
 * same way. A member of its inside, hence one import, with the library's version pinned and a test that rotates.
 */
import type { Provider } from 'oidc-provider';
import initializeKeystore from 'oidc-provider/lib/helpers/initialize_keystore.js';
import type { Keyring } from '../keyring/index.ts';

/** Gives the provider the keyring's present login keys, when they are others than at the last call. */
export const createTakeUpKeys = (provider: Provider, keyring: Keyring): (() => void) => {
  const order = (): string =>
    keyring
      .loginJwks()
      .keys.map(({ kid }) => kid)
      .join(' ');
  let present = order();
  return () => {
    const now = order();
    if (now === present || now === '') return;
    initializeKeystore.call(provider, keyring.loginJwks());
    present = now;
  };
};
