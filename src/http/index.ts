/** The Express edge all features share. Owns src/http. May import: errors, the storage ports' types. */
export { addressUnit } from './address-unit.ts';
export { closeEdge, type EdgeSettings, openEdge } from './edge.ts';
export { elderOf } from './elder.ts';
export { adviceFor, errorPage, startPageLink } from './error-page.ts';
export { formBody, isPlainText } from './form-body.ts';
export {
  type Choice,
  checkbox,
  type Notice,
  noticeBox,
  selectField,
  submitButton,
  textArea,
  textField,
  tokenField,
} from './form-parts.ts';
export { escapeHtml, Html, html } from './html.ts';
export { type InAppBrowser, inAppBrowserOf, inAppBrowsers } from './in-app-browser.ts';
export { cookieAt, type InstanceKind, ownCookie } from './instance-kind.ts';
export { keepLanguage, type Language, languageOf, otherLanguageLink, type Text } from './language.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { lookOf, type Page, renderPage, sendPage } from './page.ts';
export { parse } from './parse.ts';
export { codeOf, problemHandler } from './problem.ts';
export { rateLimit } from './rate-limit.ts';
export { requestIdOf } from './request-id.ts';
export { sameOrigin } from './same-origin.ts';
export { sendErrorPage } from './send-error-page.ts';
export { staticApp } from './static-app.ts';
