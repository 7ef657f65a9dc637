declare module 'oidc-provider/lib/helpers/weak_cache.js' {
  /** The library's private state of a provider. */
  export default function instance(provider: object): Record<string, unknown>;
}
