import * as client from 'openid-client';
import { HttpSession, type PageView } from './http-session.ts';
import { challengeOf, type SoftPasskey } from './soft-passkey.ts';

export interface Portal {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

export interface SignedIn {
  session: HttpSession;
  accessToken: string;
  /** The token response as it came. */
  tokens: client.TokenEndpointResponse;
  subject: string;
  acr: unknown;
  /** The pages a person saw, by path pattern. */
  pages: string[];
}

type Step = 'sign-in' | 'capacity' | 'own-sms-send' | 'own-sms' | 'passkey' | 'consent';
const stepAddress = /\/(sign-in|capacity|own-sms-send|own-sms|consent)$/;
const withPasskey = /\/(passkey|sign-in|capacity|own-sms-send|own-sms|consent)$/;

export interface SigningIn {
  loginName: string;
  password: string;
  /** The code her phone shows, for an app or office that asks for a second factor. */
  readCode?(): Promise<string>;
  /** For an office that asks for it. */
  passkey?: SoftPasskey;
}

const discoverPortal = (portal: Portal): Promise<client.Configuration> =>
  client.discovery(new URL(portal.baseUrl), portal.clientId, portal.clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  });

/**
 * A portal signs a citizen in the way its library does (OpenID Connect Core 1.0 §3.1, PKCE), and she fills in what the
 * pages ask: name and password, whom she acts for (herself, unless `capacity` is the reference of another), a second factor, consent.
 * Throws with the page's status when something else comes.
 */
export const signInPortal = async (
  portal: Portal,
  person: SigningIn,
  scope: string,
  { capacity = 'self', ...extra }: Record<string, string> = {},
): Promise<SignedIn> => {
  const configuration = await discoverPortal(portal);
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const start = client.buildAuthorizationUrl(configuration, {
    ...extra,
    redirect_uri: portal.redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const session = new HttpSession();
  const atPortal = (url: URL): boolean => url.href.startsWith(portal.redirectUri);
  const pages: string[] = [];
  let page: PageView = await session.open(start, atPortal);
  for (let step = 0; !(page.next && atPortal(page.next)); step += 1) {
    if (page.status !== 200 || step > 6)
      throw new Error(`sign-in stopped at ${page.url.pathname} with ${page.status}`);
    // The passkey is her second factor: the sign-in page offers it as well.
    const form = session.form(page, page.html.includes('/sign-in"') ? stepAddress : withPasskey);
    const kind = withPasskey.exec(form.action.pathname)?.[1] as Step;
    pages.push(kind);
    const loginField = Object.keys(form.fields).find((name) => /login/i.test(name)) ?? 'login';
    page = await session.submit(
      form,
      {
        'sign-in': { [loginField]: person.loginName, password: person.password },
        capacity: { capacity },
        'own-sms-send': {},
        'own-sms': kind === 'own-sms' ? { code: (await person.readCode?.()) ?? '' } : {},
        passkey:
          kind === 'passkey' ? { response: person.passkey!.answer(challengeOf({ text: page.html })) } : {},
        consent: { decision: 'agree' },
      }[kind],
      atPortal,
    );
  }
  const tokens = await client.authorizationCodeGrant(configuration, page.next, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  });
  const claims = tokens.claims()!;
  return { session, tokens, accessToken: tokens.access_token, subject: claims.sub, acr: claims.acr, pages };
};

export const userInfo = async (portal: Portal, signedIn: SignedIn): Promise<Record<string, unknown>> =>
  client.fetchUserInfo(await discoverPortal(portal), signedIn.accessToken, signedIn.subject);
