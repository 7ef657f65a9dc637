import type { Outbox } from '../../src/accounts/sms/outbox.ts';

/** The code in the newest message. Sending is not waited for, and over Redis it takes a moment. */
export const sentCode = async (outbox: Outbox): Promise<string> => {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const [newest] = await outbox.messages();
    const code = /\d{6}/.exec(newest?.text ?? '')?.[0];
    if (code !== undefined) return code;
    if (Date.now() > deadline) throw new Error(`no code was sent; the newest message: ${newest?.text}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
