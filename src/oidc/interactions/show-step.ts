/** GET: shows the current step, whatever page the browser thought it was on. */
import type { Request, Response } from 'express';
import type { Account, SignInMethod } from '../../accounts/index.ts';
import { inAppBrowserOf, keepLanguage, sendPage, type Text } from '../../http/index.ts';
import { maskName, maskNumber, maskPhone } from '../../identifiers/index.ts';
import { entityKeyOf } from '../capacities/acting.ts';
import { strengthOf } from '../levels.ts';
import { capacityPage, capacityWords } from '../pages/capacity-page.ts';
import { factorPage } from '../pages/factor-page.ts';
import { type ConsentItem, consentPage, endPage } from '../pages/question-pages.ts';
import { type Notice, signInPage } from '../pages/sign-in-page.ts';
import { smsPage } from '../pages/sms-pages.ts';
import { words } from '../pages/words.ts';
import { accountAppId } from '../security/account-app.ts';
import { giveConsent } from './give-consent.ts';
import { aboutApp, accountOfSession, type InteractionDeps, loadStep, type Step } from './interaction.ts';
import { mayScan } from './scan-age.ts';

/** Scopes that say something to a person. */
const toldScopes = (step: Step): string[] => step.asked.filter((scope) => scope !== 'openid');

const sentencesOf = (deps: InteractionDeps, step: Step): Text[] => toldScopes(step).map(deps.describeScope);

const presentValue = (scope: string, account: Account): string | undefined => {
  if (scope === 'profile') return maskName(account.name);
  if (scope === 'phone') return account.phone === undefined ? undefined : maskPhone(account.phone);
  return scope === 'document' ? maskNumber(account.documentNumber) : undefined;
};

const reasonNotice = (step: Step): Notice | undefined => {
  if (step.reasons.includes('account_missing')) return { kind: 'check', strong: words.sessionEnded };
  const again = ['login_prompt', 'max_age'];
  const another = ['id_token_hint', 'claims_id_token_sub_value'];
  const signedIn = step.details.session?.accountId !== undefined;
  if (signedIn && another.some((reason) => step.reasons.includes(reason)))
    return { kind: 'check', strong: words.anotherPerson, advice: words.anotherPersonAdvice };
  return signedIn && again.some((reason) => step.reasons.includes(reason))
    ? { kind: 'check', strong: words.again }
    : undefined;
};

const hintOf = (step: Step): string | undefined => {
  const hint = step.details.params.login_hint;
  return typeof hint === 'string' && hint.length <= 64 ? hint : undefined;
};

/**
 * What a passkey has to sign at this step. Derived and not kept: the step ends with the right answer, and a signature
 * over it is good nowhere else.
 */
export const passkeyChallenge = (deps: InteractionDeps, uid: string): string =>
  deps.tokens.make(uid, 'passkey');

/** The sign-in form, with what was typed and what went wrong. */
export const showSignIn = async (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  state: { status?: number; notice?: Notice; loginName?: string } = {},
): Promise<void> => {
  const notice = state.notice ?? reasonNotice(step);
  const loginName = state.loginName ?? hintOf(step);
  const page = signInPage({
    language: step.language,
    languageLink: step.languageLink,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'login'),
    app: await aboutApp(deps, step.app),
    ...(step.app.id === accountAppId ? {} : { learns: sentencesOf(deps, step) }),
    ...(loginName === undefined ? {} : { loginName }),
    ...(notice === undefined ? {} : { notice }),
    smsAvailable: deps.accounts.authenticators.smsAvailable,
    scanAvailable: mayScan(step),
    passkey: { baseUrl: deps.baseUrl, challenge: passkeyChallenge(deps, step.uid) },
    inApp: inAppBrowserOf(res.req.get('user-agent')),
  });
  sendPage(res, state.status ?? 200, page);
};

/** The form for a phone, or for the code sent to it. */
export const showSms = (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  state: { status?: number; sent: boolean; phone?: string; notice?: Notice },
): void => {
  const { status = 200, ...rest } = state;
  const page = smsPage({
    ...rest,
    language: step.language,
    ...(state.sent ? {} : { languageLink: `${step.languageLink}&way=sms` }),
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'login'),
    appName: step.app.metadata.client_name,
  });
  sendPage(res, status, page);
};

/** The person's methods of which each one would be enough by itself; all of them where only two together are. */
export const waysOf = async (
  deps: InteractionDeps,
  step: Step,
  account: Account,
): Promise<SignInMethod[]> => {
  const { has, wanted } = step.stepUp ?? { has: [], wanted: 0 };
  const could = await deps.accounts.authenticators.methodsOf(account);
  const further = [...could].filter((method) => !has.includes(method));
  const enough = further.filter((method) => strengthOf([...has, method]) >= wanted);
  return enough.length > 0 ? enough : further;
};

