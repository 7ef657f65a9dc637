/**
 * Wallet: the holder's API: my certificates, their state, their fields opened by the holder herself.
 * Owns src/wallet. May import: credentials' and accounts' public faces, catalogue, audit, identifiers, http, clock.
 */

export { certificateCard, stateNames } from './certificate-card.ts';
export { walletGuard } from './guard.ts';
export { type WalletDeps, walletRoutes } from './routes.ts';
