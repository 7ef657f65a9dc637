/**
 * Credentials: certificate types, registers, issuing, formats, status, OpenID4VCI, the offline pack.
 * Owns src/credentials. May import: storage, keyring, trust, audit, accounts' public face, verifier/core, identifiers.
 */
import type { JWK } from 'jose';
import type { LocalText } from '../verifier/core/verdict.ts';
import type { AnnotatedCopies } from './annotated/annotated-copy.ts';
import type { Application, Applications } from './applications.ts';
import type { LifeVerb } from './catalogue/certificate-type.ts';
import type { IssuedReport } from './check-everything-issued.ts';
import type { Deliveries } from './deliveries.ts';
import type { ExportedCopy } from './export-issued.ts';
import type { ShownCopy } from './find-shown.ts';
import type { Holder, Presenter, WhyNot } from './holder.ts';
import type { Slip } from './issue-slip.ts';
import type { AskedProof, JudgeOnline } from './judge-online.ts';
import type { ReissueReport } from './mark-for-reissue.ts';
import type { OfflinePack } from './offline-pack/offline-pack.ts';
import type { PhoneScope } from './phones.ts';
import type { StatusLists } from './status/status-lists.ts';

export type { AnnotatedCopies, AnnotatedCopy, AnnotateInput } from './annotated/annotated-copy.ts';
export type { Application } from './applications.ts';
export type { BatchDocument, BatchRefusal } from './batch/batch-store.ts';
export { type Batches, type BatchProgress, createBatches } from './batch/batches.ts';
export {
  type Catalogue,
  type CertificateType,
  type LifeVerb,
  lifeVerbs,
} from './catalogue/certificate-type.ts';
export { holdersOf } from './catalogue/holders.ts';
export { lintCatalogue } from './catalogue/lint-catalogue.ts';
export { measureViews, type ViewSize, widestVersion } from './catalogue/measure-views.ts';
export { publishVocabularies } from './catalogue/published.ts';
export { CatalogueError, readCatalogue } from './catalogue/read-catalogue.ts';
export { readDepartments } from './catalogue/read-departments.ts';
export { viewEntry } from './catalogue/view-entries.ts';
export { writeJsonSchema as schemaOf } from './catalogue/write-json-schema.ts';
export { typeUrl } from './catalogue/write-type-documents.ts';
export { type CredentialsDependencies, createCredentials } from './create-credentials.ts';
export type { Delivery } from './deliveries.ts';
export type { Acting, Holder, Holders, Presenter } from './holder.ts';
export { issueRegister, type RegisterWalk } from './issue-register.ts';
export {
  anonymousWalletClientId,
  type CreatedOffer,
  type CredentialIssuer,
  createCredentialIssuer,
  createProofCheck,
  type OfferService,
  offerRoutes,
  type ProofCheck,
  preAuthorizedCodeGrant,
} from './openid4vci/index.ts';
export { enrolmentOf } from './phones.ts';
export { appendForEach } from './presenters.ts';
export { type AskRegister, createAskRegister } from './registers/ask-register.ts';
export { createCircuit } from './registers/circuit.ts';
export { openFileRegisters } from './registers/file-register.ts';
export { openHttpRegisters } from './registers/http-register.ts';
export { type PopulationRegister, populationOf, readPopulation } from './registers/population.ts';
export { readCsv } from './registers/read-register-file.ts';
export type { IntakeReport, Register, Registers } from './registers/register.ts';
export { readSamplePeople, type SamplePerson } from './registers/sample-people.ts';
export { credentialRoutes } from './routes.ts';
export { verifyRoutes } from './verify-routes.ts';
export { type Metadata, type MetadataOf, metadataCsv, writeMetadata } from './write-metadata.ts';
export type { AskedProof, IssuedReport, JudgeOnline, ShownCopy, Slip, StatusLists };

/** domain.md §9: 01 valid 02 suspended 03 withdrawn 04 cancelled 05 lapsed 06 moved out 07 revoked 99 other. */
export type CertificateState = '01' | '02' | '03' | '04' | '05' | '06' | '07' | '99';

/** How the present version of a certificate came to be (domain.md §9): all but the first name the one before. */
export type CertificateOperation = 'new' | 'renewal' | 'change' | 'correction' | 'replacement' | 'move_in';

/** What the register is asked to make the next version for. */
export type RenewOperation = Exclude<CertificateOperation, 'new' | 'move_in'>;

