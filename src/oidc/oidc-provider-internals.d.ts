declare module 'oidc-provider/lib/actions/discovery.js' {
  /** Puts the discovery document into the body of a context. */
  export default function discovery(ctx: object): void;
}
