/** The one shape of all formats: fix everything random or dated once, then sign exactly those bytes, twice if need be. */
import type { CertificateType, CertificateView } from '../catalogue/certificate-type.ts';
import type { DeviceKey } from '../device-key.ts';
import type { Certificate } from '../index.ts';

export interface CopyContent {
  certificate: Pick<Certificate, 'identifier' | 'fields'>;
  type: CertificateType;
  view?: CertificateView;
  issuer: { url: string; did: string };
  /** The department's key that will sign. */
  kid: string;
  /** Its X.509 certificate with what lies between, base64 DER, leaf first: of a format that is `certified`. */
  x5c?: readonly string[];
  /** Absent for the department's own file copy. */
  deviceKey?: DeviceKey;
  /** A view that names nobody has none. */
  status?: { list: number; index: number } | undefined;
  times: CopyTimes;
  /** Who shows it for the holder, as the copy says it. */
  shownBy?: string | undefined;
  baseUrl: string;
}

/** Unix seconds. */
export interface CopyTimes {
  notBefore: number;
  expiresAt: number;
}

export interface UnsignedCopy {
  /** The exact bytes the signature is over; the stored digest is theirs. */
  readonly toBeSigned: Uint8Array;
  /** The finished credential as text; ldp_vc as JSON. May be called with a throw-away signature first. */
  assemble(signature: Uint8Array): Promise<string>;
}

export interface CredentialFormat {
  /** Of the department's key. */
  readonly alg: 'ES256' | 'EdDSA';
  /** Signed by keys with an X.509 certificate alone, which the copy carries. */
  readonly certified?: boolean;
  /** Of the holder's. */
  readonly deviceKeyAlgs: readonly ('ES256' | 'EdDSA')[];
  /** Why this record cannot be said in this format; asked before anything is kept. */
  lacking?(type: CertificateType, fields: Certificate['fields']): string | undefined;
  /** Rounded so that the times of two copies do not tell that they were fetched together. */
  times(now: number, copyDays: number): CopyTimes;
  build(content: CopyContent): Promise<UnsignedCopy>;
  /** The bytes under the signature, computed again from a finished credential. */
  signedBytes(credential: string): Promise<Uint8Array>;
  /** What the credential endpoint hands out. */
  toWire(credential: string): string | Record<string, unknown>;
}

const hour = 3600;
const day = 86_400;

export const startOfHour = (now: number): number => now - (now % hour);

/** UTC midnight. */
export const startOfUtcDay = (now: number): number => now - (now % day);

/** Whole days: copies fetched on one day end at the same moment, whoever holds them. */
export const endAfterDays = (now: number, days: number): number => startOfUtcDay(now) + days * day;

/** Five minutes back, for counters whose clock is a little slow. */
export const clockAllowance = 300;
