/**
 * `request_uri` (OpenID Connect Core §6.2, RFC 9101 §5.2.3). The library knows pushed requests alone. Here a request
 * object is fetched from an address its app registered beforehand, exactly so, and handed on as `request`: what the app
 * signed is then checked as ever. Any other address goes on as it came, and the library refuses it.
 */
import type { RequestHandler } from 'express';
import type { OutgoingFetch } from '../outgoing/index.ts';
import type { AppRegistry } from './apps/create-apps.ts';

const pushed = 'urn:ietf:params:oauth:request_uri:';
const compactJwt = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const longest = 8_192;

const fetched = new WeakSet<object>();

/** Whether the request object of an HTTP request was fetched for it. */
export const wasFetched = (req: object): boolean => fetched.has(req);

const fetchObject = async (fetch: OutgoingFetch, uri: string): Promise<string | undefined> => {
  const object = await fetch(uri, { headers: { accept: 'application/oauth-authz-req+jwt, application/jwt' } })
    .then((answer) => (answer.status === 200 ? answer.text() : undefined))
    .catch(() => undefined);
  return object !== undefined && object.length <= longest && compactJwt.test(object.trim())
    ? object.trim()
    : undefined;
};

export const requestByReference = (deps: {
  apps: Pick<AppRegistry, 'get'>;
  /** Guarded: reaches no address inside. */
  fetch: OutgoingFetch;
}): RequestHandler => {
  return async (req, _res, next) => {
    const [path, search = ''] = req.url.split('?');
    const query = new URLSearchParams(search);
    const uri = query.get('request_uri');
    if (uri === null || uri.startsWith(pushed) || query.has('request')) return next();
    const app = await deps.apps.get(query.get('client_id') ?? '');
    if (app?.state !== 'listed' || !app.metadata.request_uris?.includes(uri)) return next();
    const object = await fetchObject(deps.fetch, uri);
    if (object === undefined) {
      // The library's own words for a request that is not there: invalid_request_uri.
      query.set('request_uri', `${pushed}unreachable`);
    } else {
      query.delete('request_uri');
      query.set('request', object);
      fetched.add(req);
    }
    req.url = `${path}?${query}`;
    next();
  };
};
