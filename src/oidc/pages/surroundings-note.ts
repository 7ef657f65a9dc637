/** What the sign-in page says inside another app, where part of it does not work. */
import { type Html, html, type InAppBrowser, inAppBrowsers, type Language } from '../../http/index.ts';

const words = {
  zh: (app: string, way: string) =>
    `您在${app}里。密码和短信验证码在这里可用，通行密钥不可用。要用通行密钥，请回到办事页面，${way}，再登录。`,
  en: (app: string, way: string) =>
    `You are inside ${app}. Password and text message work here, passkeys do not. For a passkey go back to the service’s page. ${way}, and sign in there.`,
};

/** Undefined in a browser of the system. */
export const surroundingsNote = (inApp: InAppBrowser | undefined, language: Language): Html | undefined => {
  if (!inApp) return undefined;
  const { name, way } = inAppBrowsers[inApp];
  return html`<p class="note" id="surroundings">${words[language](name[language], way[language])}</p>`;
};
