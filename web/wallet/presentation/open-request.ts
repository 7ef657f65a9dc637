/** Opens a request (OpenID4VP 1.0 §5): fetches it, checks who signed it, and says how far that can be believed. */
import {
  base64url,
  calculateJwkThumbprint,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type JWK,
} from 'jose';
import type { AskerWords } from '../../../src/presentations/protocol/asker-words.ts';
import { type DcqlQuery, dcqlQuery } from '../../../src/presentations/protocol/dcql.ts';
import { decodeBase64, readCertificate } from '../../../src/verifier/core/x509.ts';
import { request as ask } from '../../shared/request.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import { hostNames } from './host-names.ts';
import type { AskingLink } from './read-link.ts';

/** province: signed by this province. signed: by a certificate nobody here knows. unsigned: by nobody. */
export type Standing = 'province' | 'signed' | 'unsigned';

export interface OpenedRequest {
  standing: Standing;
  clientId: string;
  responseUri: string;
  responseMode: 'direct_post' | 'direct_post.jwt';
  nonce: string;
  state: string | undefined;
  query: DcqlQuery;
  /** To whom the answer is encrypted. */
  encryption: { key: JWK; enc: string } | undefined;
  /** Of this province alone: who asks, and what for. */
  asker: AskerWords | undefined;
  /** How a stranger calls itself. */
  claimedName: string | undefined;
  host: string;
  /** Unix seconds. */
  until: number | undefined;
}

/** What is wrong with a request, for the page to say. */
export class BadRequest extends Error {
  readonly why: 'ended' | 'forged' | 'unreadable' | 'unsupported';
  constructor(why: BadRequest['why']) {
    super(why);
    this.why = why;
  }
}

type Parameters = Record<string, unknown>;

const isOurs = (url: string): boolean => URL.canParse(url) && new URL(url).origin === location.origin;

const fetchRequest = async (link: AskingLink, nonce: string, token: string): Promise<string> => {
  const url = link.requestUri!;
  if (isOurs(url)) {
    const body = link.byPost ? { method: 'POST', body: new URLSearchParams({ wallet_nonce: nonce }) } : {};
    // The address is the link's choice: it gets no cookie of hers.
    const answer = await fetch(url, {
      ...body,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(6_000),
    });
    if (!answer.ok) throw new BadRequest('ended');
    return answer.text();
  }
  const { status, text } = await ask<{ status: number; text: string }>('/wallet/api/presentations/fetch', {
    method: 'POST',
    token,
    json: { url, ...(link.byPost ? { wallet_nonce: nonce } : {}) },
  });
  if (status !== 200) throw new BadRequest('ended');
  return text;
};

/** The keys by which this province signs, from its own address. */
const provinceKeys = async (): Promise<Set<string>> => {
  const { keys } = await ask<{ keys: JWK[] }>('/jwks');
  return new Set(
    await Promise.all(keys.filter(({ kty }) => kty === 'EC').map((key) => calculateJwkThumbprint(key))),
  );
};

/** §5.9.3: the certificate is the client_id's own, by hash or by name, and its key signed the request. */
const checkSignature = async (
  jwt: string,
  { clientId }: AskingLink,
): Promise<{ parameters: Parameters; standing: Standing }> => {
  const header = decodeProtectedHeader(jwt);
  const leaf = typeof header.x5c?.[0] === 'string' ? decodeBase64(header.x5c[0]) : undefined;
  const certificate = leaf && readCertificate(leaf);
  if (header.typ !== 'oauth-authz-req+jwt' || header.alg !== 'ES256') throw new BadRequest('unsupported');
  if (!leaf || !certificate) throw new BadRequest('unsupported');
  const key = { ...certificate.key } as JWK;
  const opened = await compactVerify(jwt, await importJWK(key, 'ES256')).catch(() => undefined);
  if (!opened) throw new BadRequest('forged');
  const parameters = JSON.parse(new TextDecoder().decode(opened.payload)) as Parameters;
  const [prefix, name] = split(clientId);
  const now = serverSeconds();
  if (prefix === 'x509_hash') {
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(leaf));
    if (base64url.encode(new Uint8Array(digest)) !== name) throw new BadRequest('forged');
  } else if (prefix === 'x509_san_dns') {
    if (!hostNames(leaf).includes(name.toLowerCase())) throw new BadRequest('forged');
  } else throw new BadRequest('unsupported');
  if (parameters.client_id !== clientId || now < certificate.notBefore || now > certificate.notAfter)
    throw new BadRequest('forged');
  const known = (await provinceKeys()).has(await calculateJwkThumbprint(key));
  return { parameters, standing: known && isOurs(String(parameters.response_uri)) ? 'province' : 'signed' };
};

