import type { SmsGateway } from '../accounts/index.ts';

/** Every message of the sandbox begins with the word. */
export const markMessages = <Gateway extends SmsGateway>(gateway: Gateway): Gateway => ({
  ...gateway,
  send: ({ phone, text }) => gateway.send({ phone, text: `【沙箱 Sandbox】${text}` }),
});
