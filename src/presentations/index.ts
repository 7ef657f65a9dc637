/**
 * Presentations: an app asks a person for her certificates and gets a verdict and exactly the fields it may read
 * (OpenID4VP 1.0, HAIP 1.0). Owns src/presentations; protocol/ is pure and is also the wallet's. May import: the public
 * faces of accounts, audit, credentials, items, keyring, oidc, outgoing, trust, storage's ports, http, verifier/core, clock, errors.
 */
export type { PresentationDeps } from './dependencies.ts';
export { openPresentationStore, type Presentation } from './presentation-store.ts';
export { type PresentationRoutesDeps, presentationRoutes } from './routes.ts';
export { type PresentingDeps, presentingRoutes } from './wallet-routes.ts';
