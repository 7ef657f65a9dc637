/** The way out for text messages. An adapter per operator; the outbox is the one for developers. */
export interface SmsGateway {
  /** Shown by `onecert info`: what is really connected. */
  adapter: string;
  send(message: { phone: string; text: string }): Promise<void>;
}

/** No gateway: nothing is sent, and SMS is no way of signing in. */
export const noSms: SmsGateway = { adapter: 'none', send: () => Promise.resolve() };

/** Whether messages are sent to a phone in its one form: those of the mainland always, others by their prefix. */
export const reachesOnly =
  (prefixes: readonly string[] = []) =>
  (phone: string | undefined): boolean =>
    phone !== undefined && (!phone.startsWith('+') || prefixes.some((prefix) => phone.startsWith(prefix)));
