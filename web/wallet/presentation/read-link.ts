/** A link or code by which somebody asks for certificates: read by a closed grammar, never followed. */

export interface AskingLink {
  clientId: string;
  /** By reference. */
  requestUri?: string;
  byPost: boolean;
  /** By value: the parameters as they stand in the link. */
  parameters: Record<string, string>;
}

/** Undefined when it is none. `openid4vp:`, HAIP's `haip-vp:`, and this wallet's own address. */
export const readLink = (text: string): AskingLink | undefined => {
  if (text.length > 16_000 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isOwn = url.origin === location.origin && url.pathname === '/wallet/present';
  if (!isOwn && url.protocol !== 'openid4vp:' && url.protocol !== 'haip-vp:') return undefined;
  const parameters = Object.fromEntries(url.searchParams);
  const { client_id: clientId, request_uri: requestUri, request_uri_method: method = 'get' } = parameters;
  if (!clientId || !/^(get|post)$/i.test(method)) return undefined;
  return {
    clientId,
    byPost: method.toLowerCase() === 'post',
    parameters,
    ...(requestUri ? { requestUri } : {}),
  };
};

const posterPath = /^\/p\/[\w-]{4,60}$/;

/** An office's poster, or a request. */
export const asksForCertificates = (text: string): boolean =>
  URL.canParse(text) &&
  ((new URL(text).origin === location.origin && posterPath.test(new URL(text).pathname)) ||
    readLink(text) !== undefined);

/** The address that this page was opened by: the request is held, and the address has the page in its place. */
export const takeUpLink = (): void => {
  const poster = new URLSearchParams(location.search).get('poster');
  const link =
    location.pathname === '/wallet/present' ? location.href : poster && `${location.origin}/p/${poster}`;
  if (!link || !asksForCertificates(link)) return;
  holdLink(link);
  history.replaceState(null, '', '/wallet/#/present');
};

const key = 'onecert.wallet.asked';

/** Kept over a sign-in, in this tab alone. */
export const holdLink = (text: string): void => sessionStorage.setItem(key, text);
export const heldLink = (): string | undefined => sessionStorage.getItem(key) ?? undefined;
export const dropLink = (): void => sessionStorage.removeItem(key);
