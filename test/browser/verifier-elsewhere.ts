/** A verifier that this province does not know: its own certificate, over https, asking by x509_san_dns. */
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import * as x509 from '@peculiar/x509';
import { compactDecrypt, exportJWK, generateKeyPair, SignJWT } from 'jose';

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
  const requestFor = async (walletNonce: string | null) =>
    new SignJWT({
      response_type: 'vp_token',
      response_mode: 'direct_post.jwt',
      client_id: clientId,
      response_uri: `https://localhost:${port}/answer`,
      nonce: 'nonce-of-the-verifier-elsewhere',
      state: 'its-state',
      dcql_query: query,
      client_metadata: {
        client_name: 'Province police, really',
        jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'enc', alg: 'ECDH-ES' }] },
        encrypted_response_enc_values_supported: ['A256GCM'],
      },
      wallet_nonce: walletNonce,
    })
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'oauth-authz-req+jwt',
        x5c: [Buffer.from(certificate.rawData).toString('base64')],
      })
      .sign(key);
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
      const { plaintext } = await compactDecrypt(form.get('response') ?? '', pair.privateKey);
      answers.push(JSON.parse(new TextDecoder().decode(plaintext)));
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
