/** Development adapter: messages stay in short memory and are read on a page. Production refuses it (config.ts). */
import type { Clock } from '../../clock.ts';
import { maskPhone } from '../../identifiers/index.ts';
import type { Ephemeral } from '../../storage/index.ts';
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

const kept = 20;
const keptSeconds = 900;

export const createOutbox = ({ ephemeral, clock }: { ephemeral: Ephemeral; clock: Clock }): Outbox => {
  const keyOf = (place: number): string => `sms:outbox:${place % kept}`;
  return {
    adapter: 'outbox',
    async send({ phone, text }) {
      const count = await ephemeral.increment('sms:outbox:count', keptSeconds);
      const message: OutboxMessage = { phone: maskPhone(phone), text, at: clock.now(), number: count };
      await ephemeral.set(keyOf(count), JSON.stringify(message), keptSeconds);
    },
    async messages() {
      const found: OutboxMessage[] = [];
      for (let place = 0; place < kept; place += 1) {
        const text = await ephemeral.get(keyOf(place));
        if (text !== undefined) found.push(JSON.parse(text) as OutboxMessage);
      }
      return found.sort((a, b) => b.number - a.number);
    },
  };
};
