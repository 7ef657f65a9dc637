/**
 * Trying out on a real phone: `npm start -- --phone` (docs/phone.md). This server then speaks TLS itself, with a
 * certificate of a small authority of its own. Never in production. Owns src/phone and the folder `localTls`.
 * May import: http.
 */
export { choosePhone, localNames, NoPhoneAddress, type Phone } from './choose-phone.ts';
export { type LocalCertificate, localCertificate } from './local-certificate.ts';
export { phoneGreeting } from './phone-greeting.ts';
export { phonePages } from './phone-pages.ts';
