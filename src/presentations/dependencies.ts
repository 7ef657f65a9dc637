import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue, Credentials } from '../credentials/index.ts';
import type { Items } from '../items/index.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Apps } from '../oidc/index.ts';
import type { Collection } from '../storage/index.ts';
import type { Trust } from '../trust/index.ts';
import type { LocalText } from '../verifier/core/index.ts';
import type { Presentation } from './presentation-store.ts';

export interface PresentationDeps {
  baseUrl: string;
  presentations: Collection<Presentation>;
  apps: Pick<Apps, 'get'>;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Pick<Credentials, 'judgeOnline' | 'copyAt'>;
  items: Items;
  keyring: Keyring;
  signers: Trust['signers'];
  unitName(id: string): LocalText | undefined;
}
