declare module 'oidc-provider/lib/actions/discovery.js' {
  /** Puts the discovery document into the body of a context. */
  export default function discovery(ctx: object): void;
}
declare module 'oidc-provider/lib/helpers/initialize_keystore.js' {
  /** Builds a provider's key store and the public set it answers with. */
  export default function initialize(this: object, jwks: object): void;
}