/** The record: one per certificate, whatever the number of signed copies. */
export interface Certificate {
  /** Opaque: `c_` + 22 characters. */
  id: string;
  /** `1.2.156.3005.2.<type 21>.<issuer 18>.<serial>.<version 3>.<check>` */
  identifier: string;
  type: string;
  issuer: string;
  /** Whose data key seals it: the holder, account id or enterprise id. */
  holder: string;
  /** Everybody who has it. */
  holders: readonly string[];
  state: CertificateState;
  /** Stable reason code, told online only. */
  stateReason?: string;
  stateChangedAt: number;
  /** Unix seconds. */
  validFrom: number;
  validUntil?: number;
  /** As read from the register; sealed at rest. */
  fields: Record<string, string | number | boolean>;
  registerKey: string;
  createdAt: number;
  /** How this version came to be; absent: new. */
  operation?: CertificateOperation;
  /** Identifier of the version, or of the certificate elsewhere, that this one follows. */
  previous?: string;
  /** Identifier of the certificate that took this one's place. */
  supersededBy?: string;
  /** The physical card was reported lost, and the issuer has not decided on it yet. */
  cardLostAt?: number;
}

/** What a list for a department shows: no holder, no field values. */
export type CertificateSummary = Pick<
  Certificate,
  'id' | 'identifier' | 'type' | 'issuer' | 'state' | 'validFrom' | 'validUntil'
>;

/** What became of an identifier that a newer one took the place of. */
export interface Superseded {
  certificate: string;
  supersededBy: string;
  operation: CertificateOperation;
  /** Unix seconds. */
  at: number;
}

export interface IssuersPage {
  issuers: readonly string[];
  type?: string;
  state?: CertificateState;
  /** Only those whose id sorts after this one. */
  after?: string;
  /** At most 500. */
  limit: number;
}

export type CopyFormat =
  | 'ldp_vc'
  | 'ldp_vc_ecdsa'
  | 'dc+sd-jwt'
  | 'onecert-view+cwt'
  | 'onecert-slip+cwt'
  | 'mso_mdoc';

/** Formats in which a department keeps a copy of its own: they say what they say without a holder's key. */
export type FileFormat = Extract<CopyFormat, 'ldp_vc' | 'dc+sd-jwt'>;

/** One signed copy: format × device key × batch, with its own random status entry. */
export interface Copy {
  id: string;
  certificate: string;
  /** Account id or enterprise id: whose copy it is. */
  holder: string;
  /** Of a copy under a power: on whose phone it is, and under which mandate when she is a delegate. */
  presenter?: { account: string; mandate?: string };
  format: CopyFormat;
  view?: string;
  /** RFC 7638 thumbprint of the device key it is bound to; absent on the department's own file copy. */
  deviceKey?: string;
  /** 0: a view that names nobody has no status. */
  statusList: number;
  statusIndex: number;
  kid: string;
  /** SHA-256 (base64url) of exactly the bytes that are signed; stored before anything is signed. */
  digest: string;
  state: 'intended' | 'released';
  /** The signed text; sealed at rest. Absent while intended. */
  signed?: string;
  issuedAt: number;
  expiresAt: number;
  /** Unix seconds: its key was stolen, and a wallet that has it should fetch another. */
  reissueDueSince?: number;
}

/** What the wallet shows of one type: an entry for each certificate that is held, one for what can be added. */
export interface HolderCertificate {
  type: string;
  typeName: LocalText;
  issuer?: { id: string; name: LocalText };
  /** held: a record exists; available: the register has a row; unavailable: see reason. */
  status: 'held' | 'available' | 'unavailable';
  reason?: WhyNot;
  certificate?: Certificate;
  /** The held certificate is past its `validUntil`: it is shown, and no copy of it is issued any more. */
  expired?: boolean;
}

/** What the register says differently of a certificate, and the act it leads to. */
export interface RegisterDifference {
  verb: LifeVerb;
  /** Stable code. */
  reason: string;
  /** Names, never values. */
  fields: string[];
  /** Stands for exactly this difference; tells nothing of it. */
  mark: string;
}

/** `kept`: nothing to do, it has ended or says so already. */
export type Reissued = 'reissued' | 'kept' | 'waiting';

