/** What the developers' pages read; nothing here writes. */
import type { Clock } from '../clock.ts';
import type { Catalogue } from '../credentials/index.ts';
import type { Text } from '../http/index.ts';
import type { Items } from '../items/index.ts';
import type { Discovery } from '../oidc/index.ts';
import type { Ephemeral } from '../storage/index.ts';

/** What anybody learns of an app by sending an authorization request in its name. */
export interface AppFacts {
  name: string;
  redirectUris: readonly string[];
  scopes: readonly string[];
  pkceRequired: boolean;
  /** Addresses of request objects it registered (OpenID Connect Core §6.2). */
  requestUris: readonly string[];
  /** Its requests have to be pushed (RFC 9126 §5). */
  parRequired: boolean;
  /** On loopback any port will do (RFC 8252 §7.3). */
  native: boolean;
}

export interface DeveloperDeps {
  baseUrl: string;
  clock: Clock;
  ephemeral: Ephemeral;
  catalogue: Catalogue;
  items: Items;
  /** Scopes an app of somebody else may be given. */
  appScopes: readonly string[];
  /** The words of the consent page. */
  describeScope(scope: string): Text;
  /** The issuer's own document, as it is now. */
  discovery(): Promise<Discovery>;
  /** Public parts only. */
  loginKeys(): { keys: object[] };
  findApp(clientId: string): Promise<AppFacts | undefined>;
  /** Folder with the quick starts. */
  examplesDir: string;
  /** Who may register an app by request (RFC 7591). */
  registration: 'off' | 'token' | 'open';
  /** Whether there are sample people to sign in as. */
  sample: boolean;
  /** A second issuer to try things on. Absent: this one has none. */
  sandboxUrl?: string;
}
