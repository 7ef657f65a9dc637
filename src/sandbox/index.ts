/**
 * The sandbox 沙箱, a second issuer in which nothing is real: how it is marked, and how the province registers apps in it.
 * It is the same product with `kind: sandbox`. Owns src/sandbox. May import: clock, errors, the public face of accounts.
 */
export { inSandbox } from './in-sandbox.ts';
export { markMessages } from './mark-messages.ts';
export {
  createSandboxClient,
  type SandboxApp,
  type SandboxClient,
  type SandboxRegistration,
} from './sandbox-client.ts';