export interface Credentials {
  /** Every type, with what this holder has or could have (ZLB-1); of one type the best first. */
  listForHolder(account: Holder): Promise<HolderCertificate[]>;
  /** Of one with several holders as it is for this one, else for the first. */
  certificate(id: string, holder?: string): Promise<Certificate | undefined>;
  /** By id or by identifier, as a person types it. */
  find(idOrIdentifier: string): Promise<Certificate | undefined>;
  /** All, or those of one holder, one type or both. For the operators' side. */
  list(filter?: { holder?: string; type?: string }): Promise<Certificate[]>;
  /** One page, by id, of what some departments issued. */
  pageOfIssuers(input: IssuersPage): Promise<CertificateSummary[]>;
  /**
   * The best record of this type for this holder: found, or made from the register. Idempotent.
   * Throws not_in_register, register_entry_faulty, unknown_certificate_type; forbidden below the type's proofing level;
   * approval_needed when the department has not said yes yet: see applyFor.
   */
  ensureCertificate(account: Holder, type: string, context: ActContext): Promise<Certificate>;
  /** All of this type, best first: one a row of the register. Throws as `ensureCertificate`, when there is none. */
  ensureCertificates(
    account: Holder,
    type: string,
    context: ActContext,
    presenter?: Presenter,
  ): Promise<Certificate[]>;
  /** The one made from this row of the register. Throws register_entry_faulty when the row cannot be issued. */
  ensureRow(account: Holder, type: string, registerKey: string, context: ActContext): Promise<Certificate>;
  /** Of a type that an official approves one by one: files it with the department, once. */
  applyFor(account: Holder, type: string, context: ActContext): Promise<Application>;
  readonly applications: Applications;
  /** Copies for one case and time (CTR-3); each ends with its certificate. */
  readonly annotatedCopies: AnnotatedCopies;
  /** What became of copies handed to wallets. */
  readonly deliveries: Deliveries;
  /**
   * Signs one copy per device key. Order: status entry, intent with digest, trial signature checked, real, checked.
   * Throws invalid_request for device keys that are not distinct public keys of this holder, certificate_state for a
   * certificate that has ended or expired, key_unavailable when the department's key cannot sign.
   */
  issueCopies(input: {
    account: Holder;
    type: string;
    /** Id of the very certificate: not_found when it is not this holder's. Without it the best of the type. */
    certificate?: string | undefined;
    /** Who acts for the enterprise; forbidden when her power ended meanwhile. */
    presenter?: Presenter | undefined;
    format: CopyFormat;
    view?: string;
    deviceKeys: JWK[];
    enrolment?: Enrolment | undefined;
    context: ActContext;
  }): Promise<{
    certificate: Certificate;
    copies: { copy: Copy; credential: string | Record<string, unknown> }[];
  }>;
  /** One paper slip of a type that has them; throws as issueCopies does, invalid_request for a type without. */
  issueSlip(input: {
    account: Holder;
    type: string;
    certificate?: string | undefined;
    context: ActContext;
  }): Promise<Slip>;
  /**
   * The department's own signed copy of one certificate, bound to no device: kept in its file, never handed to a wallet.
   * One that stands is returned; an attempt that a crash left behind is ended and made again.
   */
  keepFileCopy(
    certificateId: string,
    format: FileFormat,
    context: ActContext,
  ): Promise<{ copy: Copy; isNew: boolean }>;
  /** One act for all copies; resumable. suspend: 02, resume: 01, revoke: 07 (or a given end state). */
  changeState(
    certificateId: string,
    to: CertificateState,
    reason: string,
    context: ActContext,
  ): Promise<Certificate>;
  /**
   * Makes a live certificate again from the register under the next version, when the register has the name and document
   * that the account has now; the copies of the version before end. `waiting`: the register does not have them yet.
   */
  reissue(account: Holder, certificateId: string, context: ActContext): Promise<Reissued>;
  /**
   * The same for a clerk, by the operation she names. Renewal also revives what has expired; a replacement is made
   * though the register says nothing new, and lifts the suspension for a lost card.
   */
  renew(input: {
    account: Holder;
    certificateId: string;
    operation: RenewOperation;
    context: ActContext;
  }): Promise<Reissued>;
  /** Notes the identifier under which the certificate stood elsewhere; ours of another city is then superseded. */
  moveIn(certificateId: string, previous: string, context: ActContext): Promise<Certificate>;
  /** What the register says differently now; undefined when nothing does. Throws register_unavailable. */
  compareWithRegister(account: Holder, certificateId: string): Promise<RegisterDifference | undefined>;
  /** One page of all certificates by id, without what is sealed: for what walks over all. */
  walk(
    after: string | undefined,
    limit: number,
  ): Promise<Pick<Certificate, 'id' | 'holders' | 'type' | 'issuer' | 'state'>[]>;
  /** What took the place of this identifier; undefined when it was never superseded. */
  superseded(identifier: string): Promise<Superseded | undefined>;
  /** The physical card is lost: the electronic one stops at once (02). Again it changes nothing. */
  reportCardLost(certificateId: string, context: ActContext): Promise<Certificate>;
  /** The online answer: our own verifier with the status of this moment, and what only the record knows. */
  judgeOnline: JudgeOnline;
  /** The certificate behind a status entry that a verdict names, and how its copy stands. */
  shownBy(entry: { list: number; index: number }): Promise<ShownCopy | undefined>;
  /** After a key was stolen: marks what it signed, resumably. Throws conflict for a key that still signs. */
  markForReissue(input: {
    kid: string;
    context: ActContext;
    onProgress?: (done: number) => void;
  }): Promise<ReissueReport>;
  /** Keys whose copies this holder's wallet should fetch anew. */
  reissueKeysOf(holder: string): Promise<string[]>;
  /** Finishes the state changes, ended device keys and ended powers that a crash interrupted. Call at start; returns how many. */
  resumePendingStateChanges(): Promise<number>;
  /** Ends one device key of this holder: its copies become invalid for good, and it never gets another. */
  endDevice(holder: string, thumbprint: string, context: ActContext): Promise<number>;
  /** The end of a power ends the copies that were had under it. Returns how many. */
  endPresenter(of: Pick<Presenter, 'account' | 'capacity'>, context: ActContext): Promise<number>;
  /** The same for every power that does not stand any more, of all or of one account. */
  endPresentersWithout(
    stands: (account: string, capacity: string) => Promise<boolean>,
    account?: string,
  ): Promise<number>;
  /**
   * One of several holders goes: her copies end and her share is taken out, the others keep theirs. The last of them
   * cancels (04) the certificate. Returns the copies.
   */
  leave(holder: string, certificateId: string, reason: string, context: ActContext): Promise<number>;
  /** What this person's wallets hold that still counts, by phone, the newest first. */
  phonesOf(account: string): Promise<Phone[]>;
  /** Ends what one phone held, or all but the one in her hand; in one act, resumable. Returns how many copies. */
  endPhones(input: { account: string; scope: PhoneScope; context: ActContext }): Promise<number>;
  /** Whether the phone of this enrolment was ended. */
  phoneEnded(enrolment: string): Promise<boolean>;
  /** Unix seconds of the last such act; 0 when there was none. */
  lastPhoneEnding(account: string): Promise<number>;
  /** Every copy signed for this holder, without its bytes: for her export. */
  copiesOf(holder: string): Promise<Omit<Copy, 'signed'>[]>;
  /** Her account closes: certificates are cancelled, every copy becomes invalid for good. Returns the copies. */
  closeHolder(holder: string, context: ActContext): Promise<number>;
  /** Credential configurations by id, as OpenID4VCI metadata wants them. */
  configurations(): Record<string, CredentialConfiguration>;
  /** Reloads and verifies everything ever issued: the continuous re-check of `onecert check`. */
  checkEverythingIssued(): Promise<IssuedReport>;
  /** Every released copy with what we say about it, for `onecert check --export`: the sample province only. */
  exportIssued(): AsyncIterable<ExportedCopy>;
  /** What /status serves. */
  readonly statusLists: StatusLists;
  /** What /pack serves: at once new when its content changed, otherwise signed again every half minute; and its deltas. */
  readonly offlinePack: OfflinePack;
}

/** Which wallet asks: an opaque name for this app in this sign-in, and the app. */
export interface Enrolment {
  /** `w_` + 22 characters */
  id: string;
  /** Client id. */
  app: string;
}

/** A phone, as far as we can tell one: what one wallet enrolled in one sign-in and what of it still counts. */
export interface Phone {
  id: string;
  app?: string;
  /** Unix seconds. */
  since: number;
  lastFetch: number;
  copies: number;
}

export interface ActContext {
  actor: string;
  requestId?: string;
}

export interface CredentialConfiguration {
  type: string;
  format: CopyFormat;
  view?: string;
  /** The OpenID4VCI 1.0 §12.2.4 object, ready to publish. */
  metadata: Record<string, unknown>;
}
