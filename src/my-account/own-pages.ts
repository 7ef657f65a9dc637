/** The pages of this feature, in the order of the menus. Pages of other features stand behind them. */
import type { Accounts, Recoveries } from '../accounts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Catalogue, Credentials } from '../credentials/index.ts';
import type { Enterprises } from '../enterprises/index.ts';
import type { Items } from '../items/index.ts';
import type { Officials } from '../officials/index.ts';
import type { Oidc } from '../oidc/index.ts';
import type { Registration } from '../registration/index.ts';
import type { Ephemeral } from '../storage/index.ts';
import type { AccountPage } from './account-page.ts';
import { appsPage } from './pages/apps.ts';
import { backupsPage, newAuthenticatorPage } from './pages/backups.ts';
import {
  enterprisePage,
  enterprisesPage,
  givenMandatesPage,
  managersPage,
  receivedMandatesPage,
} from './pages/enterprises.ts';
import { nameStaffPage, newMandatePage } from './pages/give-mandate.ts';
import { homePage, morePage, signInMethodsPage } from './pages/home.ts';
import { lostCardPage } from './pages/lost-card.ts';
import { mandatesPage } from './pages/mandates.ts';
import { noticesPage } from './pages/notices.ts';
import { newPasskeyPage, passkeysPage } from './pages/passkeys.ts';
import { passwordPage } from './pages/password.ts';
import { phonePage } from './pages/phone.ts';
import { phonesPage } from './pages/phones.ts';
import { sessionsPage } from './pages/sessions.ts';
import { useLogPage } from './pages/use-log.ts';

export interface OwnPagesDeps {
  baseUrl: string;
  accounts: Accounts;
  audit: Audit;
  catalogue: Catalogue;
  clock: Clock;
  credentials: Credentials;
  enterprises: Enterprises;
  ephemeral: Ephemeral;
  items: Items;
  officials: Officials;
  oidc: Pick<Oidc, 'apps' | 'consents' | 'describeScope' | 'sessions'>;
  recoveries: Pick<Recoveries, 'waiting'>;
  registration: Pick<Registration, 'consentsOf' | 'withdrawConsent'>;
}

/** All pages of the account, with those other features hang in. */
export const ownPages = (deps: OwnPagesDeps, hung: readonly AccountPage[] = []): AccountPage[] => {
  const under = (menu: 'home' | 'more' | 'sign-in-methods') => () =>
    pages.filter((page) => page.menu?.under === menu);
  const pages: AccountPage[] = [
    homePage(deps, under('home')),
    signInMethodsPage(under('sign-in-methods')),
    sessionsPage(deps),
    useLogPage(deps),
    morePage(under('more')),
    passwordPage(deps),
    phonePage(deps),
    passkeysPage(deps),
    newPasskeyPage(deps),
    backupsPage(deps),
    newAuthenticatorPage(deps),
    mandatesPage(deps),
    enterprisesPage(deps),
    enterprisePage(deps),
    managersPage(deps),
    newMandatePage(deps),
    nameStaffPage(deps),
    givenMandatesPage(deps),
    receivedMandatesPage(deps),
    appsPage(deps),
    phonesPage(deps),
    lostCardPage(deps),
    noticesPage(deps),
    ...hung,
  ];
  return pages;
};
