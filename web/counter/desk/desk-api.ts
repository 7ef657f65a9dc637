/** What the province's server tells an enrolled counter (docs/counters.md §3): the shapes, and the signed request. */
import type { LocalText, Verdict } from '../../../src/verifier/core/index.ts';
import { request } from '../../shared/request.ts';
import { serverSeconds } from '../../shared/server-time.ts';

export interface DeskField {
  name: string;
  label: LocalText;
  kind: string;
}

export interface DeskItem {
  code: string;
  name: LocalText;
  legal_basis?: LocalText;
  certificates: {
    type: string;
    name: LocalText;
    fields: DeskField[];
    views: { id: string; name: LocalText }[];
  }[];
}

export interface Officer {
  officer: string;
  name: string;
  pin: { kdf: string; iterations: number; salt: string; verifier: string };
}

export interface CounterFacts {
  counter: { id: string; name: string; state: 'active' | 'stopped'; until: number };
  unit: { id: string; name: LocalText };
  items: DeskItem[];
  officers: Officer[];
  limits: { wrong_pins: number; wrong_pins_seconds: number; shift_seconds: number; results: number };
  face: 'none' | 'sample' | 'connected';
  at: number;
}

export interface ShownField extends DeskField {
  value: string | number | boolean;
}

export interface ShownPhoto {
  name: string;
  label: LocalText;
  jpeg: string;
}

export interface Look {
  look: string;
  verdict: Verdict;
  already_used: boolean;
  fields?: ShownField[];
  photo?: ShownPhoto;
}

/** CTR-4: fields only of a certificate in force. */
export interface LookWithoutPhone {
  look: string;
  state: string;
  state_name: LocalText;
  fields: ShownField[];
  photo?: ShownPhoto;
}

export interface InboxEntry {
  id: string;
  number: string;
  item: string;
  /** Unix seconds. */
  received_at: number;
  until: number;
  opened: boolean;
}

export interface InboxContent {
  id: string;
  number: string;
  item: string;
  received_at: number;
  credentials: { type: string; type_name: LocalText; verdict: Verdict; fields: ShownField[] }[];
}

export interface CaseCopy {
  id: string;
  type: string;
  fields: string[];
  made_at: number;
  expires_at: number;
  print_url: string;
  pdf_url: string;
}

/** What is handed in later: which certificate and what was said, never what stood on it. */
export interface Result {
  id: string;
  officer: string;
  item?: string;
  format: string;
  verdict: string;
  type?: string;
  view?: number;
  entry?: { list: number; index: number };
  scanned_at: number;
  made_at?: number;
  pack_number?: number;
}

export const base64url = (bytes: ArrayBuffer | Uint8Array): string => {
  let binary = '';
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));

const part = (value: object): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

/** Compact JWS by this device's key, which it cannot give away. */
export const signJws = async (key: CryptoKey, header: object, payload: object): Promise<string> => {
  const input = `${part({ alg: 'ES256', ...header })}.${part(payload)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  return `${input}.${base64url(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(input)))}`;
};

export const randomId = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)));

export interface Signer {
  id: string;
  key: CryptoKey;
}

/** One request, signed for itself alone (§2). */
export const askServer = async <T>(
  { id, key }: Signer,
  path: string,
  json?: object,
  options: { timeoutSeconds?: number; idempotencyKey?: string } = {},
): Promise<T> => {
  const method = json === undefined ? 'GET' : 'POST';
  const jws = await signJws(
    key,
    { typ: 'onecert-counter+jwt', kid: id },
    { htm: method, htu: `${location.origin}${path}`, iat: serverSeconds(), jti: randomId() },
  );
  return request<T>(path, { method, json, authorization: `Counter ${jws}`, ...options });
};
