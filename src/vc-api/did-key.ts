/** did:key, resolved from its own text: a Multikey (Ed25519, P-256) that stands for every purpose. */
import { from as fromEcdsa } from '@digitalbazaar/ecdsa-multikey';
import { from as fromEd25519 } from '@digitalbazaar/ed25519-multikey';

const multikeyContext = 'https://w3id.org/security/multikey/v1';

/** The verification method that a URL `did:key:z…#z…` names; undefined for any other, and for what is no such key. */
export const didKeyMethod = async (url: string): Promise<object | undefined> => {
  const [, publicKeyMultibase, fragment] = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{40,80})#(z\w+)$/.exec(url) ?? [];
  if (!publicKeyMultibase || publicKeyMultibase !== fragment) return undefined;
  const method = {
    '@context': multikeyContext,
    id: url,
    type: 'Multikey',
    controller: `did:key:${publicKeyMultibase}`,
    publicKeyMultibase,
  };
  try {
    await (publicKeyMultibase.startsWith('z6Mk') ? fromEd25519(method) : fromEcdsa(method));
    return method;
  } catch {
    return undefined;
  }
};

export const controllerOf = (method: string): string => method.slice(0, method.indexOf('#'));
