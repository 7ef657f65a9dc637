/** Where an app cannot work, or only in part: known before anything else of it runs. */
import { type InAppBrowser, inAppBrowserOf } from '../../src/http/in-app-browser.ts';

export type Surroundings = { kind: 'insecure' } | { kind: 'in_app'; app: InAppBrowser };

const stayKey = 'onecert.stay';

/** Undefined: a secure context in a browser of the system, or the person chose to go on in this tab. */
export const surroundings = (): Surroundings | undefined => {
  if (!isSecureContext) return { kind: 'insecure' };
  const app = inAppBrowserOf(navigator.userAgent);
  return app && sessionStorage.getItem(stayKey) === null ? { kind: 'in_app', app } : undefined;
};

export const stay = (): void => sessionStorage.setItem(stayKey, '1');
