/** Development adapter: mails stay in short memory and are read on a page. Production refuses it (config.ts). */
import type { Clock } from '../clock.ts';
import type { Ephemeral } from '../storage/index.ts';
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

const kept = 20;
const keptSeconds = 900;

export const createMailOutbox = ({
  ephemeral,
  clock,
}: {
  ephemeral: Ephemeral;
  clock: Clock;
}): MailOutbox => {
  const keyOf = (place: number): string => `mail:outbox:${place % kept}`;
  return {
    adapter: 'outbox',
    async send(mail) {
      const number = await ephemeral.increment('mail:outbox:count', keptSeconds);
      const entry: KeptMail = { ...mail, at: clock.now(), number };
      await ephemeral.set(keyOf(number), JSON.stringify(entry), keptSeconds);
    },
    async mails() {
      const texts = await Promise.all(
        Array.from({ length: kept }, (_, place) => ephemeral.get(keyOf(place))),
      );
      return texts
        .flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as KeptMail]))
        .sort((a, b) => b.number - a.number);
    },
  };
};
