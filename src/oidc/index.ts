/**
 * Oidc: the province's login: provider, sign-in and consent pages, claims, levels, apps, logout.
 * Owns src/oidc. May import: storage, keyring, audit, accounts' public face, identifiers, http, clock, errors.
 */
export { accessTokenGuard, type Caller, type CapacityGrant } from './access-token-guard.ts';
export { type AskingApp, appTokenGuard } from './app-token-guard.ts';
export type { AddAppInput, AddedApp } from './apps/add-app.ts';
export { type App, type AppMetadata, type AppProfile, type AppState, homeOf } from './apps/app.ts';
export { unknownMembers } from './apps/client-metadata.ts';
export type { Apps } from './apps/create-apps.ts';
export { createOidc, type Oidc, type OidcDeps } from './create-oidc.ts';
export { type Discovery, readDiscovery } from './discovery.ts';
export { acrValues, parseAcr, strengthOf, toAcr } from './levels.ts';
export type { Logouts } from './logout/create-logouts.ts';
export { measureLogouts } from './logout/logout-metrics.ts';
export { passkeyForm, requestOptions } from './pages/passkey-form.ts';
export { looksPersonal } from './personal-login-hint.ts';
export type { Features } from './provider.ts';
export type { PhoneScans, ScanView } from './scan/create-scans.ts';
export { openPlaces, type PlaceOf } from './scan/place-of.ts';
export { scanIdPattern } from './scan/scan-store.ts';
export { claimsByScope } from './scopes.ts';
export { accountAppId } from './security/account-app.ts';
export type { AccountSignIn, BrowserSignIn } from './security/account-sign-in.ts';
export type { Sessions, SessionView } from './sessions/sessions.ts';
export { deprecation } from './tickets/deprecation.ts';
export type { TicketDesk, TicketRefusal } from './tickets/ticket-desk.ts';
