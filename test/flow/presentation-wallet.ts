/**
 * A wallet that is not ours (OpenID4VP 1.0): requests read with jose and node:crypto, SD-JWT presentations by @sd-jwt/core,
 * mdoc ones by @owf/mdoc. Every part can be made wrong.
 */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { IssuerSigned, SessionTranscript } from '@owf/mdoc';
import { SDJwtInstance } from '@sd-jwt/core';
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactVerify,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose';
import { mdocContext, presentMdoc } from '../unit/credentials/mdoc-reader.ts';
import { type Answer, call } from './json-call.ts';
import type { RunningApp } from './start-app.ts';

export interface Request {
  client_id: string;
  response_uri: string;
  response_mode: string;
  nonce: string;
  state: string;
  wallet_nonce?: string;
  dcql_query: { credentials: { id: string; format: string; claims?: { path: string[] }[] }[] };
  client_metadata: { jwks?: { keys: JWK[] }; encrypted_response_enc_values_supported?: string[] };
  onecert: { name: string; unit?: { zh: string }; numbers?: number[]; right?: number };
}

export interface Held {
  credential: string;
  key: CryptoKey;
  jwk: JWK;
}

const sha256 = (data: string | ArrayBuffer) =>
  new Uint8Array(
    createHash('sha256')
      .update(typeof data === 'string' ? data : Buffer.from(data))
      .digest(),
  );

/** A copy on a fresh key, of a sample person's own certificate. */
export const heldBy = async (
  app: RunningApp,
  person: string,
  type: string,
  format: 'dc+sd-jwt' | 'mso_mdoc' = 'dc+sd-jwt',
): Promise<Held> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const account = (await app.core.samplePerson(person))!;
  const context = { actor: 'test' };
  await app.core.credentials.ensureCertificate(account, type, context);
  const { copies } = await app.core.credentials.issueCopies({
    account,
    type,
    format,
    deviceKeys: [await exportJWK(publicKey)],
    context,
  });
  return { credential: copies[0]!.credential as string, key: privateKey, jwk: await exportJWK(privateKey) };
};

