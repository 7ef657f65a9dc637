/** A second issuer in which nothing is real: an app is tried there before anybody may sign in with it here. */

/** Manages one app of the sandbox (RFC 7592). The token is a secret. */
export interface SandboxAccess {
  clientId: string;
  uri: string;
  accessToken: string;
}

/** The part of src/sandbox's client that the registry uses. */
export interface SandboxPort {
  readonly baseUrl: string;
  register(metadata: object): Promise<{ clientSecret?: string; registration: SandboxAccess }>;
  /** `signedInAt`: when somebody last came back signed in to it. Undefined when the sandbox knows it no more. */
  read(access: SandboxAccess): Promise<{ signedInAt?: number } | undefined>;
  remove(access: SandboxAccess): Promise<void>;
}