/** What is still missing, and nothing else. */
export const showFactor = async (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  account: Account,
  state: { status?: number; sent?: boolean; notice?: Notice } = {},
): Promise<void> => {
  const { status = 200, sent = false, ...rest } = state;
  const page = factorPage({
    ...rest,
    sent,
    language: step.language,
    languageLink: step.languageLink,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'login'),
    appName: step.app.metadata.client_name,
    personName: maskName(account.name),
    confirms: step.app.id === accountAppId,
    ways: await waysOf(deps, step, account),
    maskedPhone: maskPhone(account.phone ?? ''),
    passkey: { baseUrl: deps.baseUrl, challenge: passkeyChallenge(deps, step.uid) },
  });
  sendPage(res, status, page);
};

/** Who are you acting as? */
export const showCapacity = async (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  account: Account,
  notice?: Notice,
): Promise<void> => {
  const page = capacityPage({
    language: step.language,
    languageLink: step.languageLink,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'select_account'),
    appName: step.app.metadata.client_name,
    personName: maskName(account.name),
    choices: await deps.acting.choices(account.id, step.app.id, step.asked),
    ...(notice === undefined ? {} : { notice }),
  });
  sendPage(res, notice === undefined ? 200 : 422, page);
};

/** A page that ends the sign-in, with the way back to the app. */
export const showEnd = (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  end: {
    status: number;
    title: Text;
    sentence: Text;
    advice: Text;
    restart?: Text;
    link?: { href: string; label: Text };
  },
): void => {
  sendPage(
    res,
    end.status,
    endPage({
      ...end,
      language: step.language,
      action: step.action,
      csrf: deps.tokens.make(step.uid, step.name),
      appName: step.app.metadata.client_name,
    }),
  );
};

/** Only the level is missing: nothing the person could type would help. */
export const isUnmet = (step: Step): boolean =>
  step.name === 'login' &&
  step.reasons.includes('acr_unmet') &&
  step.reasons.every((r) => r === 'acr_unmet' || r === 'no_session');

export const showConsent = async (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  account: Account,
  notice?: Notice,
): Promise<void> => {
  const capacity = await deps.acting.live(account.id, step.capacity, step.asked);
  const by = { account: account.id, client: step.app.id, entity: capacity && entityKeyOf(capacity) };
  const agreed = await deps.consents.agreed(by, step.asked);
  const items = toldScopes(step).map((scope): ConsentItem => {
    const value = presentValue(scope, account);
    return {
      sentence: deps.describeScope(scope),
      ...(value === undefined ? {} : { value }),
      isNew: agreed !== undefined && !agreed.has(scope),
    };
  });
  const page = consentPage({
    language: step.language,
    languageLink: step.languageLink,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'consent'),
    app: await aboutApp(deps, step.app),
    personName: maskName(account.name),
    ...(capacity === undefined || capacity.kind === 'self' ? {} : { actingAs: capacityWords(capacity) }),
    items,
    ...(notice === undefined ? {} : { notice }),
  });
  sendPage(res, notice === undefined ? 200 : 403, page);
};

export const showStep =
  (deps: InteractionDeps) =>
  async (req: Request, res: Response): Promise<void> => {
    keepLanguage(req, res, deps.baseUrl.startsWith('https:'));
    const step = await loadStep(deps, req, res);
    if (step === undefined) return;
    await deps.trail.note(step.uid, step.app.id);
    if (isUnmet(step)) {
      showEnd(deps, res, step, {
        status: 200,
        title: words.unmetTitle,
        sentence: step.officeUnmet ? words.officeUnmet : words.unmet,
        advice: step.officeUnmet ? words.officeUnmetAdvice : words.unmetAdvice,
        ...(step.officeUnmet
          ? { link: { href: '/account/sign-in-methods', label: words.officeUnmetAct } }
          : {}),
      });
      return;
    }
    const account = await accountOfSession(deps, step);
    const way = req.query.way;
    if (step.name === 'login' && way === 'sms' && deps.accounts.authenticators.smsAvailable)
      return showSms(deps, res, step, { sent: false });
    if (step.name === 'login' && step.stepUp !== undefined && account !== undefined && way !== 'other')
      return showFactor(deps, res, step, account);
    if (step.name === 'login' || account === undefined) return showSignIn(deps, res, step);
    if (step.name === 'select_account') return showCapacity(deps, res, step, account);
    // The province's own apps ask nobody, even where the protocol wants the consent step (offline_access).
    if (step.app.firstParty) return giveConsent(deps, req, res, step, account);
    await showConsent(deps, res, step, account);
  };
