/**
 * A verifier that this province does not know: its own certificate, over https, asking by x509_san_dns. What it asks and
 * what it makes of the answer is @openid4vc/openid4vp's, a library of others.
 */
import 'reflect-metadata';
import { createHash, KeyObject, webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { Openid4vpVerifier } from '@openid4vc/openid4vp';
import * as x509 from '@peculiar/x509';
import { compactDecrypt, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface VerifierElsewhere {
  link: string;
  /** What arrived, decrypted. */
  answers: { vp_token: Record<string, string[]>; state: string }[];
  clientId: string;
  /** What it says to an answer from now on. */
  says(status: number, text: string): void;
  /** From now on the request is signed by another key than the certificate's. */
  forge(): Promise<void>;
  close(): void;
}

export const startVerifierElsewhere = async (port: number, query: object): Promise<VerifierElsewhere> => {
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Elsewhere',
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
      signingAlgorithm: ecdsa,
      keys: keys as CryptoKeyPair,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
    },
    webcrypto as unknown as Crypto,
  );
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const clientId = 'x509_san_dns:localhost';
  const answers: VerifierElsewhere['answers'] = [];
  let said = { status: 200, text: JSON.stringify({ redirect_uri: 'http://evil.example/' }) };
  let key = keys.privateKey as CryptoKey;
  const signerJwk = (await exportJWK(keys.publicKey as CryptoKey)) as JWK & { kty: string };
  const decryptionJwk = (await exportJWK(pair.publicKey)) as JWK & { kty: string };
  const callbacks: ConstructorParameters<typeof Openid4vpVerifier>[0]['callbacks'] = {
    hash: (data) => createHash('sha256').update(data).digest(),
    signJwt: async (_signer, { header, payload }) => ({
      jwt: await new SignJWT(payload).setProtectedHeader(header as { alg: string }).sign(key),
      signerJwk,
    }),
    decryptJwe: async (jwe) => {
      const { plaintext } = await compactDecrypt(jwe, pair.privateKey);
      return { decrypted: true, decryptionJwk, payload: new TextDecoder().decode(plaintext) };
    },
    encryptJwe: () => {
      throw new Error('asks for an encrypted request');
    },
    verifyJwt: () => {
      throw new Error('finds a signed answer');
    },
  };
  const verifier = new Openid4vpVerifier({ callbacks });
  const es256: [string] = ['ES256'];
  const request = (walletNonce: string | null) => ({
    response_type: 'vp_token' as const,
    response_mode: 'direct_post.jwt' as const,
    client_id: clientId,
    response_uri: `https://localhost:${port}/answer`,
    nonce: 'nonce-of-the-verifier-elsewhere',
    state: 'its-state',
    dcql_query: query,
    client_metadata: {
      client_name: 'Province police, really',
      vp_formats_supported: {
        'dc+sd-jwt': { 'sd-jwt_alg_values': es256, 'kb-jwt_alg_values': es256 },
      },
      jwks: { keys: [{ ...decryptionJwk, kid: 'k1', use: 'enc', alg: 'ECDH-ES' }] },
      encrypted_response_enc_values_supported: ['A256GCM'],
    },
    ...(walletNonce === null ? {} : { wallet_nonce: walletNonce }),
  });
  const requestFor = async (walletNonce: string | null) => {
    const { jar } = await verifier.createOpenId4vpAuthorizationRequest({
      authorizationRequestPayload: request(walletNonce),
      jar: {
        jwtSigner: {
          method: 'x5c',
          alg: 'ES256',
          x5c: [Buffer.from(certificate.rawData).toString('base64')],
        },
        requestUri: `https://localhost:${port}/request`,
        expiresInSeconds: 300,
      },
      ...(walletNonce === null ? {} : { wallet: { expectedNonce: walletNonce } }),
    });
    return jar!.authorizationRequestJwt;
  };
  const server: Server = createServer(
    {
      key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string,
      cert: certificate.toString('pem'),
    },
    async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      if (req.url === '/request') return res.end(await requestFor(form.get('wallet_nonce')));
      const { authorizationResponsePayload } = await verifier.parseOpenid4vpAuthorizationResponse({
        authorizationResponse: Object.fromEntries(form),
        authorizationRequestPayload: request(null),
        callbacks,
      });
      answers.push(authorizationResponsePayload as VerifierElsewhere['answers'][number]);
      res.statusCode = said.status;
      res.end(said.text);
    },
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const asked = new URLSearchParams({
    client_id: clientId,
    request_uri: `https://localhost:${port}/request`,
    request_uri_method: 'post',
  });
  return {
    link: `openid4vp://?${asked}`,
    answers,
    clientId,
    says(status, text) {
      said = { status, text };
    },
    async forge() {
      key = (await generateKeyPair('ES256')).privateKey;
    },
    close: () => void server.close(),
  };
};
