import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { namedHosts } from './named-hosts.ts';
import { OutgoingRefused } from './outgoing-refused.ts';
import { isPublicAddress } from './public-address.ts';

export interface OutgoingSettings {
  /** `host` (any port) or `host:port` that may be reached though it lies inside, over http as well. */
  hosts?: readonly string[];
  /** Of those, hosts whose certificate is not checked. Development only: the configuration refuses it elsewhere. */
  insecureHosts?: readonly string[];
  /** PEM of further authorities; the system's own stay. */
  ca?: string;
  /** For one request in all: the name, the connection, the answer. */
  timeoutMs?: number;
  /** Largest answer, unless the request says otherwise. */
  maxBytes?: number;
  userAgent?: string;
  /** How names become addresses. Default: the system's. */
  resolve?(hostname: string): Promise<LookupAddress[]>;
}

/** The members of fetch's own that are heeded: method, headers, body and signal. */
export interface OutgoingInit extends RequestInit {
  /** Largest answer of this request. */
  maxBytes?: number;
}

export type OutgoingFetch = (address: string | URL, init?: OutgoingInit) => Promise<Response>;

export interface Outgoing {
  /** Answers with the whole response read, whatever its status but 3xx; throws OutgoingRefused else. */
  fetch: OutgoingFetch;
}

const systemResolve = (hostname: string): Promise<LookupAddress[]> =>
  promisify(systemLookup)(hostname, { all: true, verbatim: true });

/** Node asks for one address or for all, as it likes; it gets those that were checked, and nothing is resolved again. */
const lookupOf =
  (checked: LookupAddress[]): LookupFunction =>
  (_hostname, options, callback) =>
    options.all ? callback(null, checked) : callback(null, checked[0]!.address, checked[0]!.family);

const readBody = async (answer: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      answer.destroy();
      throw new OutgoingRefused('too_large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const headersOf = (answer: IncomingMessage): Headers => {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return headers;
};

const toResponse = async (answer: IncomingMessage, maxBytes: number): Promise<Response> => {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    answer.destroy();
    throw new OutgoingRefused('redirect');
  }
  const body = await readBody(answer, maxBytes);
  const empty = status === 204 || status === 205;
  return new Response(empty ? null : new Uint8Array(body), { status, headers: headersOf(answer) });
};

/** Rejects when the limit is reached, also where what is waited for cannot be stopped (a name's resolution). */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new OutgoingRefused('timed_out'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });

const requestOf = (address: string | URL, init: RequestInit): Request => {
  try {
    const { method = 'GET', headers = {}, body = null } = init;
    return new Request(address, { method, headers, body });
  } catch (cause) {
    throw new OutgoingRefused('unusable', cause);
  }
};

/**
 * The guarded fetch (RFC 9700 §4.15 and OWASP on SSRF): https to the open Internet and to hosts the operator named;
 * names are resolved once and the connection goes to the address that was checked; redirects are refused; time and size
 * have limits; no cookies, no proxy of the environment, no connection kept.
 */
export const createOutgoing = (settings: OutgoingSettings = {}): Outgoing => {
  const {
    timeoutMs = 2_500,
    maxBytes = 64 * 1024,
    userAgent = 'OneCert',
    resolve = systemResolve,
  } = settings;
  const named = namedHosts(settings.hosts ?? []);
  const unchecked = namedHosts(settings.insecureHosts ?? []);
  const ca = settings.ca === undefined ? {} : { ca: [...rootCertificates, settings.ca] };

  const addressesOf = async (url: URL): Promise<LookupAddress[]> => {
    // The URL parser has made one spelling of an IP address of all of them: decimal, octal, hexadecimal, short.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const family = isIP(literal);
    const found =
      family === 0
        ? await resolve(url.hostname).catch((cause) => {
            throw new OutgoingRefused('unreachable', cause);
          })
        : [{ address: literal, family }];
    if (found.length === 0) throw new OutgoingRefused('unreachable');
    // One address inside among public ones is refused too: which of them is dialled is not ours to say.
    if (!named(url) && !found.every(({ address }) => isPublicAddress(address)))
      throw new OutgoingRefused('address');
    return found;
  };

  const send = async (request: Request, signal: AbortSignal, limit: number): Promise<Response> => {
    const url = new URL(request.url);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && named(url)))
      throw new OutgoingRefused('scheme');
    const lookup = lookupOf(await addressesOf(url));
    const body = Buffer.from(await request.arrayBuffer());
    const headers = {
      ...Object.fromEntries(request.headers),
      'user-agent': userAgent,
      'accept-encoding': 'identity',
      ...(body.length > 0 ? { 'content-length': String(body.length) } : {}),
    };
    const common = { method: request.method, headers, lookup, signal, maxHeaderSize: 16 * 1024 };
    const answer = await new Promise<IncomingMessage>((received, failed) => {
      const asked =
        url.protocol === 'https:'
          ? httpsRequest(url, {
              ...common,
              ...ca,
              agent: new HttpsAgent({ keepAlive: false }),
              rejectUnauthorized: !unchecked(url),
            })
          : httpRequest(url, { ...common, agent: new HttpAgent({ keepAlive: false }) });
      asked.once('response', received);
      asked.on('error', failed);
      asked.end(body);
    });
    return toResponse(answer, limit);
  };

  return {
    async fetch(address, init = {}) {
      const { maxBytes: limit = maxBytes, signal: given, ...rest } = init;
      const time = AbortSignal.timeout(timeoutMs);
      const signal = given ? AbortSignal.any([time, given]) : time;
      // Refuses what is no address, and one with a user name in it.
      const request = requestOf(address, rest);
      try {
        return await unlessAborted(send(request, signal, limit), signal);
      } catch (error) {
        if (error instanceof OutgoingRefused) throw error;
        throw new OutgoingRefused(signal.aborted ? 'timed_out' : 'unreachable', error);
      }
    },
  };
};
