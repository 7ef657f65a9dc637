import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Keyring } from '../keyring/index.ts';
import type { Trust } from '../trust/index.ts';
import type { Applications } from './applications.ts';
import type { Catalogue } from './catalogue/certificate-type.ts';
import type { CredentialStore } from './credential-store.ts';
import type { CheckCopy, TrustSource } from './formats/check-copy.ts';
import type { CredentialFormat } from './formats/format.ts';
import type { CopyFormat } from './index.ts';
import type { Registers } from './registers/register.ts';
import type { ClaimStatusIndex } from './status/claim-status-index.ts';
import type { StatusTable } from './status/status-table.ts';

/** What every use case of this feature is given; create-credentials.ts builds it once. */
export interface Dependencies {
  store: CredentialStore;
  applications: Applications;
  keyring: Keyring;
  trust: Trust;
  audit: Audit;
  catalogue: Catalogue;
  registers: Registers;
  clock: Clock;
  baseUrl: string;
  /** Of a certificate with several holders, when the last has left. */
  destroyDataKey(owner: string): Promise<void>;
  formats: Record<CopyFormat, CredentialFormat>;
  /** Our own verifier, asked before any copy is released. */
  checkCopy: CheckCopy;
  /** JSON-LD contexts by URL: the closed list. */
  contexts: TrustSource['contexts'];
  claimStatusIndex: ClaimStatusIndex;
  statusTable: StatusTable;
}
