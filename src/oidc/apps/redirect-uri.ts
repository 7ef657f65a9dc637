/** What may be registered as a redirect URI. Later only exact equality counts (RFC 9700 §2.1), so the form must be plain. */
import { ServiceError } from '../../errors.ts';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const refuse = (label: string, why: string): never => {
  throw new ServiceError('invalid_request', { detail: `${label} ${why}` });
};

const isLoopback = (uri: string): boolean => loopback.has(new URL(uri).hostname);

/** A scheme that belongs to a phone app: a domain of the developer in reverse (RFC 8252 §7.1). */
const privateUseScheme = /^[a-z][a-z\d+-]*(?:\.[a-z\d+-]+)+:\/[\w./-]*$/;

const checkWebUri = (uri: string, label: string): void => {
  const { protocol, hostname, username, password, href } = new URL(uri);
  if (protocol !== 'https:' && protocol !== 'http:')
    refuse(label, 'must begin with https:// (or http:// on loopback)');
  if (username !== '' || password !== '' || uri.includes('@')) refuse(label, 'must not hold a user name');
  if (uri.includes('#')) refuse(label, 'must not have a fragment');
  if (uri.includes('*')) refuse(label, 'must not hold a wildcard: register each URI');
  if (protocol === 'http:' && !loopback.has(hostname))
    refuse(label, 'must use https, or http on a loopback address');
  if (protocol === 'https:' && !hostname.includes('.') && !loopback.has(hostname))
    refuse(label, 'needs a full host name');
  // Dot segments, backslashes, upper case hosts, default ports, spaces: whatever a parser would change is refused.
  if (href !== uri)
    refuse(
      label,
      'must be written in its plain form: lower case host, no default port, no "..", with a path',
    );
  if (/%(?:2e|2f|5c)/i.test(uri)) refuse(label, 'must not hold encoded dots or slashes');
};

/** Throws invalid_request with a sentence that says what is wrong, without repeating the URI. */
export const checkRedirectUri = (uri: string, label: string, native = false): void => {
  if (uri.length > 500) refuse(label, 'is longer than 500 characters');
  if (!URL.canParse(uri)) refuse(label, 'is not an absolute URI');
  if (native && privateUseScheme.test(uri) && new URL(uri).href === uri) return;
  checkWebUri(uri, label);
};

/**
 * Host of the sector_identifier_uri, else of the https redirect (OpenID Connect Core §8.1); a loopback or phone app has
 * no host of its own and is its own sector.
 */
export const sectorOf = (appId: string, redirectUris: readonly string[], sectorUri?: unknown): string => {
  if (typeof sectorUri === 'string' && URL.canParse(sectorUri)) return new URL(sectorUri).host;
  const [first] = redirectUris;
  const own = first === undefined || !URL.canParse(first) || isLoopback(first) || !first.startsWith('https:');
  return own ? `app:${appId}` : new URL(first).host;
};
