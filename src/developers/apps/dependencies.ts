/** What the registry's use cases work with. */
import type { Accounts, CapacitySource, OfficeCapacity } from '../../accounts/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock } from '../../clock.ts';
import type { Catalogue } from '../../credentials/index.ts';
import type { Text } from '../../http/index.ts';
import type { Items } from '../../items/index.ts';
import type { MailGateway } from '../../mail/index.ts';
import type { Apps } from '../../oidc/index.ts';
import type { Collection, Ephemeral } from '../../storage/index.ts';
import type { AppRecord, Owner } from './app-record.ts';
import type { SandboxPort } from './sandbox-port.ts';

export interface OwnerFacts extends Owner {
  name: Text;
  region: string;
}

/** Whose name is looked at; a new app has no id yet. */
export interface NamedApp {
  owner: string;
  id?: string;
  clientId?: string;
}

export interface AppRecordDeps {
  records: Collection<AppRecord>;
  apps: Apps;
  /** When somebody last signed in to an app, in Unix seconds. */
  lastSignIn(clientId: string): Promise<number | undefined>;
  accounts: Pick<Accounts, 'get'>;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  ephemeral: Ephemeral;
  items: Items;
  mail: MailGateway;
  baseUrl: string;
  /** Seals what opens the sandbox. */
  secret: Uint8Array;
  /** Absent: this province has no sandbox connected. */
  sandbox?: SandboxPort;
  /** Guarded: reaches no address inside. */
  fetch: (address: string, init?: { headers?: Record<string, string> }) => Promise<Response>;
  capacities: CapacitySource;
  /** Undefined for a unit or enterprise that is not there any more. */
  ownerFacts(owner: Owner): Promise<OwnerFacts | undefined>;
  mayReview(office: OfficeCapacity, owner: OwnerFacts): Promise<boolean>;
  /** Names of other units and other apps. */
  takenNames(own: NamedApp): Promise<string[]>;
  /** Every scope the login knows. */
  knownScopes: ReadonlySet<string>;
  /** What is tried again, or cannot be helped: a mail that was not taken, a step that was not carried out. */
  onFailure(error: unknown): void;
}

/** Who acts. */
export interface Act {
  accountId: string;
  requestId?: string;
}
