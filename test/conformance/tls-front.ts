/**
 * A TLS front as an operator would put before the server: it ends TLS and says in X-Forwarded-* what the browser asked.
 * Its certificate is self-made; only `fetch` of this front trusts it.
 */
import { once } from 'node:events';
import { request as forward, type IncomingHttpHeaders } from 'node:http';
import { Agent, createServer, request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../flow/certificate-maker.ts';
import { type RunningApp, startApp } from '../flow/start-app.ts';

export interface TlsFront {
  /** `https://localhost:<port>`: the server's BASE_URL. */
  origin: string;
  /** PEM, for programs that are told whom to trust (NODE_EXTRA_CA_CERTS). */
  certificate: string;
  /** The ports on 127.0.0.1 that requests are led to, in turn; until then the front answers 502. */
  leadTo(...ports: number[]): void;
  /** As the platform's, over this front; follows no redirect. For openid-client's `customFetch` and TestBrowser. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

const headersOf = (given: IncomingHttpHeaders): Headers => {
  const headers = new Headers();
  for (const [name, values] of Object.entries(given)) {
    for (const value of [values ?? []].flat()) headers.append(name, value);
  }
  return headers;
};

const bodiless = new Set([204, 304]);

/** Opens the front on a free port. */
export const openTlsFront = async (): Promise<TlsFront> => {
  const { certificate, key } = makeCertificate({ name: 'localhost', host: 'localhost', ca: true, use: 0x84 });
  const pem = certificate.toString();
  const tls = { cert: pem, key: key.export({ type: 'pkcs8', format: 'pem' }) };
  const ports: number[] = [];
  let turn = 0;
  const server = createServer(tls, (req, res) => {
    const broken = (): void => {
      if (!res.headersSent) res.writeHead(502);
      res.end();
    };
    if (ports.length === 0) return broken();
    turn = (turn + 1) % ports.length;
    const headers: IncomingHttpHeaders = {
      ...req.headers,
      'x-forwarded-for': req.socket.remoteAddress,
      'x-forwarded-host': req.headers.host,
      'x-forwarded-proto': 'https',
    };
    const { method, url: path } = req;
    // A connection each: a kept one may be closed at the other end just as it is used again.
    const to = { host: '127.0.0.1', port: ports[turn]!, agent: false };
    const onward = forward({ ...to, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', broken);
    req.pipe(onward);
  });
  // What this front keeps open it does not close by itself, for the same reason.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // `localhost` may be ::1 first; the front listens on one address.
  const agent = new Agent({ ca: pem, family: 4, keepAlive: true });
  return {
    origin: `https://localhost:${port}`,
    certificate: pem,
    leadTo: (...given) => void ports.splice(0, ports.length, ...given),
    async fetch(url, init) {
      const asked = new Request(url, init);
      const body = Buffer.from(await asked.arrayBuffer());
      const { method } = asked;
      const headers = Object.fromEntries(asked.headers);
      const sent = requestTls(url, { agent, method, headers: { ...headers, 'content-length': body.length } });
      sent.end(body);
      const [answer] = await once(sent, 'response');
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part);
      const { statusCode: status } = answer;
      return new Response(bodiless.has(status) ? null : Buffer.concat(parts), {
        status,
        headers: headersOf(answer.headers),
      });
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export interface HttpsApp extends RunningApp {
  front: TlsFront;
}

/** The real app in this process, its issuer the front's https origin; or several on one store, asked in turn. */
export const startHttpsApp = async (
  env: NodeJS.ProcessEnv = {},
  options: Parameters<typeof startApp>[1] & { instances?: number } = {},
): Promise<HttpsApp> => {
  const front = await openTlsFront();
  const behind = { BASE_URL: front.origin, TRUSTED_PROXIES: 'loopback', ...env };
  const app = await startApp(behind, options);
  const others: RunningApp[] = [];
  while (others.length + 1 < (options.instances ?? 1))
    others.push(await startApp({ ...behind, DATA_DIR: app.dataDir }, options));
  front.leadTo(...[app, ...others].map(({ core }) => core.config.port));
  return {
    ...app,
    front,
    async stop() {
      await front.close();
      for (const other of others) await other.stop();
      await app.stop();
    },
  };
};
