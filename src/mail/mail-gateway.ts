import { ServiceError } from '../errors.ts';

/** Plain text. Neither line may hold anything of a person: a mailbox is read by many. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export interface MailGateway {
  /** What is really connected, for `onecert info`. */
  readonly adapter: 'outbox' | 'http' | 'none';
  /** Resolves when the mail is out of our hands. */
  send(mail: Mail): Promise<void>;
}

/** No mail service: nothing is sent, and who needs an answer by mail is told so. */
export const noMail: MailGateway = {
  adapter: 'none',
  send: () => Promise.reject(new ServiceError('conflict', { detail: 'no mail service is connected' })),
};
