/** What the conformance suite serves itself, over HTTPS: the redirect URI, and whatever a module puts beside it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTlsFront, type TlsFront } from './tls-front.ts';

export interface Callback {
  method: string;
  contentType: string | undefined;
  query: Record<string, string>;
  form: Record<string, string>;
}

export interface SuiteServer {
  front: TlsFront;
  /** `<origin>/test/a/onecert`: everything of one plan is below it. */
  base: string;
  redirectUri: string;
  /** What came to the redirect URI since the last call. */
  received(): Callback[];
  /** How often a path was asked for. */
  asked(path: string): number;
  serve(path: string, type: string, body: () => string | Buffer): void;
  close(): Promise<void>;
}

const bodyOf = async (req: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const part of req) body += part;
  return body;
};

export const startSuiteServer = async (): Promise<SuiteServer> => {
  const front = await openTlsFront();
  const root = '/test/a/onecert';
  const served = new Map<string, { type: string; body: () => string | Buffer }>();
  const counts = new Map<string, number>();
  let callbacks: Callback[] = [];
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url!, front.origin);
    counts.set(url.pathname, (counts.get(url.pathname) ?? 0) + 1);
    const file = served.get(url.pathname);
    if (file !== undefined) {
      res.writeHead(200, { 'content-type': file.type }).end(file.body());
      return;
    }
    if (url.pathname !== `${root}/callback`) {
      res.writeHead(404).end();
      return;
    }
    callbacks.push({
      method: req.method!,
      contentType: req.headers['content-type'],
      query: Object.fromEntries(url.searchParams),
      form: Object.fromEntries(new URLSearchParams(await bodyOf(req))),
    });
    res.writeHead(200, { 'content-type': 'text/html' }).end('<span id="submission_complete"></span>');
  };
  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  front.leadTo((server.address() as AddressInfo).port);
  return {
    front,
    base: `${front.origin}${root}`,
    redirectUri: `${front.origin}${root}/callback`,
    received() {
      const came = callbacks;
      callbacks = [];
      return came;
    },
    asked: (path) => counts.get(path) ?? 0,
    serve(path, type, body) {
      served.set(path, { type, body });
    },
    async close() {
      await front.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
