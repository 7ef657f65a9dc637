import type { Account } from '../../src/accounts/index.ts';
import { SoftPasskey } from '../../src/tour/soft-passkey.ts';
import type { TestServer } from './test-server.ts';

/** Registers a passkey as the account pages do. */
export const addPasskey = async (
  server: Pick<TestServer, 'baseUrl' | 'accounts'>,
  account: Account,
): Promise<SoftPasskey> => {
  const origin = server.baseUrl;
  const passkey = new SoftPasskey(origin);
  const challenge = Buffer.from(`challenge of ${account.id}`).toString('base64url');
  const { authenticators } = server.accounts;
  const options = await authenticators.passkeyCreation(account, { origin, challenge, shownName: '测**' });
  const response = passkey.create(options as Parameters<SoftPasskey['create']>[0]);
  const added = await authenticators.addPasskey(account, { origin, challenge, response, label: 'test' });
  if (!added) throw new Error('the passkey was not taken');
  return passkey;
};
