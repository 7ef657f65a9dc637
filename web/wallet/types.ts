/** The holder's API as the wallet reads it. Times are Unix seconds. */
import type { LocalText } from '../../src/verifier/core/verdict.ts';

/** The enterprise whose certificates these are; absent: the person's own. */
export interface ActingFor {
  id: string;
  name: string;
}

export interface CertificateList {
  asOf: number;
  /** Copies by these keys are to be fetched anew: the keys were stolen. */
  replaceKeys: string[];
  certificates: WalletCertificate[];
}

export interface WalletCertificate {
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

export const isHeld = (entry: WalletCertificate): entry is HeldCertificate =>
  entry.status === 'held' && entry.certificate !== undefined;

/** Whether the wallet offers to show it. The counter decides; this only spares a useless walk. */
export const isShowable = (entry: HeldCertificate, now: number): boolean =>
  entry.certificate.state === '01' && (entry.certificate.validUntil ?? Number.POSITIVE_INFINITY) > now;
