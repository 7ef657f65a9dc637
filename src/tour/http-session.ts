/** A browser without a screen: cookies by host and path, redirects followed by hand, forms filled in and sent. */
interface Cookie {
  value: string;
  path: string;
}

export interface PageView {
  url: URL;
  status: number;
  html: string;
  headers: Headers;
  /** Where a redirect or a meta refresh leads, absolute. */
  next: URL | undefined;
}

export interface Form {
  action: URL;
  fields: Record<string, string>;
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x2F': '/',
};

const decode = (text: string): string =>
  text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

const attribute = (tag: string, name: string): string | undefined => {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? undefined : decode(value);
};

export class HttpSession {
  #cookies = new Map<string, Map<string, Cookie>>();

  #cookieHeader(url: URL): string {
    const jar = this.#cookies.get(url.host) ?? new Map<string, Cookie>();
    return [...jar]
      .filter(([, cookie]) => url.pathname.startsWith(cookie.path))
      .map(([key, cookie]) => `${key.split('|')[0]}=${cookie.value}`)
      .join('; ');
  }

  #remember(url: URL, headers: Headers): void {
    const jar = this.#cookies.get(url.host) ?? new Map<string, Cookie>();
    this.#cookies.set(url.host, jar);
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
      const split = pair.indexOf('=');
      const name = pair.slice(0, split);
      const value = pair.slice(split + 1);
      const option = (key: string) =>
        rest.find((part) => part.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
      const path = option('path') ?? '/';
      const ended =
        option('max-age') === '0' || (option('expires') && Date.parse(option('expires')!) < 86_400_000);
      if (ended || value === '') jar.delete(`${name}|${path}`);
      else jar.set(`${name}|${path}`, { value, path });
    }
  }

  /** One request; redirects are not followed. */
  async request(target: URL | string, init: RequestInit = {}): Promise<PageView> {
    const url = new URL(target);
    const headers = new Headers(init.headers);
    headers.set('accept', headers.get('accept') ?? 'text/html,application/xhtml+xml');
    const cookie = this.#cookieHeader(url);
    if (cookie) headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.#remember(url, response.headers);
    const html = await response.text();
    const location = response.headers.get('location');
    const refresh = /<meta[^>]+http-equiv="refresh"[^>]+content="\d+;\s*url=([^"]+)"/i.exec(html)?.[1];
    const next = location ?? (refresh && decode(refresh));
    return {
      url,
      status: response.status,
      html,
      headers: response.headers,
      next: next ? new URL(next, url) : undefined,
    };
  }

  /** Follows redirects and meta refreshes until a page asks something, or `until` says stop before opening it. */
  async open(target: URL | string, until: (url: URL) => boolean = () => false): Promise<PageView> {
    let page = await this.request(target);
    for (let hops = 0; page.next && hops < 10; hops += 1) {
      if (until(page.next)) return page;
      page = await this.request(page.next);
    }
    return page;
  }

  /** The first form of a page (or the one whose action matches), with the values it already carries. */
  form(page: PageView, action?: RegExp): Form {
    for (const [, attributes = '', inner = ''] of page.html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/gi)) {
      const target = new URL(attribute(attributes, 'action') ?? '', page.url);
      if (action && !action.test(target.pathname)) continue;
      const fields: Record<string, string> = {};
      for (const [tag] of inner.matchAll(/<input[^>]*>/gi)) {
        const name = attribute(tag, 'name');
        const type = attribute(tag, 'type') ?? 'text';
        if (!name || type === 'submit') continue;
        if ((type === 'checkbox' || type === 'radio') && !/\schecked/i.test(tag)) continue;
        fields[name] = attribute(tag, 'value') ?? '';
      }
      return { action: target, fields };
    }
    throw new Error(`no form on ${page.url.pathname} (status ${page.status})`);
  }

  async submit(form: Form, values: Record<string, string>, until?: (url: URL) => boolean): Promise<PageView> {
    const page = await this.request(form.action, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: form.action.origin },
      body: new URLSearchParams({ ...form.fields, ...values }),
    });
    if (!page.next || until?.(page.next)) return page;
    return this.open(page.next, until);
  }
}
