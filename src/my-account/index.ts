/**
 * My account: the pages under /account where a person sees and changes what the province knows of her sign-in, and
 * who has used it. Owns src/my-account; it stores nothing but an act that waits for a fresh factor.
 * May import: the public faces of oidc, accounts, audit, enterprises, officials, registration, http, identifiers, clock.
 * Another feature hangs a page in by handing an `AccountPage` to `ownPages`; it builds it of the parts named here.
 */
export type { AccountPage, Act, Fields, Outcome, PageState, Visit } from './account-page.ts';
export { dayOf, timeOf } from './dates.ts';
export { createDescribeUse, type DescribedUse, type DescribeUse } from './describe-use.ts';
export { cut, factList, formStart, pathOf, smallForm } from './frame.ts';
export { type OwnPagesDeps, ownPages } from './own-pages.ts';
export { documentFields, personFields, personOf } from './person-fields.ts';
export { type MyAccountDeps, myAccountRoutes } from './routes.ts';
