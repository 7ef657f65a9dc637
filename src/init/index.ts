/**
 * Init: makes an empty production instance usable: keys, organisation tree, the first two administrators; and says what
 * one still lacks. Owns src/init. May import: core, and the public faces of keyring, trust, officials, accounts.
 */
export { type FirstAdministrator, parseAdministrator } from './first-administrator.ts';
export { type InitInput, type InitReport, initInstance } from './init-instance.ts';
export { listLacks } from './list-lacks.ts';
