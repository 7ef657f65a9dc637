/**
 * Which algorithms are taken and given (RFC 7518, RFC 8037, RFC 9864). Never `none`, never HS* or any other that needs a
 * shared secret (an app's secret is kept as a hash), never RSA1_5 or `dir`. Compressed JWEs are refused by the library.
 */
import type { Configuration } from 'oidc-provider';

/** FAPI 2.0 Security Profile §5.4.1 */
export const strongSignatures = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** RS256 for programs that know nothing else. */
const signaturesOfApps = [...strongSignatures, 'RS256'] as const;
/** What the province's keys sign with. */
const ourSignatures = ['ES256', 'EdDSA', 'RS256'] as const;
const keyEncryption = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'RSA-OAEP-256'] as const;
const contentEncryption = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const;

/** `enabledJWA` of the library. */
export const enabledAlgorithms: NonNullable<Configuration['enabledJWA']> = {
  idTokenSigningAlgValues: ourSignatures,
  idTokenEncryptionAlgValues: keyEncryption,
  idTokenEncryptionEncValues: contentEncryption,
  userinfoSigningAlgValues: ourSignatures,
  userinfoEncryptionAlgValues: keyEncryption,
  userinfoEncryptionEncValues: contentEncryption,
  introspectionSigningAlgValues: ourSignatures,
  introspectionEncryptionAlgValues: keyEncryption,
  introspectionEncryptionEncValues: contentEncryption,
  clientAuthSigningAlgValues: signaturesOfApps,
  requestObjectSigningAlgValues: signaturesOfApps,
  // The province publishes no key to encrypt to: PAR keeps a request from the browser.
  requestObjectEncryptionAlgValues: [],
  requestObjectEncryptionEncValues: [],
  dPoPSigningAlgValues: strongSignatures,
};
