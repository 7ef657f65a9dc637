import type { Provider } from 'oidc-provider';
import type { ClientLike, SessionLike } from '../library.ts';

/** An app of the session that is about to end. */
export interface OpenApp {
  name: string;
  /** It has a back-channel address; another one knows nothing of the sign-out. */
  told: boolean;
}

/** The apps of others: the pages of this server end with the session itself. */
export const openAppsOf =
  (provider: () => Provider, baseUrl: string) =>
  async (session: SessionLike | undefined): Promise<OpenApp[]> => {
    const ids = Object.keys(session?.authorizations ?? {});
    const clients = await Promise.all(ids.map((id) => provider().Client.find(id)));
    return clients.flatMap((found) => {
      const client = found as ClientLike | undefined;
      if (client === undefined || String(client.onecert_home_uri).startsWith(`${baseUrl}/`)) return [];
      return [
        { name: client.clientName ?? client.clientId, told: typeof client.backchannelLogoutUri === 'string' },
      ];
    });
  };
