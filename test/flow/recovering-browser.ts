import type { Account } from '../../src/accounts/index.ts';
import { stepOf, totpAt } from '../../src/accounts/totp.ts';
import { seconds } from '../../src/clock.ts';
import { HttpSession, type PageView } from '../../src/tour/http-session.ts';
import type { RunningApp } from './start-app.ts';

export const newPassword = 'velvet-harbour-comet-58';

let addresses = 0;
let people = 0;

export interface Loser {
  account: Account;
  number: string;
  phone: string;
  password: string;
  codes: string[];
}

/** The newest code in the developers' outbox for this phone. */
export const messagesTo = async (app: RunningApp, phone: string): Promise<string[]> => {
  const masked = `${phone.slice(0, 3)}****${phone.slice(-4)}`;
  const messages = await app.core.smsOutbox!.messages();
  return messages.filter((message) => message.phone === masked).map(({ text }) => text);
};

export const codeTo = async (app: RunningApp, phone: string): Promise<string> =>
  /验证码 (\d{6})/.exec((await messagesTo(app, phone)).join('\n'))?.[1] ?? 'none';

/** A person with a password, a phone on which she has answered a code, and ten recovery codes. */
export const addLoser = async (
  app: RunningApp,
  more: { proofingLevel?: 1 | 2 | 3; phone?: string; answered?: boolean; name?: string } = {},
): Promise<Loser> => {
  people += 1;
  const number = `E${String(71_000_000 + people)}`;
  const phone = more.phone ?? `1987654${String(1_000 + people)}`;
  const password = `own-password-${people}-of-hers`;
  const account = await app.core.accounts.open({
    name: more.name ?? '苏映雪',
    documentKind: '414',
    documentNumber: number,
    phone,
    proofingLevel: more.proofingLevel ?? 3,
    ...(more.answered === false ? {} : { phoneSeenAt: seconds(app.core.clock) }),
  });
  await app.core.accounts.setPassword(account.id, password);
  const codes = await app.core.accounts.authenticators.makeRecoveryCodes(account.id);
  return { account, number, phone, password, codes };
};

/** A browser at an address of its own: the app must trust its loopback front. */
export class RecoveringBrowser extends HttpSession {
  readonly #app: RunningApp;
  readonly #address: string;
  readonly url: string;
  page!: PageView;

  constructor(app: RunningApp) {
    super();
    addresses += 1;
    this.#app = app;
    this.#address = `198.51.${100 + Math.floor(addresses / 250)}.${addresses % 250}`;
    this.url = `${app.baseUrl}/recover`;
  }

  override request(target: URL | string, init: RequestInit = {}): Promise<PageView> {
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', this.#address);
    if (!headers.has('accept-language')) headers.set('accept-language', 'en');
    return super.request(target, { ...init, headers });
  }

  /** The present step. */
  async look(): Promise<PageView> {
    this.page = await this.open(this.url);
    return this.page;
  }

  has(act: string, page = this.page): boolean {
    return page.html.includes(`action="/recover/${act}"`);
  }

  /** Sends the form of the page that leads to `act`. */
  async send(act: string, values: Record<string, string> = {}, page = this.page): Promise<PageView> {
    this.page = await this.submit(this.form(page, new RegExp(`/${act}$`)), values);
    return this.page;
  }

  async begin(loginName: string): Promise<PageView> {
    await this.look();
    return this.send('begin', { login_name: loginName });
  }

  async proveMessage(phone: string): Promise<PageView> {
    await this.send('send');
    return this.send('sms', { code: await codeTo(this.#app, phone) });
  }

  async choose(password = newPassword): Promise<PageView> {
    return this.send('password', { password, repeat: password });
  }
}

/** Her authenticator app, which never shows one code twice. */
export const addAuthenticatorApp = async (app: RunningApp, who: Loser): Promise<() => string> => {
  const { authenticators } = app.core.accounts;
  const secret = authenticators.newTotpSecret();
  const now = () => stepOf(seconds(app.core.clock));
  let used = now() - 1;
  await authenticators.addTotp(who.account.id, { secret, code: totpAt(secret, used) });
  return () => {
    used = Math.max(used + 1, now() - 1);
    return totpAt(secret, used);
  };
};

/** Whether this password signs her in. */
export const signsIn = async (app: RunningApp, who: Loser, password: string): Promise<boolean> =>
  (await app.core.accounts.signInWithPassword({
    loginName: who.number,
    password,
    address: `test-${Math.random()}`,
  })) !== undefined;
