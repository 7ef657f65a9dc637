/** As much of a browser as a sign-in needs: cookies by path, redirects, forms, the refresh of our own pages. */

interface Cookie {
  name: string;
  value: string;
  path: string;
}

export interface Visit {
  url: string;
  status: number;
  headers: Headers;
  text: string;
}

/** Text as a person reads it, out of our own markup. */
export const plainText = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : plainText(found);
};

export class TestBrowser {
  readonly cookies: Cookie[] = [];
  readonly headers: Record<string, string>;
  /** Origins of apps: a navigation to one ends here and is handed back. */
  readonly stopAt: (url: URL) => boolean;

  readonly send: (url: URL, init: RequestInit) => Promise<Response>;

  constructor(
    stopAt: (url: URL) => boolean,
    headers: Record<string, string> = {},
    send: TestBrowser['send'] = fetch,
  ) {
    this.stopAt = stopAt;
    this.headers = headers;
    this.send = send;
  }

  #keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = rest.find((part) => /^path=/i.test(part))?.slice(5) ?? url.pathname;
      const expired = rest.some((part) => /^expires=.*1970/i.test(part)) || rest.includes('max-age=0');
      const index = this.cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
      if (index !== -1) this.cookies.splice(index, 1);
      if (!expired && value !== '') this.cookies.push({ name, value, path });
    }
  }

  cookieHeader(url: URL): string {
    return this.cookies
      .filter(
        ({ path }) =>
          url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** One request, no redirect followed. */
  async request(address: string, init: RequestInit = {}): Promise<Visit> {
    const url = new URL(address);
    const response = await this.send(url, {
      redirect: 'manual',
      ...init,
      headers: {
        accept: 'text/html,application/xhtml+xml',
        'accept-language': 'zh-CN',
        ...this.headers,
        cookie: this.cookieHeader(url),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    this.#keep(url, response.headers);
    return { url: url.href, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Follows redirects and refreshes until a page asks something, or an app is reached (status 0). */
  async follow(visit: Visit): Promise<Visit> {
    let at = visit;
    for (let hop = 0; hop < 12; hop += 1) {
      const location = at.headers.get('location');
      const refresh = /<meta http-equiv="refresh" content="0; url=([^"]+)">/.exec(at.text)?.[1];
      const next = location ?? (refresh === undefined ? undefined : plainText(refresh));
      if (next === undefined) return at;
      const url = new URL(next, at.url);
      if (this.stopAt(url)) return { url: url.href, status: 0, headers: new Headers(), text: '' };
      at = await this.request(url.href);
    }
    throw new Error('too many hops');
  }

  async open(address: string): Promise<Visit> {
    return this.follow(await this.request(address));
  }

  /** Posts the form of the page whose action ends so, with its hidden fields; does not follow. */
  post(page: Visit, actionEnd: string, fields: Record<string, string> = {}): Promise<Visit> {
    const forms = page.text.match(/<form[\s\S]*?<\/form>/g) ?? [];
    const form = forms.find((text) => attribute(/<form[^>]*>/.exec(text)![0], 'action')?.endsWith(actionEnd));
    if (form === undefined) throw new Error(`no form for ${actionEnd} on ${page.url} (${page.status})`);
    const action = attribute(/<form[^>]*>/.exec(form)![0], 'action')!;
    const hidden = (form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? []).map((tag) => [
      attribute(tag, 'name')!,
      attribute(tag, 'value') ?? '',
    ]);
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields });
    return this.request(new URL(action, page.url).href, { method: 'POST', body });
  }

  async submit(page: Visit, actionEnd: string, fields: Record<string, string> = {}): Promise<Visit> {
    return this.follow(await this.post(page, actionEnd, fields));
  }

  /** Types into the sign-in form and follows. */
  signIn(page: Visit, loginName: string, password: string): Promise<Visit> {
    return this.submit(page, '/sign-in', { login_name: loginName, password });
  }
}
