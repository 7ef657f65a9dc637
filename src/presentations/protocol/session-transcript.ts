/** What an mdoc's device signs over when it is asked through OpenID4VP (OpenID4VP 1.0 Annex B.2.6.1). Pure. */
import { encode } from 'cborg';

/**
 * SessionTranscript of a redirect-based request. `jwkThumbprint`: RFC 7638 of the key the answer is encrypted to, null
 * for an answer that is not.
 */
export const sessionTranscript = async (of: {
  clientId: string;
  nonce: string;
  jwkThumbprint: Uint8Array | null;
  responseUri: string;
}): Promise<Uint8Array<ArrayBuffer>> => {
  const info = new Uint8Array(encode([of.clientId, of.nonce, of.jwkThumbprint, of.responseUri]));
  const hash = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', info));
  return new Uint8Array(encode([null, null, ['OpenID4VPHandover', hash]]));
};
