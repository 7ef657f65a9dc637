/**
 * How the old way (docs/tickets.md) hangs on the login: a ticket 票据 is an authorization code, brought to the app's
 * registered address under the old names. Sign-in, consent, levels and the code's own rules are the login's.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Text } from '../../http/index.ts';
import type { ClientLike, OidcContext } from '../library.ts';
import { lastPage } from '../pages/continue-page.ts';
import { backToApp, languageOfContext, putPage } from '../pages/library-pages.ts';
import { deprecation } from './deprecation.ts';

/** `response_mode` of a sign-in that ends with a ticket; not listed in discovery. */
export const ticketMode = 'ticket';

const title: Text = { zh: '登录没有完成', en: 'You are not signed in' };
const sentence: Text = {
  zh: '您没有登录该应用，也没有向它提供任何信息。',
  en: 'You are not signed in to the app, and it has learned nothing of you.',
};

interface Answer {
  code?: string;
  state?: string;
}

/** Old apps know no error: told of one they would send the browser here again, and again. It ends on a page. */
export const installTicketMode = (provider: Provider, baseUrl: string): void => {
  const answer = (ctx: KoaContextWithOIDC, redirectUri: string, { code, state }: Answer): void => {
    ctx.set(deprecation(baseUrl));
    if (code === undefined) {
      const client = (ctx.oidc as unknown as OidcContext).entities.Client as ClientLike | undefined;
      const back = backToApp(client);
      const language = languageOfContext(ctx);
      ctx.status = 200;
      putPage(ctx, lastPage({ language, title, sentence, ...(back ? { back } : {}) }));
      return;
    }
    const to = new URL(redirectUri);
    to.searchParams.append('ticket', code);
    // What the app sent along comes back as it was; nothing here reads it, and nothing goes where it says.
    if (state !== undefined) to.searchParams.append('sp', state);
    ctx.status = 303;
    ctx.redirect(to.href);
  };
  (
    provider as unknown as {
      registerResponseMode(name: string, handler: typeof answer): void;
    }
  ).registerResponseMode(ticketMode, answer);
};
