/** One step of a sign-in, loaded for the browser that owns it. */
import type { Request, Response } from 'express';
import { errors, type KoaContextWithOIDC as Koa, type Provider } from 'oidc-provider';
import type { Accounts } from '../../accounts/index.ts';
import type { Audit } from '../../audit/index.ts';
import type { Clock } from '../../clock.ts';
import { type Language, languageOf, sendPage, type Text } from '../../http/index.ts';
import type { OidcStore } from '../adapter/oidc-store.ts';
import { type App, homeOf } from '../apps/app.ts';
import { logoPath } from '../apps/app-logos.ts';
import type { AppRegistry } from '../apps/create-apps.ts';
import type { Acting } from '../capacities/acting.ts';
import type { Consents } from '../consents/consents.ts';
import { askedScopes } from '../grants.ts';
import { parseAcr } from '../levels.ts';
import type { InteractionResult } from '../library.ts';
import type { AppAbout } from '../pages/app-parts.ts';
import { continuePage, lastPage } from '../pages/continue-page.ts';
import { words } from '../pages/words.ts';
import type { StepUp } from '../policy.ts';
import type { Scans } from '../scan/create-scans.ts';
import { accountAppId } from '../security/account-app.ts';
import type { FormTokens } from './form-token.ts';
import type { SignInTrail } from './sign-in-trail.ts';

export type LibraryInteraction = InstanceType<Provider['Interaction']>;

export interface InteractionDeps {
  provider: Provider;
  baseUrl: string;
  accounts: Accounts;
  apps: AppRegistry;
  audit: Audit;
  clock: Clock;
  consents: Consents;
  acting: Acting;
  store: OidcStore;
  tokens: FormTokens;
  trail: SignInTrail;
  scans: Scans;
  scopes: ReadonlySet<string>;
  describeScope(scope: string): Text;
}

export interface Step {
  uid: string;
  /** `login`, `select_account` or `consent`. */
  name: string;
  reasons: readonly string[];
  details: LibraryInteraction;
  app: App;
  language: Language;
  /** Address of the current step; all forms post below it. */
  action: string;
  languageLink: string;
  asked: string[];
  /** A further factor of the person signed in is all that is missing. */
  stepUp?: StepUp;
  /** The office she chose asks for a stronger sign-in than she has a way to. */
  officeUnmet: boolean;
  /** Results of the steps before, in this authorization. */
  before: InteractionResult;
  /** At the consent step: reference of the capacity the policy decided on. */
  capacity?: string;
}

/** What the pages say of the app that asks. */
export const aboutApp = async ({ apps }: Pick<InteractionDeps, 'apps'>, app: App): Promise<AppAbout> => {
  const { client_name: name, policy_uri: policy, tos_uri: terms } = app.metadata;
  const logo = await apps.logoOf(app);
  const home = app.firstParty ? undefined : homeOf(app.metadata);
  return {
    name,
    unreviewed: app.source === 'registration',
    ...(logo && { logo: logoPath(app.id, logo.digest) }),
    ...(home && { site: new URL(home).host }),
    ...(policy && { policy }),
    ...(terms && { terms }),
  };
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const backTo = (app: App | undefined): { back?: { name: string; href: string } } => {
  const href = app && homeOf(app.metadata);
  return href === undefined ? {} : { back: { name: app!.metadata.client_name, href } };
};

const showLate = async (deps: InteractionDeps, req: Request, res: Response): Promise<void> => {
  const clientId = await deps.trail.clientOf(String(req.params.uid)).catch(() => undefined);
  const app = clientId === undefined ? undefined : await deps.apps.get(clientId);
  const page = lastPage({
    language: languageOf(req),
    title: words.lateTitle,
    sentence: words.late,
    advice: words.lateAdvice,
    ...backTo(app),
  });
  sendPage(res, 410, page);
};

type KnownSession = LibraryInteraction['session'];

/** Who another tab of this browser has signed in since this sign-in began with nobody: she is asked before she goes. */
const signedInMeanwhile = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
): Promise<KnownSession> => {
  const session = await deps.provider.Session.get({ req, res, secure: req.secure } as unknown as Koa);
  return session.accountId === undefined ? undefined : (session as unknown as KnownSession);
};

/**
 * The account pages know who she is: when everything she has shown is too old, a first factor is asked for in place, and
 * the policy asks for what is still missing after it. Only a passkey is enough where a passkey is wanted.
 */
const confirmAgain = ({ params, prompt, session }: LibraryInteraction): StepUp | undefined => {
  const onlyOld = prompt.name === 'login' && prompt.reasons.every((reason) => reason === 'max_age');
  if (params.client_id !== accountAppId || !onlyOld || session?.accountId === undefined) return undefined;
  const wanted = parseAcr(text(params.acr_values))?.authenticator === 3 ? 3 : 1;
  return { wanted, has: [] };
};

/** The current step, or undefined after a page has said that it is over. */
export const loadStep = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
): Promise<Step | undefined> => {
  const uid = String(req.params.uid);
  let details: LibraryInteraction;
  try {
    details = await deps.provider.interactionDetails(req, res);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    await showLate(deps, req, res);
    return undefined;
  }
  const app = await deps.apps.get(String(details.params.client_id));
  if (details.uid !== uid || app === undefined) {
    await showLate(deps, req, res);
    return undefined;
  }
  if (details.session === undefined) details.session = await signedInMeanwhile(deps, req, res);
  const { name, reasons } = details.prompt;
  const language = languageOf(req, text(details.params.ui_locales));
  const action = `/interaction/${uid}`;
  const {
    stepUp = confirmAgain(details),
    capacity,
    officeUnmet = false,
  } = details.prompt.details as {
    stepUp?: StepUp;
    capacity?: string;
    officeUnmet?: boolean;
  };
  const before = (details.lastSubmission ?? {}) as InteractionResult;
  return {
    uid,
    name,
    reasons,
    details,
    app,
    language,
    action,
    languageLink: `${action}?lang=${language === 'zh' ? 'en' : 'zh'}`,
    asked: askedScopes(details.params.scope, deps.scopes),
    ...(stepUp === undefined ? {} : { stepUp }),
    officeUnmet,
    before,
    ...(capacity === undefined ? {} : { capacity }),
  };
};

/** Gives the result to the library and leads the browser on; the resume address is ours, what follows may not be. */
export const finishStep = async (
  deps: InteractionDeps,
  req: Request,
  res: Response,
  step: Step,
  result: Parameters<Provider['interactionResult']>[2],
  title: Text,
): Promise<void> => {
  const refused = 'error' in result;
  const to = await deps.provider.interactionResult(req, res, result, { mergeWithLastSubmission: !refused });
  sendPage(
    res,
    200,
    continuePage({ language: step.language, title, to, appName: step.app.metadata.client_name }),
  );
};

/** Account of the session, as it is now; undefined when nobody is signed in or it cannot be used. */
export const accountOfSession = async (deps: InteractionDeps, step: Step) => {
  const id = step.details.session?.accountId;
  const account = id === undefined ? undefined : await deps.accounts.get(id);
  return account?.state === 'active' ? account : undefined;
};
