/**
 * Who is signed in to this browser, for the province's own account pages, and how they ask for a sign-in or a fresh
 * factor. They keep no session of their own: what ends here ends there at once, and there is nothing to fixate.
 */
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { errors, type Provider } from 'oidc-provider';
import type { Account, Accounts, SignInMethod } from '../../accounts/index.ts';
import { type Clock, seconds } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { FormTokens } from '../interactions/form-token.ts';
import { strengthOf, toAcr } from '../levels.ts';
import type { SessionLike } from '../library.ts';
import { timesOf } from '../sign-in-state.ts';
import { accountAppId } from './account-app.ts';

/** How long a factor counts for a change of the ways to sign in. */
const freshSeconds = 300;
/** Asked for at the login: a little fresher, so that what passes there still passes on the way back. */
const askedSeconds = 240;

export interface BrowserSignIn {
  account: Account;
  /** Names the session; not the secret in its cookie. */
  sessionUid: string;
  /**
   * `confirmed`: within the last minutes she has shown factors as strong as the strongest she has. `only_phone`: she has
   * nothing but a text message, which never adds or removes anything stronger (design: Identity).
   */
  confirmation: 'confirmed' | 'stale' | 'only_phone';
}

export interface AccountSignIn {
  /** Where the login leads back to. */
  readonly returnPath: string;
  of(req: Request, res: Response): Promise<BrowserSignIn | undefined>;
  /** Token of a form: of this person, this session and this act. */
  token(signIn: Pick<BrowserSignIn, 'account' | 'sessionUid'>, act: string): string;
  isToken(given: string, signIn: Pick<BrowserSignIn, 'account' | 'sessionUid'>, act: string): boolean;
  /** The login's address: for any sign-in, or for one that makes `account` `confirmed`. */
  address(input: { state: string; language: 'zh' | 'en'; confirm?: Account }): Promise<string>;
}

export const accountReturnPath = '/account/return';

export const createAccountSignIn = (deps: {
  provider: Provider;
  baseUrl: string;
  accounts: Accounts;
  clock: Clock;
  tokens: FormTokens;
}): AccountSignIn => {
  const { provider, baseUrl, accounts, clock, tokens } = deps;
  const strongest = async (account: Account): Promise<number> =>
    strengthOf(await accounts.authenticators.methodsOf(account));

  const confirmationOf = async (
    account: Account,
    session: SessionLike,
  ): Promise<BrowserSignIn['confirmation']> => {
    const could = await accounts.authenticators.methodsOf(account);
    if (!could.has('pwd') && !could.has('passkey')) return 'only_phone';
    const oldest = seconds(clock) - freshSeconds;
    const times = Object.entries(timesOf(session)) as [SignInMethod, number][];
    const fresh = times.filter(([, at]) => at >= oldest).map(([method]) => method);
    const real = fresh.some((method) => method === 'pwd' || method === 'passkey');
    return real && strengthOf(fresh) >= (await strongest(account)) ? 'confirmed' : 'stale';
  };

  /** The library finds the session by its own signed cookie. */
  const sessionOf = async (req: Request, res: Response): Promise<SessionLike> => {
    try {
      const session = await provider.Session.get({ req, res, secure: req.secure } as never);
      return session as unknown as SessionLike;
    } catch (error) {
      if (error instanceof errors.OIDCProviderError && error.statusCode === 503)
        throw new ServiceError('store_unavailable', { cause: error });
      throw error;
    }
  };

  return {
    returnPath: accountReturnPath,
    async of(req, res) {
      const session = await sessionOf(req, res);
      if (session.accountId === undefined) return undefined;
      const account = await accounts.get(session.accountId);
      if (account?.state !== 'active') return undefined;
      return {
        account,
        sessionUid: session.uid,
        confirmation: await confirmationOf(account, session),
      };
    },
    token: ({ account, sessionUid }, act) => tokens.make(`${sessionUid}|${account.id}`, `account ${act}`),
    isToken: (given, { account, sessionUid }, act) =>
      tokens.verify(given, `${sessionUid}|${account.id}`, `account ${act}`),
    async address({ state, language, confirm }) {
      const url = new URL('/auth', baseUrl);
      const parameters = {
        client_id: accountAppId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: `${baseUrl}${accountReturnPath}`,
        state,
        ui_locales: language === 'zh' ? 'zh-CN' : 'en',
        // Nobody knows what this is the hash of: the code can never be redeemed. The session is the answer.
        code_challenge: randomBytes(32).toString('base64url'),
        code_challenge_method: 'S256',
        ...(confirm === undefined
          ? {}
          : {
              max_age: String(askedSeconds),
              acr_values: toAcr({ proofing: 1, authenticator: await strongest(confirm) }),
            }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
  };
};
