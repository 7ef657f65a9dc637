import { HttpSession, type PageView } from '../../src/tour/http-session.ts';
import type { RunningApp } from './start-app.ts';

export interface Newcomer {
  kind: string;
  number: string;
  name: string;
}

/** Of config/sample/newcomers.csv: in the population register, without an account. */
export const newcomers = {
  shen: { kind: '111', number: '330106199203154626', name: '沈秋禾' },
  zhou: { kind: '111', number: '332601195508203117', name: '周长庚' },
  aynur: { kind: '111', number: '650102198805120030', name: '阿依努尔·买买提' },
  rare: { kind: '111', number: '330324197909092185', name: `${String.fromCodePoint(0x20087)}䶮` },
  jose: { kind: '414', number: 'E90210347', name: 'José Müller-Ortega' },
  anqi: { kind: '516', number: 'H90214477', name: '陳·安琪' },
  peien: { kind: '511', number: '90214477', name: '林沛恩' },
  anna: { kind: '553', number: '933840198607040028', name: 'Anna Lindqvist' },
} satisfies Record<string, Newcomer>;

export const goodPassword = 'amber-kettle-norway-71';

let phones = 0;
/** A phone nobody has, in the range of the sample. */
export const newPhone = (): string => {
  phones += 1;
  return `1990000${8_000 + phones}`;
};
let addresses = 0;
const newAddress = (): string => {
  addresses += 1;
  return `198.51.100.${addresses}`;
};

/** A browser at an address of its own: the app must trust its loopback front. */
export class OpeningBrowser extends HttpSession {
  readonly #app: RunningApp;
  readonly #address = newAddress();
  readonly url: string;
  page!: PageView;

  constructor(app: RunningApp) {
    super();
    this.#app = app;
    this.url = `${app.baseUrl}/open-account`;
  }

  override request(target: URL | string, init: RequestInit = {}): Promise<PageView> {
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', this.#address);
    if (!headers.has('accept-language')) headers.set('accept-language', 'en');
    return super.request(target, { ...init, headers });
  }

  /** The present step. */
  async start(): Promise<PageView> {
    this.page = await this.open(this.url);
    return this.page;
  }

  /** Sends the form of the page that leads to `act`. */
  async send(act: string, values: Record<string, string> = {}, page = this.page): Promise<PageView> {
    this.page = await this.submit(this.form(page, new RegExp(`/${act}$`)), values);
    return this.page;
  }

  /** The newest code in the developers' outbox for this phone. */
  async codeFor(phone: string): Promise<string> {
    const masked = `${phone.slice(0, 3)}****${phone.slice(-4)}`;
    const messages = await this.#app.core.smsOutbox!.messages();
    return /验证码 (\d{6})/.exec(messages.find((message) => message.phone === masked)!.text)![1]!;
  }

  async toPhone(consents: Record<string, string> = { identity: 'yes' }): Promise<PageView> {
    await this.start();
    return this.send('notice', consents);
  }

  async toCode(phone: string): Promise<PageView> {
    await this.toPhone();
    return this.send('phone', { phone });
  }

  async toIdentity(phone: string): Promise<PageView> {
    await this.toCode(phone);
    return this.send('code', { code: await this.codeFor(phone) });
  }

  async toPassword(phone: string, person: Newcomer): Promise<PageView> {
    await this.toIdentity(phone);
    return this.send('identity', { ...person });
  }

  async toEnd(phone: string, person: Newcomer, password = goodPassword): Promise<PageView> {
    await this.toPassword(phone, person);
    return this.send('password', { password, repeat: password });
  }
}

/** The heading of a page: which step it is. */
export const heading = (page: PageView): string => /<h1>(.*?)<\/h1>/.exec(page.html)?.[1] ?? '';
/** What the page says is wrong, field by field and above the form. */
export const faults = (page: PageView): string[] =>
  [
    ...page.html.matchAll(
      /<p class="fault"[^>]*>(.*?)<\/p>|role="alert" id="notice"><strong>(.*?)<\/strong>/g,
    ),
  ].map((found) => found[1] ?? found[2]!);
