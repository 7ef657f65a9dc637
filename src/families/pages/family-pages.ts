/** The account pages of this feature; src/app.ts hangs them in. */
import type { Clock } from '../../clock.ts';
import type { AccountPage } from '../../my-account/index.ts';
import type { Families } from '../create-families.ts';
import { certificatesPage } from './certificates-page.ts';
import { familyPage } from './family-page.ts';
import { childPage, invitePage } from './name-relative.ts';

export interface FamilyPagesDeps {
  families: Pick<
    Families,
    'of' | 'addChild' | 'invite' | 'accept' | 'refuse' | 'keep' | 'end' | 'certificates'
  >;
  clock: Clock;
}

export const familyPages = (deps: FamilyPagesDeps): AccountPage[] => [
  familyPage(deps),
  childPage(deps),
  invitePage(deps),
  certificatesPage(deps),
];
