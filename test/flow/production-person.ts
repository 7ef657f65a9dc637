/** A person with a browser before a production instance, and an office app she enters by OpenID Connect. */
import * as client from 'openid-client';
import { challengeOf, type SoftPasskey } from '../../src/tour/soft-passkey.ts';
import { nextCode } from './account-visitor.ts';
import { type ProductionInstance, publicOrigin } from './production-instance.ts';
import { TestBrowser, type Visit } from './test-browser.ts';

export interface Signer {
  loginName?: string;
  password?: string;
  /** Of her authenticator app. */
  totp?: string;
  passkey?: SoftPasskey;
}

export class ProductionPerson {
  readonly signer: Signer;
  readonly browser: TestBrowser;
  /** Forms of the login she has answered, oldest first. */
  readonly answered: string[] = [];

  constructor(instance: ProductionInstance, signer: Signer) {
    this.signer = signer;
    this.browser = new TestBrowser((url) => url.origin !== publicOrigin, {}, instance.fetch);
  }

  open = async (path: string): Promise<Visit> =>
    this.prove(await this.browser.open(new URL(path, publicOrigin).href));

  submit = async (page: Visit, act: string, fields: Record<string, string>): Promise<Visit> =>
    this.prove(await this.browser.submit(page, act, fields));

  /** Answers what the login asks until another page or the app comes. `office`: the words on its button. */
  async prove(first: Visit, office?: string): Promise<Visit> {
    const { passkey, loginName, password, totp } = this.signer;
    let at = first;
    for (let step = 0; step < 7 && new URL(at.url).pathname.startsWith('/interaction/'); step += 1) {
      const answers: [form: string, fields: () => Record<string, string> | undefined][] = [
        ['/passkey', () => passkey && { response: passkey.answer(challengeOf(at)) }],
        ['/sign-in', () => (password ? { login_name: loginName!, password } : undefined)],
        ['/own-password', () => (password ? { password } : undefined)],
        ['/totp', () => (totp ? { code: nextCode(totp, Date.now) } : undefined)],
        ['/capacity', () => ({ capacity: office === undefined ? 'self' : this.#officeOn(at, office) })],
        ['/consent', () => ({ decision: 'agree' })],
      ];
      const found = answers.find(([form, fields]) => at.text.includes(`${form}"`) && fields());
      if (found === undefined) return at;
      this.answered.push(found[0].slice(1));
      at = await this.browser.submit(at, found[0], found[1]()!);
    }
    return at;
  }

  #officeOn(page: Visit, office: string): string {
    const buttons = page.text.matchAll(/name="capacity" value="([^"]+)"[^>]*>([^<]*)/g);
    const found = [...buttons].find(([, , words]) => words!.includes(office));
    if (found === undefined) throw new Error(`no office ${office} to choose`);
    return found[1]!;
  }
}

const redirectUri = 'https://office.example.org/callback';
const scope = 'openid office';

/** An office app as `onecert app add` registers it. */
export const addOfficeApp = async (instance: ProductionInstance) => {
  const added = await instance.onecert(
    ...['app', 'add', '--name', '政务工作台', '--redirect', redirectUri, '--json'],
    ...['--scope', 'openid', '--scope', 'office'],
  );
  const { client_id, client_secret } = JSON.parse(added.stdout) as Record<string, string>;
  const configuration = await client.discovery(
    new URL(publicOrigin),
    client_id!,
    undefined,
    client.ClientSecretBasic(client_secret!),
    { [client.customFetch]: instance.fetch as client.CustomFetch },
  );

  /** Signs in into the office of this unit; a call to the departments' API in it. */
  const enter = async (person: ProductionPerson, office: string) => {
    const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope,
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const end = await person.prove(await person.browser.open(url.href), office);
    if (end.status !== 0) return { page: end };
    const tokens = await client.authorizationCodeGrant(configuration, new URL(end.url), {
      pkceCodeVerifier: verifier,
      expectedState: state,
    });
    const call = async (path: string, body?: object, headers: object = {}) => {
      const answer = await instance.request(`/admin/api${path}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${tokens.access_token}`,
          accept: 'application/json',
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: answer.status, body: JSON.parse(answer.body) };
    };
    return { claims: tokens.claims()!, call };
  };
  return { enter };
};
