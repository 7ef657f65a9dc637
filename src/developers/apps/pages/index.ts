import type { AccountPage } from '../../../my-account/index.ts';
import { appPage, checkPage } from './app-page.ts';
import { listPage } from './list-page.ts';
import type { AppRecordPagesDeps } from './parts.ts';
import { manifestPage, newPage } from './register-pages.ts';
import { reviewPage, reviewsPage } from './review-pages.ts';

export type { AppRecordPagesDeps } from './parts.ts';

/** Pages of the account for who brings apps and who reviews them. No menu names them: /developers leads here. */
export const appRecordPages = (deps: AppRecordPagesDeps): AccountPage[] => [
  listPage(deps),
  newPage(deps),
  manifestPage(deps),
  appPage(deps),
  checkPage(deps),
  reviewsPage(deps),
  reviewPage(deps),
];
