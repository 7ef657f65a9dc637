/** A listener on loopback that remembers every connection, with TLS of an authority made for the test. */
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../flow/certificate-maker.ts';

export interface Canary {
  port: number;
  connections: number;
  requests: { method: string; headers: Record<string, unknown>; body: string }[];
  close(): Promise<void>;
}

const authority = makeCertificate({ name: 'test authority', ca: true });
const leaf = makeCertificate({ name: 'localhost', issuer: authority });
export const authorityPem = authority.certificate.toString();

export const openCanary = async (
  protocol: 'http' | 'https',
  answer: RequestListener = (_req, res) => void res.end('{}'),
  host = '127.0.0.1',
): Promise<Canary> => {
  const listener: RequestListener = (req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => {
      canary.requests.push({ method: req.method!, headers: req.headers, body });
      answer(req, res);
    });
  };
  const server =
    protocol === 'http'
      ? createHttp(listener)
      : createHttps(
          {
            cert: leaf.certificate.toString(),
            key: leaf.key.export({ type: 'pkcs8', format: 'pem' }),
          },
          listener,
        );
  server.on('connection', () => {
    canary.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const canary: Canary = {
    port: (server.address() as AddressInfo).port,
    connections: 0,
    requests: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return canary;
};
