/** Development adapter: messages stay in short memory and are read on a page. Production refuses it (config.ts). */
import type { Clock } from '../../clock.ts';
import { maskPhone } from '../../identifiers/index.ts';
import { createRecent, type Ephemeral } from '../../storage/index.ts';
import type { SmsGateway } from './sms-gateway.ts';

export interface OutboxMessage {
  /** Masked: even here no number stands in the clear. */
  phone: string;
  text: string;
  /** Unix milliseconds. */
  at: number;
  /** In the order of sending. */
  number: number;
}

export interface Outbox extends SmsGateway {
  /** The newest first. */
  messages(): Promise<OutboxMessage[]>;
}

export const createOutbox = ({ ephemeral, clock }: { ephemeral: Ephemeral; clock: Clock }): Outbox => {
  const recent = createRecent<Omit<OutboxMessage, 'number'>>(ephemeral, 'sms:outbox');
  return {
    adapter: 'outbox',
    send: ({ phone, text }) => recent.add({ phone: maskPhone(phone), text, at: clock.now() }),
    messages: recent.newest,
  };
};
