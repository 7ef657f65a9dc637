/** GET: shows the current step, whatever page the browser thought it was on. */
import type { Request, Response } from 'express';
import type { Account } from '../../accounts/index.ts';
import { keepLanguage, sendPage, type Text } from '../../http/index.ts';
import { maskName, maskNumber, maskPhone } from '../../identifiers/index.ts';
import { type ConsentItem, consentPage, endPage } from '../pages/question-pages.ts';
import { type Notice, signInPage } from '../pages/sign-in-page.ts';
import { words } from '../pages/words.ts';
import { giveConsent } from './give-consent.ts';
import { accountOfSession, type InteractionDeps, loadStep, type Step } from './interaction.ts';

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
  const again = ['login_prompt', 'max_age', 'id_token_hint', 'claims_id_token_sub_value'];
  const signedIn = step.details.session?.accountId !== undefined;
  return signedIn && again.some((reason) => step.reasons.includes(reason))
    ? { kind: 'check', strong: words.again }
    : undefined;
};

const hintOf = (step: Step): string | undefined => {
  const hint = step.details.params.login_hint;
  return typeof hint === 'string' && hint.length <= 64 ? hint : undefined;
};

/** The sign-in form, with what was typed and what went wrong. */
export const showSignIn = (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  state: { status?: number; notice?: Notice; loginName?: string } = {},
): void => {
  const notice = state.notice ?? reasonNotice(step);
  const loginName = state.loginName ?? hintOf(step);
  const page = signInPage({
    language: step.language,
    languageLink: step.languageLink,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'login'),
    appName: step.app.name,
    learns: sentencesOf(deps, step),
    ...(loginName === undefined ? {} : { loginName }),
    ...(notice === undefined ? {} : { notice }),
  });
  sendPage(res, state.status ?? 200, page);
};

/** A page that ends the sign-in, with the way back to the app. */
export const showEnd = (
  deps: InteractionDeps,
  res: Response,
  step: Step,
  end: { status: number; title: Text; sentence: Text; advice: Text; restart?: Text },
): void => {
  sendPage(
    res,
    end.status,
    endPage({
      ...end,
      language: step.language,
      action: step.action,
      csrf: deps.tokens.make(step.uid, step.name),
      appName: step.app.name,
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
  const items = toldScopes(step).map((scope): ConsentItem => {
    const value = presentValue(scope, account);
    return { sentence: deps.describeScope(scope), ...(value === undefined ? {} : { value }) };
  });
  const page = consentPage({
    language: step.language,
    languageLink: step.languageLink,
    action: step.action,
    csrf: deps.tokens.make(step.uid, 'consent'),
    appName: step.app.name,
    personName: maskName(account.name),
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
        sentence: words.unmet,
        advice: words.unmetAdvice,
      });
      return;
    }
    if (step.name !== 'consent') return showSignIn(deps, res, step);
    const account = await accountOfSession(deps, step);
    if (account === undefined) return showSignIn(deps, res, step);
    // The province's own apps ask nobody, even where the protocol wants the consent step (offline_access).
    if (step.app.firstParty) return giveConsent(deps, req, res, step, account);
    await showConsent(deps, res, step, account);
  };
