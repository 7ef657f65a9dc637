/** Development adapter: mails stay in short memory and are read on a page. Production refuses it (config.ts). */
import type { Clock } from '../clock.ts';
import { createRecent, type Ephemeral } from '../storage/index.ts';
import type { Mail, MailGateway } from './mail-gateway.ts';

export interface KeptMail extends Mail {
  /** Unix milliseconds. */
  at: number;
  /** In the order of sending. */
  number: number;
}

export interface MailOutbox extends MailGateway {
  /** The newest first. */
  mails(): Promise<KeptMail[]>;
}

export const createMailOutbox = ({
  ephemeral,
  clock,
}: {
  ephemeral: Ephemeral;
  clock: Clock;
}): MailOutbox => {
  const recent = createRecent<Omit<KeptMail, 'number'>>(ephemeral, 'mail:outbox');
  return {
    adapter: 'outbox',
    send: (mail) => recent.add({ ...mail, at: clock.now() }),
    mails: recent.newest,
  };
};
