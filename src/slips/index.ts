/**
 * Slips 纸质凭条: a certificate on paper, for those who come without a phone: made by its holder, checked by a scan.
 * Owns src/slips; it stores nothing. May import: the public faces of credentials and my-account, http.
 */
export { type SlipPagesDeps, slipPage } from './slip-page.ts';
