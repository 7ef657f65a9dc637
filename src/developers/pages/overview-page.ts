/** /developers: what an app gets, the three steps, and everything a library has to know, read from the running issuer. */
import { type Html, html, type Language, type Text } from '../../http/index.ts';
import { hasScope, itemScope } from '../../items/index.ts';
import { claimsByScope, type Discovery } from '../../oidc/index.ts';
import { acrWords } from '../acr-words.ts';
import type { DeveloperDeps } from '../dependencies.ts';
import { quickStarts } from '../quick-starts.ts';
import { overviewWords as words } from './overview-words.ts';
import { code, codes, factList, plainBlock, tileList } from './parts.ts';

const endpointMember = /^(?:.+_endpoint|jwks_uri)$/;

/** A list of the document, when it has one. */
const listOf = (discovery: Discovery, member: string): readonly string[] =>
  Array.isArray(discovery[member]) ? (discovery[member] as string[]) : [];

const endpoints = (discovery: Discovery): [Html, Html][] =>
  Object.entries(discovery)
    .filter(([member, value]) => endpointMember.test(member) && typeof value === 'string')
    .map(([member, value]) => [code(member), code(value as string)]);

const choices: Record<string, Text> = {
  id_token_signing_alg_values_supported: words.idTokenAlgs,
  id_token_encryption_alg_values_supported: words.idTokenEncryption,
  token_endpoint_auth_methods_supported: words.authMethods,
  dpop_signing_alg_values_supported: words.dpop,
  grant_types_supported: words.grants,
  response_modes_supported: words.responseModes,
  code_challenge_methods_supported: words.pkce,
  prompt_values_supported: words.prompts,
  ui_locales_supported: words.locales,
};

const addressList = (urls: readonly string[]): Html =>
  html`<ul class="learns">${urls.map((url) => html`<li><a href="${url}"><code>${url}</code></a></li>`)}</ul>`;

const scopeRows = ({ appScopes, describeScope }: DeveloperDeps, language: Language): [Html, Html][] =>
  appScopes
    .filter((scope) => !scope.startsWith('item:'))
    .map((scope) => {
      const claims: readonly string[] = claimsByScope[scope as keyof typeof claimsByScope] ?? [];
      const says = scope === 'openid' ? words.openid : describeScope(scope);
      return [code(scope), html`${says[language]}${claims.length > 0 && html`<br>${codes(claims)}`}`] as [
        Html,
        Html,
      ];
    });

const itemRows = ({ items }: DeveloperDeps, language: Language): [Html, Html][] =>
  items
    .all()
    .filter(hasScope)
    .map((item) => [
      code(itemScope(item.code)),
      html`${item.name[language]}<br><span class="soft">${words.needs[language]} p${item.level.proofing}a${item.level.authenticator}</span>`,
    ]);

const levelRows = (discovery: Discovery, language: Language): [Html, string][] =>
  listOf(discovery, 'acr_values_supported').map((acr) => [code(acr), acrWords(acr, language) ?? '']);

/** RFC 6749 §4.1 with RFC 7636, as the requests themselves. */
const requests = (discovery: Discovery): string => `GET ${discovery.authorization_endpoint}
  ?response_type=code&client_id=…&redirect_uri=…&scope=openid%20profile
  &state=…&nonce=…&code_challenge=…&code_challenge_method=S256

POST ${discovery.token_endpoint}
  grant_type=authorization_code&code=…&redirect_uri=…&code_verifier=…

GET ${String(discovery.userinfo_endpoint)}
  Authorization: Bearer …`;

const signOut = (
  discovery: Discovery,
  language: Language,
): Html => html`<h2 id="sign-out">${words.signOut[language]}</h2>
<p>${words.signOutSays[language]}</p>
${plainBlock(`GET ${discovery.end_session_endpoint}?id_token_hint=…&post_logout_redirect_uri=…&state=…`)}
${discovery.backchannel_logout_supported === true && html`<p>${words.backChannel[language]}</p>`}`;

export const overviewPage = (deps: DeveloperDeps, discovery: Discovery, language: Language): Html => {
  const { baseUrl, sandboxUrl } = deps;
  return html`<h1>${words.title[language]}</h1>
<p class="soft">${words.says[language]}</p>
<h2>${words.steps[language]}</h2>
<ol>${words.threeSteps.map((step) => html`<li>${step[language]}</li>`)}</ol>
<p class="acts"><a class="button" href="/account/developer-apps">${words.register[language]}</a></p>
<h2 id="quick-starts">${words.quickStarts[language]}</h2>
${tileList(
  quickStarts.map(({ id, name, with: needs }) => ({
    href: `/developers/quick-start/${id}`,
    title: name[language],
    says: needs[language],
  })),
)}
<h2>${words.tools[language]}</h2>
${tileList([
  { href: '/developers/inspect', title: words.inspect[language], says: words.inspectSays[language] },
  { href: '/developers/errors', title: words.errors[language], says: words.errorsSays[language] },
  ...(sandboxUrl === undefined
    ? []
    : [{ href: sandboxUrl, title: words.sandbox[language], says: words.sandboxSays[language] }]),
])}
<h2>${words.get[language]}</h2>
<ul>${words.gets.map((line) => html`<li>${line[language]}</li>`)}</ul>
<h2 id="scopes">${words.scopes[language]}</h2>
<p>${words.scopesSay[language]}</p>
${factList(scopeRows(deps, language))}
<h2 id="items">${words.items[language]}</h2>
<p>${words.itemsSay[language]}</p>
${factList(itemRows(deps, language))}
<h2 id="levels">${words.levels[language]}</h2>
<p>${words.levelsSay[language]}</p>
${factList(levelRows(discovery, language))}
<h2 id="addresses">${words.addresses[language]}</h2>
<p>${words.addressesSay[language]}</p>
${addressList([`${baseUrl}/.well-known/openid-configuration`])}
${factList(endpoints(discovery))}
<h2>${words.choices[language]}</h2>
${factList(
  Object.entries(choices)
    .filter(([member]) => listOf(discovery, member).length > 0)
    .map(([member, says]) => [says[language], codes(listOf(discovery, member))]),
)}
<h2>${words.byHand[language]}</h2>
<p>${words.byHandSays[language]}</p>
${plainBlock(requests(discovery))}
${signOut(discovery, language)}
<h2>${words.wallets[language]}</h2>
${addressList([`${baseUrl}/.well-known/openid-credential-issuer`])}
<h2>${words.verifiers[language]}</h2>
${addressList([`${baseUrl}/trust/root`, `${baseUrl}/pack`])}`;
};