/** An app of a department, registered for these items, with a token in its own name. */
export const registerAsker = async (
  app: RunningApp,
  items: string[],
  redirectUris = ['https://asker.example/back'],
) => {
  const scope = items.map((code) => `item:${code}`).join(' ');
  const added = await app.core.apps.add({
    client_name: '示例租车 Sample rental',
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'client_credentials'],
    scope: `openid ${scope}`,
  });
  const answer = await fetch(`${app.baseUrl}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${added.clientId}:${added.clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return {
    clientId: added.clientId,
    token,
    ask: (body: object): Promise<Answer> => call('POST', `${app.baseUrl}/presentations`, body, token),
    result: (id: unknown, code?: string): Promise<Answer> =>
      call(
        'GET',
        `${app.baseUrl}/presentations/${id}${code ? `?response_code=${code}` : ''}`,
        undefined,
        token,
      ),
  };
};

/** The request behind the link, as HAIP has a wallet check it: signature, hash or name of the certificate, its authority. */
export const readRequest = async (app: RunningApp, link: unknown, walletNonce?: string): Promise<Request> => {
  const asked = new URL(String(link)).searchParams;
  const answer = await fetch(asked.get('request_uri')!, {
    ...(walletNonce === undefined
      ? {}
      : { method: 'POST', body: new URLSearchParams({ wallet_nonce: walletNonce }) }),
  });
  if (!answer.ok) throw new Error(`request_uri: ${answer.status}`);
  if (answer.headers.get('content-type') !== 'application/oauth-authz-req+jwt')
    throw new Error('content type');
  const jwt = await answer.text();
  const { x5c, typ } = decodeProtectedHeader(jwt);
  if (typ !== 'oauth-authz-req+jwt') throw new Error('typ');
  const leaf = new X509Certificate(Buffer.from(x5c![0]!, 'base64'));
  const authority = new X509Certificate(await (await fetch(`${app.baseUrl}/trust/document-ca.pem`)).text());
  if (!leaf.verify(authority.publicKey) || leaf.checkIssued(leaf)) throw new Error('chain');
  const { payload } = await compactVerify(jwt, leaf.publicKey);
  const request = JSON.parse(new TextDecoder().decode(payload)) as Request;
  if (request.client_id !== asked.get('client_id')) throw new Error('client_id');
  const [prefix, name] = [request.client_id.split(':')[0], request.client_id.split(':').slice(1).join(':')];
  const fits =
    prefix === 'x509_hash'
      ? createHash('sha256').update(leaf.raw).digest('base64url') === name
      : leaf.checkHost(name!) === name;
  if (!fits) throw new Error(`client_id does not fit: ${prefix}`);
  return request;
};

/** What a test makes wrong in a key binding. */
export interface WrongBinding {
  nonce?: string;
  aud?: string;
  iat?: number;
  sd_hash?: string;
  typ?: string;
  key?: CryptoKey;
  /** Without a KB-JWT. */
  unbound?: boolean;
  /** The signature with one bit changed. */
  badSignature?: boolean;
}

export const presentSdJwt = async (
  { credential, key }: Held,
  request: Pick<Request, 'nonce' | 'client_id'>,
  claims: string[],
  wrong: WrongBinding = {},
): Promise<string> => {
  const sdJwt = new SDJwtInstance({
    hasher: (data) => sha256(data),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
  });
  const frame = Object.fromEntries(claims.map((name) => [name, true]));
  const shown = await sdJwt.present(credential, frame as never);
  if (wrong.unbound) return shown;
  const proof = await new SignJWT({
    nonce: wrong.nonce ?? request.nonce,
    aud: wrong.aud ?? request.client_id,
    iat: wrong.iat ?? Math.floor(Date.now() / 1000),
    sd_hash: wrong.sd_hash ?? createHash('sha256').update(shown).digest('base64url'),
  })
    .setProtectedHeader({ alg: 'ES256', typ: wrong.typ ?? 'kb+jwt' })
    .sign(wrong.key ?? key);
  if (!wrong.badSignature) return shown + proof;
  const at = proof.lastIndexOf('.') + 10;
  return shown + proof.slice(0, at) + (proof[at] === 'A' ? 'B' : 'A') + proof.slice(at + 1);
};

export const presentMdl = async (
  { credential, jwk }: Held,
  request: Request,
  elements: Record<string, string[]>,
  wrong: { nonce?: string; clientId?: string; responseUri?: string; jwk?: JWK } = {},
): Promise<string> => {
  const [key] = request.client_metadata.jwks?.keys ?? [];
  const session = await SessionTranscript.forOid4Vp(
    {
      clientId: wrong.clientId ?? request.client_id,
      responseUri: wrong.responseUri ?? request.response_uri,
      nonce: wrong.nonce ?? request.nonce,
      ...(key ? { jwkThumbprint: Buffer.from(await calculateJwkThumbprint(key), 'base64url') } : {}),
    } as never,
    mdocContext,
  );
  const { response } = await presentMdoc({
    issuerSigned: IssuerSigned.fromEncodedForOid4Vci(credential),
    docType: 'org.iso.18013.5.1.mDL',
    elements,
    session,
    devicePrivateJwk: wrong.jwk ?? jwk,
  });
  return response.encodedForOid4Vp;
};

/** As the form of the response mode that was asked for. */
export const answerForm = async (
  request: Request,
  vpToken: unknown,
  over: { state?: string; enc?: string; key?: JWK; kid?: string } = {},
): Promise<URLSearchParams> => {
  const state = over.state ?? request.state;
  if (request.response_mode === 'direct_post')
    return new URLSearchParams({ vp_token: JSON.stringify(vpToken), state });
  const key = over.key ?? request.client_metadata.jwks!.keys[0]!;
  const enc = over.enc ?? request.client_metadata.encrypted_response_enc_values_supported![0]!;
  const response = await new CompactEncrypt(Buffer.from(JSON.stringify({ vp_token: vpToken, state })))
    .setProtectedHeader({ alg: 'ECDH-ES', enc, kid: over.kid ?? key.kid! })
    .encrypt(await importJWK(key, 'ECDH-ES'));
  return new URLSearchParams({ response });
};

export const send = async (
  request: Pick<Request, 'response_uri'>,
  form: URLSearchParams,
): Promise<Answer> => {
  const answer = await fetch(request.response_uri, { method: 'POST', body: form });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
};
