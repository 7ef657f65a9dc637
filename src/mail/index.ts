/**
 * Mail to the mailboxes of units and firms: a port, a sample adapter and one for the province's own mail service. A mail
 * holds nothing of a person. Owns src/mail. May import: storage's ports, http, clock, errors.
 */
export { openHttpMail } from './http-mail.ts';
export { type Mail, type MailGateway, noMail } from './mail-gateway.ts';
export { createMailOutbox, type MailOutbox } from './outbox.ts';
export { mailOutboxRoutes } from './outbox-page.ts';
