declare module 'oidc-provider/lib/helpers/initialize_keystore.js' {
  /** Builds a provider's key store and the public set it answers with. */
  export default function initialize(this: object, jwks: object): void;
}
