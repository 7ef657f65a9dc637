/** Part of the composition root: the province's own apps, and words for the scopes of all features. */
import { officeCardScope } from '../accounts/index.ts';
import { anonymousWalletClientId, type Catalogue, preAuthorizedCodeGrant } from '../credentials/index.ts';
import { developerScope } from '../developers/apps/index.ts';
import { enterpriseScope } from '../enterprises/index.ts';
import { describeItemScope, type Items } from '../items/index.ts';
import { officeScope } from '../officials/index.ts';
import { type Apps, accountAppId } from '../oidc/index.ts';

export const walletClientId = 'onecert-wallet';
export const consoleClientId = 'onecert-console';

/** The apps the province itself ships. */
export const ensureOwnApps = async (
  apps: Apps,
  baseUrl: string,
  certificateScopes: string[],
): Promise<void> => {
  await apps.ensure({
    clientId: walletClientId,
    client_name: '证照卡包 Wallet',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${baseUrl}/wallet/`],
    post_logout_redirect_uris: [`${baseUrl}/wallet/`],
    scope: ['openid', 'wallet', officeCardScope, ...certificateScopes].join(' '),
    firstParty: true,
    client_uri: `${baseUrl}/wallet/`,
  });
  await apps.ensure({
    clientId: consoleClientId,
    client_name: '工作台 Console',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${baseUrl}/console/`],
    post_logout_redirect_uris: [`${baseUrl}/console/`],
    scope: `openid ${officeScope}`,
    firstParty: true,
    client_uri: `${baseUrl}/console/`,
  });
  await apps.ensure({
    clientId: accountAppId,
    client_name: '我的账户 My account',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${baseUrl}/account/return`],
    scope: 'openid',
    firstParty: true,
    client_uri: `${baseUrl}/account`,
  });
  await apps.ensure({
    clientId: anonymousWalletClientId,
    client_name: '未登记的卡包 Unregistered wallet',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${baseUrl}/`],
    scope: certificateScopes.join(' '),
    grant_types: [preAuthorizedCodeGrant],
  });
};

/** Words of the sign-in and consent pages for the scopes of the features. */
export const describeScope = (
  scope: string,
  catalogue: Catalogue,
  items: Items,
): { zh: string; en: string } | undefined => {
  if (scope === 'wallet') return { zh: '管理您的证照卡包', en: 'Manage your certificate wallet' };
  if (scope === officeCardScope)
    return { zh: '携带并出示您的公务证件', en: 'Carry and show your official card' };
  if (scope === developerScope) return { zh: '管理您维护的应用', en: 'Manage the apps you maintain' };
  if (scope === officeScope) return { zh: '以您的公职身份办理业务', en: 'Act in your office' };
  if (scope === enterpriseScope) {
    return { zh: '管理您的企业与授权委托', en: 'Manage your enterprises and mandates' };
  }
  const type = catalogue.find(scope);
  if (type) return { zh: `领取您的${type.name.zh}`, en: `Receive your “${type.name.en}”` };
  return describeItemScope(items, catalogue, scope);
};
