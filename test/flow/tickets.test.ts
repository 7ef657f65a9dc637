import { randomBytes } from 'node:crypto';
import { describeWith } from '../contract/server-suites.ts';
import { describeTickets } from './tickets.ts';

describeTickets('sqlite and sqlite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'tickets over HTTP on MongoDB', (mongodbUrl) => {
  const url = new URL(mongodbUrl);
  url.pathname = `/onecert_tickets_${randomBytes(4).toString('hex')}`;
  describeTickets('mongodb and sqlite', () => ({ MONGODB_URL: url.href, REDIS_URL: '' }));
});
