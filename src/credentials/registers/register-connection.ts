/**
 * One call to a department's register: two seconds, a limited answer in JSON, no redirects. With a client certificate
 * and the department's own authority where the settings name them; the files are read again when they change.
 */
import { readFileSync, statSync } from 'node:fs';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';

/** PEM files. All of them are replaced in place when a certificate is renewed. */
export interface RegisterTls {
  /** Our certificate, with what is between it and an authority of the department. */
  certFile: string;
  keyFile: string;
  /** Whom we trust to be the register; nobody else, the system's authorities neither. */
  caFile: string;
}

export interface RegisterConnectionSettings {
  /** Base address, without the name of the call. */
  url: string;
  /** File with a bearer token, read once. */
  tokenFile?: string;
  tls?: RegisterTls;
  longestAnswer?: number;
}

/** Throws when it is slow, down, refuses, or does not answer in JSON; never with what it answered. */
export type CallRegister = (name: string, question?: object) => Promise<unknown>;

const timeoutMs = 2_000;

/** A new agent when a file changed; one that is being written just now is tried again at the next call. */
const createAgentSource = ({ certFile, keyFile, caFile }: RegisterTls): (() => Agent) => {
  const read = () => ({ cert: readFileSync(certFile), key: readFileSync(keyFile), ca: readFileSync(caFile) });
  const mark = () => [certFile, keyFile, caFile].map((file) => `${statSync(file).mtimeMs}`).join();
  let known = mark();
  const open = () => new Agent({ ...read(), minVersion: 'TLSv1.2', keepAlive: true, timeout: timeoutMs });
  let agent = open();
  return () => {
    const now = mark();
    if (now !== known) {
      const before = agent;
      agent = open();
      known = now;
      before.destroy();
    }
    return agent;
  };
};

const readLimited = async (response: IncomingMessage, limit: number): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what it read.
    throw new Error('the register did not answer in JSON');
  }
};

/** The other end closed a connection that was kept: nothing was asked yet. */
const wasClosed = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE'].includes(String((error as { code?: unknown }).code));

export const connectToRegister = (settings: RegisterConnectionSettings): CallRegister => {
  const base = settings.url.replace(/\/$/, '');
  const token = settings.tokenFile && readFileSync(settings.tokenFile, 'utf8').trim();
  const agentOf = settings.tls && createAgentSource(settings.tls);
  const isTls = new URL(base).protocol === 'https:';

  const once = async (name: string, body: string | undefined, signal: AbortSignal): Promise<unknown> => {
    const request = (isTls ? tlsRequest : plainRequest)(`${base}/${name}`, {
      method: body === undefined ? 'GET' : 'POST',
      signal,
      ...(agentOf ? { agent: agentOf() } : {}),
      headers: {
        accept: 'application/json',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject); // a later one is the response's, which tells it itself
      request.end(body);
    });
    try {
      const { statusCode = 0 } = response;
      if (statusCode < 200 || statusCode > 299) throw new Error(`the register answered ${statusCode}`);
      return readJson(await readLimited(response, settings.longestAnswer ?? 1_000_000));
    } finally {
      response.destroy();
    }
  };

  return async (name, question) => {
    const body = question && JSON.stringify(question);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await once(name, body, signal);
    } catch (error) {
      // Questions change nothing, so one that fell into a closed connection is asked again, within the same two seconds.
      if (!wasClosed(error)) throw error;
      return once(name, body, signal);
    }
  };
};
