/** Shows of a copy exactly what was agreed to, signed for this one verifier (OpenID4VP 1.0 Annex B.2, B.3). */
import { decode, encode, Tagged } from 'cborg';
import { base64url, calculateJwkThumbprint, SignJWT } from 'jose';
import {
  type ClaimQuery,
  type CredentialQuery,
  claimsAsked,
  hasValue,
} from '../../../src/presentations/protocol/dcql.ts';
import { sessionTranscript } from '../../../src/presentations/protocol/session-transcript.ts';
import { algEs256, signatureInput } from '../../../src/verifier/core/cose.ts';
import { cborTag, deviceAuthentication, parseMdoc } from '../../../src/verifier/core/mdoc.ts';
import { disclosedClaims, parseSdJwt, textDigest } from '../../../src/verifier/core/sd-jwt.ts';
import { serverSeconds } from '../../shared/server-time.ts';
import type { FreshCopy } from './fetch-copy.ts';
import type { OpenedRequest } from './open-request.ts';

/** The record lacks what is asked, or says something else than the verifier wants to see. */
export class DoesNotFit extends Error {}

/** One part of the query, and the claims that stood on the consent page. */
interface Agreed {
  query: CredentialQuery;
  agreed: readonly ClaimQuery['path'][];
}

export const makePresentation = (
  copy: FreshCopy,
  { query, agreed }: Agreed,
  request: OpenedRequest,
): Promise<string> =>
  query.format === 'mso_mdoc'
    ? presentMdoc(copy, { query, agreed }, request)
    : presentSdJwt(copy, { query, agreed }, request);

// By the values alone the record may answer by another claim set than the page has shown: what she did not agree to is not there.
const asked = ({ query, agreed }: Agreed, read: (claim: ClaimQuery) => unknown): ClaimQuery[] => {
  const isAgreed = ({ path }: ClaimQuery) =>
    agreed.some((one) => JSON.stringify(one) === JSON.stringify(path));
  const claims = claimsAsked(query, (claim) => isAgreed(claim) && hasValue(claim, read(claim)));
  if (!claims) throw new DoesNotFit();
  return claims;
};

const presentSdJwt = async (
  { credential, key }: FreshCopy,
  part: Agreed,
  { nonce, clientId }: OpenedRequest,
): Promise<string> => {
  const parsed = parseSdJwt(credential);
  const claims = parsed && (await disclosedClaims(parsed.jwt.payload, parsed.disclosures));
  if (!parsed || !claims) throw new DoesNotFit();
  const names = new Set(
    asked(part, ({ path }) => (path.length === 1 ? claims[String(path[0])] : undefined)).map(
      ({ path }) => path[0],
    ),
  );
  const shown = parsed.disclosures.filter((disclosure) => names.has(nameIn(disclosure)));
  const text = `${[credential.split('~')[0], ...shown].join('~')}~`;
  const proof = await new SignJWT({ nonce, sd_hash: await textDigest(text) })
    .setProtectedHeader({ alg: 'ES256', typ: 'kb+jwt' })
    .setAudience(clientId)
    .setIssuedAt(serverSeconds())
    .sign(key);
  return text + proof;
};

const nameIn = (disclosure: string): string =>
  JSON.parse(new TextDecoder().decode(base64url.decode(disclosure)))[1] as string;

const presentMdoc = async (
  { credential, key }: FreshCopy,
  part: Agreed,
  { nonce, clientId, responseUri, encryption, responseMode }: OpenedRequest,
): Promise<string> => {
  const items = parseMdoc(credential)?.issuerSigned.items ?? [];
  const elements = new Set(
    asked(
      part,
      ({ path: [namespace, element] }) =>
        items.find((item) => item.namespace === namespace && item.element === element)?.value,
    ).map(({ path }) => path.join(' ')),
  );
  const tags = Tagged.preserve(...Object.values(cborTag));
  const issued: Map<string, unknown> = decode(base64url.decode(credential), { useMaps: true, tags });
  const nameSpaces = new Map<string, Tagged[]>();
  for (const [namespace, list] of issued.get('nameSpaces') as Map<string, Tagged[]>) {
    const kept = list.filter((item) => {
      const inner: Map<string, unknown> = decode(item.value as Uint8Array, { useMaps: true, tags });
      return elements.has(`${namespace} ${inner.get('elementIdentifier')}`);
    });
    if (kept.length > 0) nameSpaces.set(namespace, kept);
  }
  const { query } = part;
  const docType = query.format === 'mso_mdoc' ? query.meta.doctype_value : '';
  const deviceNameSpaces = new Tagged(cborTag.embedded, encode({}));
  const thumbprint =
    responseMode === 'direct_post.jwt' && encryption
      ? base64url.decode(await calculateJwkThumbprint(encryption.key))
      : null;
  const transcript = await sessionTranscript({ clientId, nonce, jwkThumbprint: thumbprint, responseUri });
  const protectedBytes = encode(new Map([[1, algEs256]]));
  const payload = deviceAuthentication(transcript, {
    docType,
    deviceNameSpaces: new Uint8Array(encode(deviceNameSpaces)),
  });
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    key,
    new Uint8Array(signatureInput({ protectedBytes, payload })),
  );
  const response = {
    version: '1.0',
    documents: [
      {
        docType,
        issuerSigned: { nameSpaces, issuerAuth: issued.get('issuerAuth') },
        deviceSigned: {
          nameSpaces: deviceNameSpaces,
          deviceAuth: { deviceSignature: [protectedBytes, new Map(), null, new Uint8Array(signature)] },
        },
      },
    ],
    status: 0,
  };
  return base64url.encode(encode(response));
};
