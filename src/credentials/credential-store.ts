/** The feature's collections: certificates, their signed copies, the status table, device keys, pack numbers. */
import type { Collection, Storage, Versioned } from '../storage/index.ts';
import type { AnnotatedCopy } from './annotated/annotated-copy.ts';
import type { Certificate, CertificateState, Copy, Superseded } from './index.ts';

/** A state change that was decided but has not reached every copy yet. */
export interface PendingChange {
  from: CertificateState;
  to: CertificateState;
  actor: string;
  requestId?: string;
  /** Made again from the register: the copies of the version before end, the state stays. */
  reissued?: true;
  /** Identifier of the version that ends. */
  previous?: string;
}

/** What stands on one of several holders' copies. */
export interface Share {
  /** Account id or enterprise id. */
  holder: string;
  /** The document that the register names her by. */
  kind: string;
  number: string;
  fields: Certificate['fields'];
}

/** Says where to look for a holder's shares; the record itself decides. */
export interface JointHolderDocument {
  /** `<certificate>|<holder>` */
  id: string;
  certificate: string;
  holder: string;
}

export interface CertificateDocument extends Certificate {
  /** Of a certificate with several holders: sealed with a key of its own, which `holder` names. */
  shares?: Share[];
  /** Counts the state changes. A status entry written for a later one is never overwritten by an earlier one. */
  stateSequence: number;
  /** `stateSequence` at which the present version began: copies from before it have ended. */
  reissuedSequence?: number;
  pending?: PendingChange;
  /** 'pending' while `pending` is there: the index by which a restart finds what it must finish. */
  pendingMark?: string;
}

export interface CopyDocument extends Copy {
  /** The holder while the copy is to be fetched anew: the index by which her wallet is told. */
  reissueDueTo?: string;
  /** Of an enterprise's certificate: the presenter's record. */
  power?: string;
}

/** Token Status List: 0 valid, 1 invalid, 2 suspended. */
export type StatusValue = 0 | 1 | 2;

export interface StatusEntryDocument {
  /** `<list>:<index>`: the insert is the claim of the index; entries are never deleted, so no index is used twice. */
  id: string;
  list: number;
  index: number;
  certificate: string;
  copy: string;
  state: StatusValue;
  /** `stateSequence` of the certificate this state stands for. */
  sequence: number;
  /** The device key was ended: invalid for good, whatever becomes of the certificate. */
  ended?: boolean;
  /** It ended because a newer version took its place; told online only. */
  superseded?: boolean;
  /** The list number while the state is not 0, so that rendering reads only the entries that are set. */
  setIn?: number;
}

/** An identifier that stands for nothing any more: a newer one took its place. */
export interface SupersededDocument extends Superseded {
  /** The identifier. */
  id: string;
}

export interface StatusListDocument {
  /** The number padded to 6 digits, so that listing sorts by number. */
  id: string;
  number: number;
  size: number;
  /** Unix seconds. */
  opened: number;
  /** Indexes handed out to processes in blocks; never less than the entries that exist. */
  reserved: number;
}

export interface DeviceKeyDocument {
  /** RFC 7638 thumbprint. One key belongs to one holder for ever. */
  id: string;
  holder: string;
  /** Of a copy that names nobody: nothing else is ever bound to it. */
  once?: boolean;
  /** Unix seconds. */
  firstUsedAt: number;
  /** Which wallet enrolled it: phones.ts. Absent: before these were told apart. */
  enrolment?: string;
  /** Client id of that wallet. */
  app?: string;
  endedAt?: number;
  endedBy?: { actor: string; requestId?: string };
  /** 'ending' until every copy of the key is invalid. */
  endingMark?: string;
}

/** A power of a person to have copies of an enterprise's certificates: presenters.ts. */
export interface PresenterDocument {
  /** `pr_` + 22 characters */
  id: string;
  /** Enterprise id. */
  holder: string;
  account: string;
  /** Reference of the capacity. */
  capacity: string;
  mandate?: string;
  /** Account and capacity while it stands: one at a time. */
  slot?: string;
  /** 'ending' until every copy is invalid. */
  state: 'open' | 'ending' | 'ended';
  /** Unix seconds. */
  since: number;
  endedAt?: number;
  endedBy?: { actor: string; requestId?: string };
}

/** One act that ends what phones held; kept as the record of it. */
export interface PhoneEndingDocument {
  /** `pe_` + 22 characters */
  id: string;
  account: string;
  /** Enrolment that ends; absent: all but `allBut`. */
  only?: string;
  allBut?: string;
  /** Unix seconds: keys of later are not meant. */
  at: number;
  by: { actor: string; requestId?: string };
  /** 'ending' until every copy is invalid. */
  mark?: string;
}

