/** What somebody pasted: a token, a token response, a request, an answer, or an error. */

export type Pasted =
  | { kind: 'token'; token: string; accessToken?: string }
  | { kind: 'encrypted' }
  | { kind: 'request' | 'callback'; parameters: URLSearchParams; address?: URL }
  | { kind: 'error'; code: string }
  | { kind: 'opaque' }
  | { kind: 'unknown' };

const part = '[A-Za-z\\d_-]+';
const signed = new RegExp(`^${part}\\.${part}\\.(?:${part})?$`);
const encrypted = new RegExp(`^${part}\\.(?:${part})?\\.${part}\\.${part}\\.${part}$`);

const fromText = (text: string): Pasted | undefined => {
  if (signed.test(text)) return { kind: 'token', token: text };
  if (encrypted.test(text)) return { kind: 'encrypted' };
  return undefined;
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const fromJson = (text: string): Pasted | undefined => {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  const code = textOf(value?.error) ?? textOf(value?.code);
  if (code !== undefined) return { kind: 'error', code };
  const idToken = textOf(value?.id_token);
  const accessToken = textOf(value?.access_token);
  if (idToken === undefined) return accessToken === undefined ? { kind: 'unknown' } : { kind: 'opaque' };
  const token = fromText(idToken) ?? { kind: 'unknown' };
  return token.kind === 'token' && accessToken !== undefined ? { ...token, accessToken } : token;
};

const fromAddress = (text: string): Pasted | undefined => {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined && !/^[?&]?[\w.-]+=/.test(text)) return undefined;
  // An answer in the fragment (response_mode=fragment) is an answer, too.
  const query = address ? address.search || address.hash.replace('#', '?') : text.replace(/^[?&]/, '');
  const parameters = new URLSearchParams(query);
  const isAnswer = parameters.has('code') || parameters.has('error');
  const at = address === undefined ? {} : { address };
  if (isAnswer && !parameters.has('client_id')) return { kind: 'callback', parameters, ...at };
  const isRequest = ['client_id', 'response_type', 'redirect_uri'].some((name) => parameters.has(name));
  return isRequest ? { kind: 'request', parameters, ...at } : undefined;
};

export const recognise = (pasted: string): Pasted => {
  const text = pasted.trim();
  const found = fromText(text) ?? fromJson(text) ?? fromAddress(text);
  if (found) return found;
  if (/^[a-z]+(?:_[a-z]+)+$/.test(text)) return { kind: 'error', code: text };
  return /^[\w.~+/-]{20,}=*$/.test(text) ? { kind: 'opaque' } : { kind: 'unknown' };
};
