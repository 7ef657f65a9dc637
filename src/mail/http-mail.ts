/** The province's mail service over HTTP: POST with `{to, subject, text}` as JSON; any 2xx is a yes. */
import { readFileSync } from 'node:fs';
import { ServiceError } from '../errors.ts';
import type { MailGateway } from './mail-gateway.ts';

const timeoutMs = 5_000;

export const openHttpMail = ({ url, tokenFile }: { url: string; tokenFile?: string }): MailGateway => ({
  adapter: 'http',
  async send(mail) {
    // Read each time: a token that was changed counts without a restart.
    const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').trim();
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(mail),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.arrayBuffer();
    if (!answer.ok)
      throw new ServiceError('internal_error', { cause: new Error(`mail service: ${answer.status}`) });
  },
});