const split = (clientId: string): [prefix: string, name: string] => {
  const at = clientId.indexOf(':');
  return [clientId.slice(0, at), clientId.slice(at + 1)];
};

const jsonIn = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};

const freshNonce = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(24)));

/** Throws BadRequest for what must not be answered. */
export const openRequest = async (link: AskingLink, token: string): Promise<OpenedRequest> => {
  if (link.requestUri !== undefined) {
    const nonce = freshNonce();
    const jwt = await fetchRequest(link, nonce, token);
    const { parameters, standing } = await checkSignature(jwt, link);
    // §5.10: a signed request that was made for this fetch, not one that was kept.
    if (link.byPost && parameters.wallet_nonce !== nonce) throw new BadRequest('forged');
    return readParameters(parameters, standing);
  }
  // §5.9.3 redirect_uri: nothing is signed, so the answer can go nowhere but there.
  const [prefix, address] = split(link.clientId);
  if (prefix !== 'redirect_uri' || address !== link.parameters.response_uri)
    throw new BadRequest('unsupported');
  return readParameters(link.parameters, 'unsigned');
};

const isMode = (mode: unknown): mode is OpenedRequest['responseMode'] =>
  mode === 'direct_post' || mode === 'direct_post.jwt';

const readParameters = (parameters: Parameters, standing: Standing): OpenedRequest => {
  const {
    client_id: clientId,
    response_uri: responseUri,
    response_mode: mode,
    nonce,
    state,
    exp,
  } = parameters;
  const query = dcqlQuery.safeParse(jsonIn(parameters.dcql_query));
  if (parameters.response_type !== 'vp_token' || !isMode(mode)) throw new BadRequest('unsupported');
  if (!query.success || typeof clientId !== 'string' || typeof nonce !== 'string')
    throw new BadRequest('unreadable');
  // What is signed for nobody to read must say so; there is no such extension here (§5.1).
  if (parameters.transaction_data !== undefined || parameters.redirect_uri !== undefined)
    throw new BadRequest('unsupported');
  if (typeof responseUri !== 'string' || !mayAnswerTo(responseUri)) throw new BadRequest('unreadable');
  if (typeof exp === 'number' && exp < serverSeconds()) throw new BadRequest('ended');
  const [prefix, name] = split(clientId);
  const { host, hostname } = new URL(responseUri);
  if (standing === 'signed' && prefix === 'x509_san_dns' && hostname !== name.toLowerCase())
    throw new BadRequest('forged');
  const metadata = (jsonIn(parameters.client_metadata) ?? {}) as {
    client_name?: unknown;
    jwks?: { keys?: JWK[] };
    encrypted_response_enc_values_supported?: string[];
  };
  const encryption = encryptionOf(metadata);
  if (mode === 'direct_post.jwt' && !encryption) throw new BadRequest('unsupported');
  return {
    standing,
    clientId,
    responseUri,
    responseMode: mode,
    nonce,
    state: typeof state === 'string' ? state : undefined,
    query: query.data,
    encryption,
    asker: standing === 'province' ? (parameters.onecert as AskerWords) : undefined,
    claimedName: nameIn(metadata.client_name),
    host,
    until: typeof exp === 'number' ? exp : undefined,
  };
};

/** No sign that turns the text round or hides in it: a stranger's name must not rewrite the sentence it stands in. */
const nameIn = (name: unknown): string | undefined =>
  typeof name === 'string' ? name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, 80) : undefined;

/** HAIP 1.0 §5: ECDH-ES on P-256; A128GCM unless the verifier says otherwise (§8.3). */
const encryptionOf = (metadata: {
  jwks?: { keys?: JWK[] };
  encrypted_response_enc_values_supported?: string[];
}): OpenedRequest['encryption'] => {
  const offered = metadata.encrypted_response_enc_values_supported ?? ['A128GCM'];
  const enc = ['A256GCM', 'A128GCM'].find((each) => offered.includes(each));
  const key = metadata.jwks?.keys?.find(
    ({ kty, crv, alg, use }) =>
      kty === 'EC' && crv === 'P-256' && (alg === undefined || alg === 'ECDH-ES') && use !== 'sig',
  );
  return key && enc ? { key, enc } : undefined;
};

/** https, or this very origin on a developer's machine. */
export const mayAnswerTo = (url: string): boolean =>
  URL.canParse(url) && (new URL(url).protocol === 'https:' || isOurs(url));
