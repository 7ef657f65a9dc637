/** The holder's API as the wallet reads it. Times are Unix seconds. */
import type { LocalText } from '../../src/verifier/core/verdict.ts';

/** The enterprise whose certificates these are, or the office whose cards; absent: the person's own. */
export interface ActingFor {
  id: string;
  name: string;
  kind?: 'enterprise' | 'office';
}

export interface CertificateList {
  asOf: number;
  /** Copies by these keys are to be fetched anew: the keys were stolen. */
  replaceKeys: string[];
  certificates: WalletCertificate[];
  /** Children and relatives she may act for, with what she looked at of theirs. */
  family?: FamilyMember[];
}

export interface FamilyMember {
  link: string;
  kind: 'guardian' | 'relative';
  /** Masked. */
  name: string;
  /** Absent: not looked at yet. Each look stands in their log. */
  asOf?: number;
  certificates: WalletCertificate[];
}

export interface WalletCertificate {
  /** Of a child's or relative's: under which link. */
  link?: string;
  type: string;
  typeName: LocalText;
  issuer?: { id: string; name: LocalText };
  status: 'held' | 'available' | 'unavailable';
  reason?: string | LocalText;
  card: { color: string; fields: { name: string; label: LocalText; masked: string }[] };
  certificate?: {
    id: string;
    identifier: string;
    state: string;
    stateName: LocalText;
    validFrom: number;
    validUntil?: number;
    /** Unix seconds: copies fetched no later are dead. Absent in an old saved list. */
    copiesFrom?: number;
  };
  views: WalletView[];
  compare: LocalText;
}

export interface WalletView {
  number: number;
  id: string;
  name: LocalText;
  configurationId: string;
  careful: boolean;
  /** It names nobody: each copy is for one showing and lives three days. */
  once: boolean;
  /** It answers yes or no and shows nothing else. */
  yesNo?: boolean;
  fields: { name: string; label: LocalText }[];
}

export interface RevealedField {
  name: string;
  label: LocalText;
  value: string;
  /** The value is a JPEG in base64. */
  photo?: boolean;
}

/** A certificate the person holds. */
export type HeldCertificate = WalletCertificate & {
  certificate: NonNullable<WalletCertificate['certificate']>;
};

/** What tells a certificate of hers from one of a relative's: one may be held by both. */
export const keyOf = ({ link, certificate }: HeldCertificate): string =>
  link === undefined ? certificate.id : `${link}~${certificate.id}`;

/** All that can be shown from this phone, for whomever. */
export const heldIn = (list: CertificateList | undefined): HeldCertificate[] =>
  [list?.certificates ?? [], ...(list?.family ?? []).map((member) => member.certificates)]
    .flat()
    .filter(isHeld);

export const isHeld = (entry: WalletCertificate): entry is HeldCertificate =>
  entry.status === 'held' && entry.certificate !== undefined;

/** Whether the wallet offers to show it. The counter decides; this only spares a useless walk. */
export const isShowable = (entry: HeldCertificate, now: number): boolean =>
  entry.certificate.state === '01' && (entry.certificate.validUntil ?? Number.POSITIVE_INFINITY) > now;