/** A phone that was ended enrols no further key. */
export interface EndedEnrolmentDocument {
  /** The enrolment. */
  id: string;
  account: string;
  at: number;
}

export interface PackDocument {
  /** The number padded to 12 digits. */
  id: string;
  number: number;
  /** SHA-256 (base64url) of everything in the pack but number and times. */
  contentHash: string;
}

export interface CredentialStore {
  certificates: Collection<CertificateDocument>;
  jointHolders: Collection<JointHolderDocument>;
  copies: Collection<CopyDocument>;
  statusEntries: Collection<StatusEntryDocument>;
  statusLists: Collection<StatusListDocument>;
  deviceKeys: Collection<DeviceKeyDocument>;
  presenters: Collection<PresenterDocument>;
  packs: Collection<PackDocument>;
  annotatedCopies: Collection<AnnotatedCopy>;
  superseded: Collection<SupersededDocument>;
  phoneEndings: Collection<PhoneEndingDocument>;
  endedEnrolments: Collection<EndedEnrolmentDocument>;
}

/** In place of a holder: the row is one record's, whoever of its holders comes first. */
export const jointSlot = 'joint';

export const slotOf = (holder: string, type: string, registerKey: string): string =>
  JSON.stringify([holder, type, registerKey]);

/** Declares the collections. Call before `storage.prepare()`. */
export const openCredentialStore = (storage: Storage): CredentialStore => ({
  certificates: storage.collection<CertificateDocument>({
    name: 'certificates',
    schemaVersion: 2,
    migrations: { 1: (doc) => ({ ...doc, holders: [doc.holder] }) },
    unique: ['identifier'],
    indexes: ['holder', 'type', 'issuer', 'pendingMark'],
    owner: 'holder',
    sealed: ['fields', 'shares', 'registerKey'],
    // The register key may be a licence or ID number, so the index that keeps parallel requests to one record is keyed.
    keyed: {
      slot: {
        unique: true,
        value: (doc) => slotOf(doc.shares ? jointSlot : doc.holder, doc.type, doc.registerKey),
      },
    },
  }),
  jointHolders: storage.collection<JointHolderDocument>({
    name: 'joint_holders',
    schemaVersion: 1,
    indexes: ['holder'],
  }),
  copies: storage.collection<CopyDocument>({
    name: 'copies',
    schemaVersion: 1,
    indexes: ['certificate', 'holder', 'deviceKey', 'kid', 'reissueDueTo', 'power'],
    owner: 'holder',
    sealed: ['signed'],
  }),
  statusEntries: storage.collection<StatusEntryDocument>({
    name: 'status_entries',
    schemaVersion: 1,
    indexes: ['certificate', 'copy', 'setIn'],
  }),
  statusLists: storage.collection<StatusListDocument>({ name: 'status_lists', schemaVersion: 1 }),
  deviceKeys: storage.collection<DeviceKeyDocument>({
    name: 'device_keys',
    schemaVersion: 1,
    indexes: ['endingMark', 'holder'],
  }),
  presenters: storage.collection<PresenterDocument>({
    name: 'presenters',
    schemaVersion: 1,
    unique: ['slot'],
    indexes: ['account', 'state'],
  }),
  packs: storage.collection<PackDocument>({ name: 'packs', schemaVersion: 1 }),
  annotatedCopies: storage.collection<AnnotatedCopy>({
    name: 'annotated_copies',
    schemaVersion: 1,
    unique: ['once'],
    indexes: ['certificate', 'holder'],
    owner: 'holder',
    sealed: ['signed'],
  }),
  phoneEndings: storage.collection<PhoneEndingDocument>({
    name: 'phone_endings',
    schemaVersion: 1,
    indexes: ['account', 'mark'],
  }),
  endedEnrolments: storage.collection<EndedEnrolmentDocument>({ name: 'ended_enrolments', schemaVersion: 1 }),
  superseded: storage.collection<SupersededDocument>({ name: 'superseded_identifiers', schemaVersion: 1 }),
});

/** Every document with this index value, page by page. */
export async function* everyOf<T extends { id: string }>(
  collection: Collection<T>,
  index: keyof T & string,
  value: string | number,
): AsyncGenerator<Versioned<T>> {
  for (let after: string | undefined; ; ) {
    const page = await collection.find(index, value, { after, limit: 500 });
    yield* page;
    if (page.length < 500) return;
    after = page[page.length - 1]!.id;
  }
}
