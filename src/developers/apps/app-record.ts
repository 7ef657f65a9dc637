/** What the developers' portal keeps of an app: all of its life. Only a listed one is a client of the login. */
import { randomBytes } from 'node:crypto';
import type { Text } from '../../http/index.ts';
import type { AppMetadata, AppProfile } from '../../oidc/index.ts';
import type { CollectionSpec, Versioned } from '../../storage/index.ts';
import type { CheckRow } from './check-listing.ts';

export type RecordState = 'draft' | 'tested' | 'listed' | 'suspended' | 'retired';

/** Data Security Law 数据安全法, art. 21: 一般, 重要, 核心. */
export const dataClasses = ['general', 'important', 'core'] as const;
export type DataClass = (typeof dataClasses)[number];

/** Whose app it is; whoever has no capacity there any more is no maintainer any more. */
export interface Owner {
  kind: 'unit' | 'enterprise';
  id: string;
}

/** What a developer says of her app. Name, contacts and scope stand outside of the client metadata. */
export interface Manifest {
  name: Text;
  /** Codes of the service items it serves. Scopes and claims follow from them. */
  items: string[];
  /** Mailboxes of the unit or firm. */
  contacts: string[];
  data_class: DataClass;
  profile: AppProfile;
  metadata: Omit<AppMetadata, 'client_name' | 'scope' | 'contacts'>;
}

export type RecordAct =
  | 'registered'
  | 'changed'
  | 'tested'
  | 'listing_asked'
  | 'change_asked'
  | 'taken_back'
  | 'sent_back'
  | 'listed'
  | 'change_approved'
  | 'suspended'
  | 'resumed'
  | 'retired'
  | 'maintainer_joined'
  | 'maintainer_left'
  | 'contact_confirmed';

export interface HistoryEntry {
  at: number;
  /** Account id. */
  by: string;
  act: RecordAct;
  from?: RecordState;
  to?: RecordState;
  /** What a reviewer wrote; shown to maintainers and reviewers, never logged. */
  reason?: string;
}

/** What a reviewer is asked: to list the app, or to let a listed one change. */
export interface Review {
  /** Another one at each asking: nobody approves what she has not seen. */
  id: string;
  kind: 'listing' | 'change';
  askedAt: number;
  askedBy: string;
  /** As it will stand. */
  manifest: Manifest;
  report: CheckRow[];
}

export interface SandboxClient {
  clientId: string;
  /** Where and with what the sandbox lets us manage it; sealed. */
  access: string;
  /** Of what was registered there: what was tried is what is listed. */
  digest: string;
}

/** An act that is decided and not yet carried out everywhere: the login's registry, the audit, the contacts. */
export interface PendingAct {
  act: RecordAct;
  by: string;
  at: number;
  from: RecordState;
  requestId?: string;
}

export interface AppRecord {
  /** `ar_` + 22 characters */
  id: string;
  state: RecordState;
  /** `unit:zj-police`, `enterprise:ent_…` */
  owner: string;
  manifest: Manifest;
  /** Accounts; two at least before it is listed. */
  maintainers: string[];
  /** Who was one: nobody reviews what she has worked on. */
  formerMaintainers: string[];
  confirmedContacts: string[];
  /** Of the code mailed last to a contact: hash, for which. */
  contactCode?: { contact: string; hash: string; expiresAt: number };
  invitation?: { hash: string; expiresAt: number };
  sandbox?: SandboxClient;
  review?: Review;
  /** Index of the reviewers' work list. */
  reviewing?: 'yes';
  reviewedAt?: number;
  /** In the login's registry, from the decision to list on. */
  clientId?: string;
  pending?: PendingAct;
  /** Index of what is pending. */
  unfinished?: 'yes';
  history: HistoryEntry[];
  createdAt: number;
}

export type StoredRecord = Versioned<AppRecord>;

export const appRecordSpec: CollectionSpec<AppRecord> = {
  name: 'app_records',
  schemaVersion: 1,
  unique: ['clientId'],
  indexes: ['owner', 'reviewing', 'unfinished'],
};

export const recordIdPattern = /^ar_[\w-]{22}$/;

export const newRecordId = (): string => `ar_${randomBytes(16).toString('base64url')}`;

export const ownerRef = ({ kind, id }: Owner): string => `${kind}:${id}`;

export const ownerOf = (ref: string): Owner => {
  const at = ref.indexOf(':');
  return { kind: ref.slice(0, at) as Owner['kind'], id: ref.slice(at + 1) };
};

/** From which states an act leads to which. */
const moves: Partial<Record<RecordAct, readonly [from: readonly RecordState[], to: RecordState]>> = {
  changed: [['draft', 'tested'], 'draft'],
  tested: [['draft'], 'tested'],
  listed: [['tested'], 'listed'],
  suspended: [['listed'], 'suspended'],
  resumed: [['suspended'], 'listed'],
  retired: [['draft', 'tested', 'listed', 'suspended'], 'retired'],
};

/** Where the act leads; undefined when it is not possible from there. */
export const stateAfter = (act: RecordAct, from: RecordState): RecordState | undefined => {
  const move = moves[act];
  return move?.[0].includes(from) ? move[1] : undefined;
};
